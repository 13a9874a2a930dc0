#include "tests/core/ledger/chain_plan.hpp"

#include "core/base/error.hpp"

namespace polyclinic::testing {

KeyPair validator_keys(NodeId node) { return make_key_pair(Seed(11) / "validator" / node.value); }
KeyPair member_keys(InstitutionId institution) { return make_key_pair(Seed(11) / "member" / institution.value); }

ConsensusRules consensus_rules(const ChainPlan& plan) {
  ConsensusRules rules = plan.consensus;
  rules.block_interval_s = plan.block_interval_s;
  if (plan.confirmations != 0) rules.confirmations = plan.confirmations;
  return rules;
}

ChainRules chain_rules(const ChainPlan& plan) {
  ChainRules rules;
  rules.chain = ChainId{0};
  rules.max_block_bytes = plan.max_block_bytes;
  rules.max_block_gas = plan.max_block_gas;
  rules.payload_on_chain = plan.payload_on_chain;
  rules.fork_choice = fork_choice(consensus_rules(plan));
  for (std::int32_t i = 0; i < plan.validators; ++i) rules.validators.push_back(validator_keys(NodeId{i}).public_key);
  for (std::int32_t i = 0; i < plan.members; ++i) {
    rules.members[InstitutionId{i}] = member_keys(InstitutionId{i}).public_key;
  }
  return rules;
}

RoundRules round_rules(const ChainPlan& plan) {
  RoundRules rules = plan.rounds;
  rules.chain = ChainId{0};
  for (std::int32_t i = 0; i < plan.members; ++i) rules.members.push_back(InstitutionId{i});
  return rules;
}

std::vector<ChainNodeSetup> node_setups(const ChainPlan& plan) {
  ChainNodeSetup common;
  common.chain = std::make_shared<const ChainRules>(chain_rules(plan));
  common.rounds = std::make_shared<const RoundRules>(round_rules(plan));
  common.signatures = std::make_shared<SignatureCache>();
  common.consensus.validators = plan.validators;
  common.consensus.rules = consensus_rules(plan);
  common.gossip = plan.gossip;
  common.mempool = plan.mempool;
  std::vector<ChainNodeSetup> setups(static_cast<std::size_t>(plan.validators), common);
  for (std::int32_t i = 0; i < plan.validators; ++i) {
    ChainNodeSetup& setup = setups[static_cast<std::size_t>(i)];
    setup.consensus.self = NodeId{i};
    setup.consensus.keys = validator_keys(NodeId{i});
    setup.consensus.seed = Seed(plan.seed) / "consensus" / i;
    if (const auto found = plan.hostile.find(NodeId{i}); found != plan.hostile.end()) setup.hostile = found->second;
  }
  return setups;
}

Submission update(const ChainPlan& plan, std::int32_t author, std::uint32_t round, int variant) {
  Bytes payload = ByteWriter().put(author).put(round).put(variant).take();
  require(plan.payload_bytes >= payload.size(), "payloads of {} bytes cannot differ", plan.payload_bytes);
  payload.resize(plan.payload_bytes);
  const auto shared = std::make_shared<const SharedUpdate>(std::move(payload));
  Transaction transaction;
  transaction.chain = ChainId{0};
  transaction.author = InstitutionId{author};
  transaction.round = round;
  transaction.samples = static_cast<std::uint64_t>(10 + author);
  transaction.payload_bytes = shared->bytes();
  transaction.payload = shared->digest();
  return {sign(transaction, member_keys(transaction.author)), plan.payload_on_chain ? shared : nullptr};
}

BlockPointer seal(const ChainPlan& plan, const Block& parent, std::int64_t slot, std::vector<Transaction> transactions) {
  Header header;
  header.chain = ChainId{0};
  header.height = parent.header().height + 1;
  header.parent = parent.hash();
  header.time_s = static_cast<double>(slot) * plan.block_interval_s;
  header.proposer = NodeId{static_cast<std::int32_t>(slot % plan.validators)};
  const auto in_turn = static_cast<std::int32_t>(header.height % static_cast<std::uint64_t>(plan.validators));
  header.difficulty = header.proposer.value == in_turn ? 2.0 : 1.0;  // Clique's
  header = sign(describe(header, transactions, plan.payload_on_chain), validator_keys(header.proposer));
  return std::make_shared<const Block>(header, std::move(transactions));
}

}  // namespace polyclinic::testing
