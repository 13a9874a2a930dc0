#include "core/ledger/verification.hpp"

#include <algorithm>
#include <set>

#include "core/base/error.hpp"
#include "core/ledger/consensus.hpp"

namespace polyclinic {
namespace {

template <class Decode>
auto decode_whole(const Bytes& bytes, std::uint64_t size, const char* what, Decode decode) {
  require(bytes.size() == size, "ledger: {} of {} bytes, needs {}", what, bytes.size(), size);
  ByteReader reader(bytes);
  return decode(reader);
}

BlockPointer decode_block(const LedgerExport& exported, std::size_t height) {
  const Header header = decode_whole(exported.headers[height], header_bytes, "a header", decode_header);
  std::vector<Transaction> transactions;
  for (const Bytes& bytes : exported.transactions[height]) {
    transactions.push_back(decode_whole(bytes, transaction_bytes, "a transaction", decode_transaction));
  }
  return std::make_shared<const Block>(header, std::move(transactions));
}

std::unique_ptr<Consensus> judge_of(const LedgerExport& exported) {
  ConsensusSetup setup;
  setup.validators = static_cast<std::int64_t>(exported.rules.validators.size());
  setup.rules = exported.consensus;
  return make_consensus(setup);
}

// Feeds blocks in order of height and keeps the account.
class Verifier {
 public:
  explicit Verifier(const LedgerExport& exported)
      : exported_(exported), ledger_(std::make_shared<const ChainRules>(exported.rules)),
        contract_(std::make_shared<const RoundRules>(exported.rounds)), consensus_(judge_of(exported)) {}

  LedgerReport run() {
    for (std::size_t height = 0; height < exported_.headers.size(); ++height) {
      const BlockPointer block = decode_block(exported_, height);
      const Verdict verdict = height == 0 ? check_genesis(*block) : append(block);
      if (!verdict.accepted()) {
        report_.problems.push_back({height, verdict});
        return report_;
      }
      count(block, height);
    }
    check_strays();
    return report_;
  }

 private:
  [[nodiscard]] Verdict check_genesis(const Block& block) const {
    if (block.hash() == ledger_.finalized()->hash() && block.transactions().empty()) return {};
    return {Rejection::unknown_parent, "the first block is not the chain's genesis"};
  }

  // The exported chain is one path: each block stands on the one before it.
  Verdict append(const BlockPointer& block) {
    if (block->header().parent != ledger_.head()->hash()) {
      return {Rejection::unknown_parent, fmt::format("parent {} is not the block before, {}",
                                                     block->header().parent.short_hex(),
                                                     ledger_.head()->hash().short_hex())};
    }
    const Verdict verdict = consensus_->check(ledger_, block->header());
    return verdict.accepted() ? ledger_.append(block) : verdict;
  }

  void count(const BlockPointer& block, std::size_t height) {
    ++report_.blocks;
    report_.transactions += block->transactions().size();
    const RoundContract::Step step = contract_.apply(block);
    report_.rounds_closed += static_cast<std::int64_t>(step.closed.size());
    report_.rejected_updates += step.rejected.size();
    if (exported_.payloads.empty()) return;
    for (const Transaction& transaction : block->transactions()) check_payload(transaction, height);
  }

  void check_payload(const Transaction& transaction, std::size_t height) {
    named_.insert(transaction.payload);
    const auto payload = exported_.payloads.find(transaction.payload);
    if (payload == exported_.payloads.end()) return complain(height, transaction.payload, "is missing");
    ++report_.payloads;
    if (payload->second.size() != transaction.payload_bytes) {
      complain(height, transaction.payload, "has another size than its transaction says");
    } else if (sha256(payload->second) != transaction.payload) {
      complain(height, transaction.payload, "has other contents than its transaction says");
    }
  }

  void check_strays() {
    for (const auto& [digest, payload] : exported_.payloads) {
      if (!named_.contains(digest)) complain(0, digest, "belongs to no transaction");
    }
  }

  void complain(std::size_t height, const Digest& payload, const char* what) {
    report_.problems.push_back(
        {height, {Rejection::tampered_payload, fmt::format("payload {} {}", payload.short_hex(), what)}});
  }

  const LedgerExport& exported_;
  Ledger ledger_;
  RoundContract contract_;
  std::unique_ptr<Consensus> consensus_;
  std::set<Digest> named_;
  LedgerReport report_;
};

}  // namespace

LedgerReport verify_ledger(const LedgerExport& exported) {
  require(!exported.headers.empty(), "ledger: there is no block, not even the genesis");
  require(exported.headers.size() == exported.transactions.size(), "ledger: {} headers, but transactions of {} blocks",
          exported.headers.size(), exported.transactions.size());
  return Verifier(exported).run();
}

}  // namespace polyclinic
