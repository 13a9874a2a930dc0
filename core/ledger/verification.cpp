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
  Verifier(const LedgerExport& exported, const OnBlock& on_block)
      : exported_(exported), ledger_(std::make_shared<const ChainRules>(exported.rules)),
        contract_(std::make_shared<const RoundRules>(exported.rounds)), consensus_(judge_of(exported)), on_block_(on_block) {}

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
    check_payloads();
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
    if (exported_.rules.load) return;
    for (const Transaction& transaction : block->transactions()) {
      const bool has_payload = transaction.kind == TransactionKind::update || is_secure_statement(transaction);
      if (has_payload) named_.emplace(transaction.payload, height);
    }
    const RoundContract::Step step = contract_.apply(block);
    report_.rounds_closed += static_cast<std::int64_t>(step.closed.size());
    report_.rejected_updates += step.rejected.size();
    for (const ClosedRound& closed : step.closed) {
      for (const Transaction& update : closed.updates) check_payload(update);
      for (const Transaction& statement : closed.statements) check_payload(statement);
    }
    if (on_block_) on_block_(block, step);
  }

  void check_payload(const Transaction& update) {
    if (exported_.payloads.empty() && exported_.initial_model.empty()) return;
    const auto payload = exported_.payloads.find(update.payload);
    if (payload == exported_.payloads.end()) return complain(update.payload, "is missing");
    ++report_.payloads;
    if (payload->second.size() != update.payload_bytes) sizes_differ_.insert(update.payload);
  }

  // One complaint about each: other contents may well have another size.
  void check_payloads() {
    for (const auto& [digest, payload] : exported_.payloads) {
      if (!named_.contains(digest)) {
        complain(digest, "belongs to no transaction");
      } else if (sha256(payload) != digest) {
        complain(digest, "has other contents than its transaction says");
      } else if (sizes_differ_.contains(digest)) {
        complain(digest, "has another size than its transaction says");
      }
    }
  }

  void complain(const Digest& payload, const char* what) {
    const auto named = named_.find(payload);
    report_.problems.push_back({named == named_.end() ? 0 : named->second,
                                {Rejection::tampered_payload, fmt::format("payload {} {}", payload.short_hex(), what)}});
  }

  const LedgerExport& exported_;
  Ledger ledger_;
  RoundContract contract_;
  std::unique_ptr<Consensus> consensus_;
  const OnBlock& on_block_;
  std::map<Digest, std::uint64_t> named_;  // payloads, with the height of the block that first brought them
  std::set<Digest> sizes_differ_;
  LedgerReport report_;
};

}  // namespace

LedgerReport verify_ledger(const LedgerExport& exported, const OnBlock& on_block) {
  require(!exported.headers.empty(), "ledger: there is no block, not even the genesis");
  require(exported.headers.size() == exported.transactions.size(), "ledger: {} headers, but transactions of {} blocks",
          exported.headers.size(), exported.transactions.size());
  return Verifier(exported, on_block).run();
}

}  // namespace polyclinic
