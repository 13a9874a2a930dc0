#include "tests/core/ledger/chain_network.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace polyclinic::testing {

KeyPair validator_keys(NodeId node) { return make_key_pair(Seed(11) / "validator" / node.value); }
KeyPair member_keys(InstitutionId institution) { return make_key_pair(Seed(11) / "member" / institution.value); }

ChainRules chain_rules(const ChainPlan& plan) {
  ChainRules rules;
  rules.chain = ChainId{0};
  rules.max_block_bytes = plan.max_block_bytes;
  rules.payload_on_chain = plan.payload_on_chain;
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
  header = sign(describe(header, transactions, plan.payload_on_chain), validator_keys(header.proposer));
  return std::make_shared<const Block>(header, std::move(transactions));
}

ChainNetwork::ChainNetwork(const ChainPlan& plan)
    : latency_s([plan](NodeId, NodeId, std::uint64_t) { return plan.latency_s; }),
      work(static_cast<std::size_t>(plan.validators)), plan_(plan) {
  ChainNodeSetup setup;
  setup.chain = std::make_shared<const ChainRules>(chain_rules(plan));
  setup.rounds = std::make_shared<const RoundRules>(round_rules(plan));
  setup.signatures = std::make_shared<SignatureCache>();
  setup.consensus.validators = plan.validators;
  setup.consensus.rules.block_interval_s = plan.block_interval_s;
  setup.consensus.rules.confirmations = plan.confirmations;
  for (std::int32_t i = 0; i < plan.validators; ++i) {
    setup.consensus.self = NodeId{i};
    setup.consensus.keys = validator_keys(NodeId{i});
    nodes_.emplace_back(setup);
    carry_out(NodeId{i}, nodes_.back().start(0.0), 0.0);
  }
}

void ChainNetwork::submit(double at_s, NodeId home, const Submission& submission) {
  if (submission.payload) {
    const ByteView payload = submission.payload->payload();
    payloads_[submission.payload->digest()] = Bytes(payload.begin(), payload.end());
  }
  push(at_s, {home, NodeId{}, submission});
}

void ChainNetwork::deliver(double at_s, NodeId to, const NodeMessage& message) { push(at_s, {to, NodeId{}, message}); }

double ChainNetwork::run(double limit_s) {
  double now_s = 0.0;
  while (!queue_.empty()) {
    const auto next = queue_.extract(queue_.begin());
    now_s = next.key().first;
    require(now_s <= limit_s, "the chain is not quiet at {} s", now_s);
    carry_out(next.mapped().node, handle(next.mapped(), now_s), now_s);
  }
  return now_s;
}

std::vector<BlockPointer> ChainNetwork::chain(std::int64_t index) const {
  const Ledger& ledger = node(index).ledger();
  return ledger.path(genesis(ChainId{0})->hash(), ledger.finalized()->hash());
}

bool ChainNetwork::agrees() const {
  std::vector<BlockPointer> longest;
  for (std::int64_t i = 0; i < size(); ++i) {
    if (std::vector<BlockPointer> blocks = chain(i); blocks.size() > longest.size()) longest = std::move(blocks);
  }
  for (std::int64_t i = 0; i < size(); ++i) {
    const std::vector<BlockPointer> blocks = chain(i);
    const auto same = [](const BlockPointer& a, const BlockPointer& b) { return a->hash() == b->hash(); };
    if (!std::ranges::equal(blocks, std::vector(longest.begin(), longest.begin() + std::ssize(blocks)), same)) return false;
  }
  return true;
}

LedgerExport ChainNetwork::exported(std::int64_t index, bool with_payloads) const {
  LedgerExport result{chain_rules(plan_), round_rules(plan_), {encode(genesis(ChainId{0})->header())}, {{}}, {}, {}};
  result.consensus.block_interval_s = plan_.block_interval_s;
  for (const BlockPointer& block : chain(index)) {
    result.headers.push_back(encode(block->header()));
    std::vector<Bytes>& transactions = result.transactions.emplace_back();
    for (const Transaction& transaction : block->transactions()) {
      transactions.push_back(encode(transaction));
      if (with_payloads) result.payloads[transaction.payload] = payloads_.at(transaction.payload);
    }
  }
  return result;
}

std::int64_t ChainNetwork::count(const std::string& kind, const std::string& cause) const {
  return std::ranges::count_if(events, [&](const auto& seen) {
    return seen.second.kind == kind && (cause.empty() || seen.second.cause == cause);
  });
}

void ChainNetwork::push(double at_s, Event event) {
  queue_.emplace(std::pair{at_s, next_}, std::move(event));
  ++next_;
}

Effects ChainNetwork::handle(const Event& event, double at_s) {
  ChainNode& node = nodes_.at(static_cast<std::size_t>(event.node.value));
  if (const auto* ring = std::get_if<Ring>(&event.what)) {
    const auto armed = armed_.find({event.node, ring->timer});
    if (armed == armed_.end() || armed->second != ring->number) return {};  // replaced by a newer one
    return node.fire(ring->timer, at_s);
  }
  if (const auto* message = std::get_if<NodeMessage>(&event.what)) return node.receive(event.from, *message, at_s);
  return node.submit(std::get<Submission>(event.what), at_s);
}

void ChainNetwork::carry_out(NodeId node, const Effects& effects, double at_s) {
  for (const Outgoing& outgoing : effects.outgoing) {
    push(at_s + latency_s(node, outgoing.to, next_), {outgoing.to, node, outgoing.message});
  }
  for (const SetTimer& timer : effects.timers) {
    armed_[{node, timer.id}] = next_;
    push(timer.at_s, {node, node, Ring{timer.id, next_}});
  }
  for (const BlockPointer& block : effects.finalized) final_at[block->hash()].push_back({at_s, node});
  for (const LedgerEvent& event : effects.events) events.push_back({{at_s, node}, event});
  Work& sum = work.at(static_cast<std::size_t>(node.value));
  sum.signatures_verified += effects.work.signatures_verified;
  sum.signatures_made += effects.work.signatures_made;
  sum.bytes_hashed += effects.work.bytes_hashed;
  for (const ClosedRound& round : effects.closed) {
    closed.emplace(std::pair{node, round.round}, round);
    if (on_closed) on_closed(node, round, at_s);
  }
}

}  // namespace polyclinic::testing
