#include "core/relay/light_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "core/ledger/consensus.hpp"
#include "core/ledger/validity.hpp"
#include "core/relay/finality.hpp"

namespace polyclinic {
namespace {

constexpr std::uint64_t merkle_node_bytes = 1 + 32 + 32;  // what is hashed, see merkle.hpp
constexpr std::uint64_t merkle_leaf_bytes = 1 + 32;

std::shared_ptr<const Consensus> judge_of(const SourceRules& rules) {
  ConsensusSetup setup;
  setup.validators = static_cast<std::int64_t>(rules.validators.size());
  setup.rules = rules.consensus;
  return make_consensus(setup);
}

// How many of a header's ancestors any protocol's rules look at: a signer limit, a retarget.
std::uint64_t look_back(const SourceRules& rules) {
  return rules.validators.size() + static_cast<std::uint64_t>(rules.consensus.retarget_blocks);
}

}  // namespace

class LightClient::State {
 public:
  State(SourceRules rules, ChainId destination)
      : rules_(std::make_shared<const SourceRules>(std::move(rules))),
        destination_(destination),
        judge_(judge_of(*rules_)),
        finality_(make_finality(*rules_)),
        tree_(rules_->chain, fork_choice(rules_->consensus), kept_headers, look_back(*rules_)) {}

  Result apply(const RelayPacket& packet) {
    Result result;
    const auto note = [&result](Verdict verdict) {
      const bool is_accepted = verdict.accepted();
      if (!is_accepted) result.refused.push_back(std::move(verdict));
      return is_accepted;
    };
    if (!note(check_whole(packet))) return result;
    if (!packet.headers.empty()) note(take_headers(packet, result));
    for (const RelayedObject& object : packet.objects) note(take_object(object, result));
    return result;
  }

  [[nodiscard]] const SourceRules& rules() const { return *rules_; }
  [[nodiscard]] std::int64_t attestations_needed() const { return finality_->attestations_needed(); }
  [[nodiscard]] const HeaderTree& tree() const { return tree_; }
  [[nodiscard]] bool has(const Digest& transaction) const { return accepted_.contains(transaction); }
  // Null when unknown or forgotten.
  [[nodiscard]] const Header* find(const Digest& block) const {
    const Header* header = tree_.find_header(block);
    return header && header->height >= tree_.floor() ? header : nullptr;
  }

 private:
  [[nodiscard]] Verdict check_whole(const RelayPacket& packet) const {
    if (packet.source != rules_->chain || packet.destination != destination_) {
      return {Rejection::wrong_chain,
              fmt::format("a packet from chain {} to chain {}, where those from chain {} to chain {} are wanted",
                          packet.source.value, packet.destination.value, rules_->chain.value, destination_.value)};
    }
    if (packet.headers.empty() && packet.objects.empty()) return {Rejection::malformed_packet, "it holds nothing"};
    const bool may_attest = attestations_needed() > 0 && !packet.headers.empty();
    if (may_attest || packet.attestations.empty()) return {};
    return {Rejection::malformed_packet, fmt::format("{} attestations of nothing", packet.attestations.size())};
  }

  // ---- headers ----

  Verdict take_headers(const RelayPacket& packet, Result& result) {
    Extension extension(tree_);
    Verdict verdict = extend(packet.headers, extension, result);
    if (!verdict.accepted()) return verdict;
    if (extension.empty()) {
      if (!packet.objects.empty()) return {};
      return {Rejection::replayed_header, fmt::format("all {} are known", packet.headers.size())};
    }
    verdict = finality_->check(tree_, extension, packet.attestations);
    if (verdict.accepted()) verdict = check_signatures(extension, packet.attestations, result);
    if (!verdict.accepted()) return verdict;
    for (std::size_t i = 0; i < extension.hashes().size(); ++i) {
      result.reversed += tree_.add(extension.headers()[i], extension.hashes()[i]);
    }
    tree_.finalize(finality_->final_block(tree_));
    return {};
  }

  // What is known goes first, and counts for nothing.
  Verdict extend(const std::vector<Header>& headers, Extension& extension, Result& result) const {
    for (const Header& header : headers) {
      result.bytes_hashed += header_bytes;
      const Digest hash = sha256(encode(header));
      if (extension.empty() && find(hash)) continue;
      Verdict verdict = check_origin(header, rules_->chain, rules_->validators.size());
      if (verdict.accepted()) verdict = extension.check_place(header);
      if (verdict.accepted()) verdict = judge_->check(extension, header);
      if (!verdict.accepted()) return at_height(header, std::move(verdict));
      extension.push(header, hash);
    }
    return {};
  }

  Verdict check_signatures(const Extension& extension, const std::vector<Attestation>& attestations, Result& result) const {
    for (const Header& header : extension.headers()) {
      ++result.signatures_verified;
      if (has_valid_signature(header, key_of(header.proposer))) continue;
      return at_height(
          header, {Rejection::wrong_block_signature, fmt::format("not signed by validator {}", header.proposer.value)});
    }
    const Header& last = extension.headers().back();
    for (const Attestation& attestation : attestations) {
      ++result.signatures_verified;
      result.bytes_hashed += header_bytes;
      if (has_valid_signature(attestation, last, key_of(attestation.validator))) continue;
      return at_height(last,
                       {Rejection::no_quorum, fmt::format("not attested by validator {}", attestation.validator.value)});
    }
    return {};
  }

  [[nodiscard]] static Verdict at_height(const Header& header, Verdict verdict) {
    verdict.detail = fmt::format("header of height {}: {}", header.height, verdict.detail);
    return verdict;
  }

  [[nodiscard]] const PublicKey& key_of(NodeId validator) const {
    return rules_->validators[static_cast<std::size_t>(validator.value)];
  }

  // ---- objects ----

  Verdict take_object(const RelayedObject& object, Result& result) {
    const Header* header = find(object.block);
    Verdict verdict = header ? check_header(*header, object.block)
                             : Verdict{Rejection::unknown_header, fmt::format("block {}", object.block.short_hex())};
    if (verdict.accepted()) verdict = check_promise(object);
    if (!verdict.accepted()) return verdict;
    const Digest id = transaction_id(object.transaction);
    result.bytes_hashed += transaction_bytes;
    if (accepted_.contains(id)) return {Rejection::replayed_object, fmt::format("transaction {}", id.short_hex())};
    verdict = check_contents(object, *header, id, result);
    if (!verdict.accepted()) return verdict;
    accepted_.insert(id);
    result.accepted.push_back({object.transaction, header->height, object.payload});
    return {};
  }

  [[nodiscard]] Verdict check_header(const Header& header, const Digest& hash) const {
    if (!tree_.is_on_best_branch(hash)) {
      return {Rejection::stale_fork,
              fmt::format("block {} of height {} is not on the best branch", hash.short_hex(), header.height)};
    }
    if (header.height <= tree_.final_height()) return {};
    return {Rejection::unfinal_header, fmt::format("block {} is of height {}, final is height {}", hash.short_hex(),
                                                   header.height, tree_.final_height())};
  }

  // What the transaction says, whether or not it is true.
  [[nodiscard]] Verdict check_promise(const RelayedObject& object) const {
    const Transaction& transaction = object.transaction;
    if (Verdict verdict = check_author(transaction, rules_->chain, rules_->members); !verdict.accepted()) return verdict;
    if (transaction.kind != TransactionKind::auxiliary) {
      return {Rejection::malformed_packet, "an object that its author has not offered to other chains"};
    }
    if (transaction.parts != 1 || transaction.part != 0) {
      return {Rejection::malformed_part, fmt::format("part {} of {}", transaction.part, transaction.parts)};
    }
    if (transaction.payload_bytes == object.payload.size()) return {};
    return {Rejection::tampered_payload,
            fmt::format("{} bytes, its transaction says {}", object.payload.size(), transaction.payload_bytes)};
  }

  [[nodiscard]] Verdict check_contents(const RelayedObject& object, const Header& header, const Digest& id,
                                       Result& result) const {
    result.bytes_hashed += merkle_leaf_bytes + object.proof.path.size() * merkle_node_bytes;
    if (object.proof.leaves != header.transactions || !verify(object.proof, id, header.merkle_root)) {
      return {Rejection::wrong_inclusion_proof,
              fmt::format("no proof that the block of height {} holds transaction {}", header.height, id.short_hex())};
    }
    result.bytes_hashed += object.payload.size();
    if (sha256(object.payload) != object.transaction.payload) {
      return {Rejection::tampered_payload, "other contents than its transaction says"};
    }
    ++result.signatures_verified;
    if (has_valid_signature(object.transaction)) return {};
    return {Rejection::wrong_transaction_signature,
            fmt::format("not signed by institution {}", object.transaction.author.value)};
  }

  std::shared_ptr<const SourceRules> rules_;
  ChainId destination_;
  std::shared_ptr<const Consensus> judge_;
  std::shared_ptr<const Finality> finality_;
  HeaderTree tree_;
  std::unordered_set<Digest, DigestHash> accepted_;
};

LightClient::LightClient(SourceRules rules, ChainId destination)
    : state_(std::make_unique<State>(std::move(rules), destination)) {}
LightClient::LightClient(const LightClient& other) : state_(std::make_unique<State>(*other.state_)) {}
LightClient::LightClient(LightClient&& other) noexcept = default;
LightClient& LightClient::operator=(LightClient other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}
LightClient::~LightClient() = default;

LightClient::Result LightClient::apply(const RelayPacket& packet) { return state_->apply(packet); }
bool LightClient::knows(const Digest& block) const { return state_->find(block) != nullptr; }
bool LightClient::has(const Digest& transaction) const { return state_->has(transaction); }
std::uint64_t LightClient::final_height() const { return state_->tree().final_height(); }
const Digest& LightClient::final_block() const { return state_->tree().final_block(); }
std::uint64_t LightClient::best_height() const { return state_->tree().best_height(); }
const Digest& LightClient::best_block() const { return state_->tree().best_block(); }
const SourceRules& LightClient::rules() const { return state_->rules(); }
std::int64_t LightClient::attestations_needed() const { return state_->attestations_needed(); }

}  // namespace polyclinic
