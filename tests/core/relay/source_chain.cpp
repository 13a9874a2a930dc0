#include "tests/core/relay/source_chain.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/ledger/pbft_state.hpp"
#include "core/ledger/proposing.hpp"
#include "tests/support/check.hpp"

namespace polyclinic::testing {
namespace {

ChainRules chain_rules(const SourcePlan& plan) {
  const SourceRules source_side = source_rules(plan);
  ChainRules rules;
  rules.chain = plan.chain;
  rules.validators = source_side.validators;
  rules.members = source_side.members;
  rules.fork_choice = fork_choice(source_side.consensus);
  return rules;
}

std::unique_ptr<Consensus> judge_of(const SourcePlan& plan) {
  ConsensusSetup setup;
  setup.validators = plan.validators;
  setup.rules = source_rules(plan).consensus;
  return make_consensus(setup);
}

}  // namespace

KeyPair validator_keys(std::int32_t node) { return make_key_pair(Seed(21) / "validator" / node); }
KeyPair member_keys(std::int32_t institution) { return make_key_pair(Seed(21) / "member" / institution); }
KeyPair stranger_keys() { return make_key_pair(Seed(21) / "stranger"); }

SourceRules source_rules(const SourcePlan& plan) {
  SourceRules rules;
  rules.chain = plan.chain;
  for (std::int32_t i = 0; i < plan.validators; ++i) rules.validators.push_back(validator_keys(i).public_key);
  for (std::int32_t i = 0; i < plan.members; ++i) rules.members[InstitutionId{i}] = member_keys(i).public_key;
  rules.consensus.kind = plan.kind;
  rules.consensus.block_interval_s = interval_s;
  rules.consensus.confirmations = plan.confirmations;
  rules.consensus.retarget_blocks = plan.retarget_blocks;
  return rules;
}

LightClient light_client(const SourcePlan& plan) { return LightClient(source_rules(plan), destination); }

std::vector<std::string> all_kinds() { return {"proof_of_authority", "pbft", "raft", "proof_of_work"}; }

SourceChain::SourceChain(SourcePlan plan)
    : plan_(std::move(plan)),
      ledger_(std::make_unique<Ledger>(std::make_shared<const ChainRules>(chain_rules(plan_)))),
      judge_(judge_of(plan_)) {}

Transaction SourceChain::offer(std::int32_t author, std::uint8_t number, TransactionKind kind) {
  Bytes payload(50, std::byte{7});
  payload.front() = std::byte{number};
  Transaction transaction;
  transaction.chain = plan_.chain;
  transaction.author = InstitutionId{author};
  transaction.kind = kind;
  transaction.nonce = number;
  transaction.payload = sha256(payload);
  transaction.payload_bytes = payload.size();
  payloads_[transaction.payload] = payload;
  return sign(transaction, member_keys(author));
}

BlockPointer SourceChain::add_on(const Block& parent, const Unusual& unusual, std::vector<Transaction> transactions) {
  const std::uint64_t height = parent.header().height + 1;
  const auto in_turn = static_cast<std::int32_t>((height + unusual.view) % static_cast<std::uint64_t>(plan_.validators));
  std::int32_t proposer = in_turn;
  if (plan_.kind == "proof_of_work") proposer = 0;
  if (plan_.kind == "raft") proposer = 1;
  proposer = unusual.proposer.value_or(proposer);
  double difficulty = unusual.difficulty;
  if (plan_.kind == "proof_of_authority") difficulty = proposer == in_turn ? 2.0 : 1.0;  // EIP-225
  const std::uint64_t view = plan_.kind == "raft" ? 1 : unusual.view;
  const double time_s = parent.header().time_s + unusual.delay_s;
  const BlockPointer block = make_block(ledger_->rules(), parent, NodeId{proposer}, view, time_s, std::move(transactions),
                                        validator_keys(proposer), difficulty);
  Verdict verdict = judge_->check(*ledger_, block->header());
  if (verdict.accepted()) verdict = ledger_->append(block);
  REQUIRE_MESSAGE(verdict.accepted(), rejection_name(verdict.reason), ": ", verdict.detail);
  return block;
}

BlockPointer SourceChain::add(std::vector<Transaction> transactions) {
  return add_on(*head(), {}, std::move(transactions));
}

BlockPointer SourceChain::grow(int blocks) {
  for (int i = 0; i < blocks; ++i) add();
  return head();
}

RelayPacket SourceChain::packet(std::uint64_t height, const Block& last) const {
  RelayPacket packet{plan_.chain, destination, {}, {}, {}};
  const Block* at = &last;
  while (at->header().height >= height) {
    packet.headers.push_back(at->header());
    if (at->header().height == 0) break;
    at = ledger_->find(at->header().parent).get();
  }
  std::ranges::reverse(packet.headers);
  if (!votes()) return packet;
  std::vector<std::int32_t> voters(static_cast<std::size_t>(quorum()));
  std::iota(voters.begin(), voters.end(), 0);
  packet.attestations = attestations(packet.headers.back(), voters);
  return packet;
}

RelayedObject SourceChain::object(const Block& block, std::size_t index) const {
  const Transaction& transaction = block.transactions().at(index);
  return {transaction, block.hash(), merkle_proof(block.transaction_ids(), index), payloads_.at(transaction.payload)};
}

RelayPacket SourceChain::carry(const std::vector<RelayedObject>& objects) const {
  return {plan_.chain, destination, {}, {}, objects};
}

std::int32_t SourceChain::quorum() const {
  const auto validators = static_cast<std::int32_t>(plan_.validators);
  return plan_.kind == "pbft" ? (2 * validators + 2) / 3 : validators / 2 + 1;
}

std::vector<Attestation> attestations(const Header& header, const std::vector<std::int32_t>& validators) {
  std::vector<Attestation> made;
  for (const std::int32_t i : validators) made.push_back(attest(NodeId{i}, header, validator_keys(i)));
  return made;
}

Rejection reason(const LightClient::Result& result) {
  REQUIRE(result.refused.size() <= 1);
  return result.refused.empty() ? Rejection::none : result.refused.front().reason;
}

Rejection reason(LightClient client, const RelayPacket& packet) { return reason(client.apply(packet)); }

}  // namespace polyclinic::testing
