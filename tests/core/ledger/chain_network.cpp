#include "tests/core/ledger/chain_network.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace polyclinic::testing {

ChainNetwork::ChainNetwork(const ChainPlan& plan)
    : latency_s([plan](NodeId, NodeId, std::uint64_t) { return plan.latency_s; }),
      work(static_cast<std::size_t>(plan.validators)), plan_(plan), up_(static_cast<std::size_t>(plan.validators), true) {
  for (const ChainNodeSetup& setup : node_setups(plan)) nodes_.emplace_back(setup);
  // Only when the test has said what the network is like.
  call(0.0, [this](double at_s) {
    for (std::int32_t i = 0; i < size(); ++i) {
      if (is_up(NodeId{i})) carry_out(NodeId{i}, nodes_[static_cast<std::size_t>(i)].start(at_s), at_s);
    }
  });
}

void ChainNetwork::submit(double at_s, NodeId home, const Submission& submission) {
  if (submission.payload) {
    const ByteView payload = submission.payload->payload();
    payloads_[submission.payload->digest()] = Bytes(payload.begin(), payload.end());
  }
  push(at_s, home, NodeId{}, submission);
}

void ChainNetwork::deliver(double at_s, NodeId to, const NodeMessage& message, NodeId from) {
  push(at_s, to, from, message);
}

void ChainNetwork::crash(NodeId node, double at_s) { push(at_s, node, node, Crash{}); }
void ChainNetwork::restart(NodeId node, double at_s) { push(at_s, node, node, Restart{}); }
void ChainNetwork::call(double at_s, Call act) { push(at_s, NodeId{}, NodeId{}, std::move(act)); }

double ChainNetwork::run(double limit_s) {
  while (!queue_.empty()) {
    require(queue_.front()->at_s <= limit_s, "the chain is not quiet at {} s", queue_.front()->at_s);
    happen();
  }
  return now_s_;
}

void ChainNetwork::run_until(double at_s) {
  while (!queue_.empty() && queue_.front()->at_s <= at_s) happen();
}

std::vector<BlockPointer> ChainNetwork::chain(std::int64_t index) const {
  const Ledger& ledger = node(index).ledger();
  return ledger.path(genesis(ChainId{0})->hash(), ledger.finalized()->hash());
}

bool ChainNetwork::agrees() const {
  std::vector<BlockPointer> longest;
  for (std::int32_t i = 0; i < size(); ++i) {
    if (!is_honest(NodeId{i})) continue;
    if (std::vector<BlockPointer> blocks = chain(i); blocks.size() > longest.size()) longest = std::move(blocks);
  }
  for (std::int32_t i = 0; i < size(); ++i) {
    if (!is_honest(NodeId{i})) continue;
    const std::vector<BlockPointer> blocks = chain(i);
    const auto same = [](const BlockPointer& a, const BlockPointer& b) { return a->hash() == b->hash(); };
    if (!std::ranges::equal(blocks, std::vector(longest.begin(), longest.begin() + std::ssize(blocks)), same)) return false;
  }
  return true;
}

LedgerExport ChainNetwork::exported(std::int64_t index, bool with_payloads) const {
  LedgerExport result;
  result.rules = chain_rules(plan_);
  result.rounds = round_rules(plan_);
  result.consensus = consensus_rules(plan_);
  result.headers = {encode(genesis(ChainId{0})->header())};
  result.transactions = {{}};
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

std::vector<std::uint64_t> ChainNetwork::conflicting_heights() const {
  std::vector<std::uint64_t> heights;
  for (const auto& [height, blocks] : finalized_ever) {
    if (blocks.size() > 1) heights.push_back(height);
  }
  return heights;
}

void ChainNetwork::push(double at_s, NodeId node, NodeId from, decltype(Event::what) what) {
  queue_.push_back(std::make_unique<Event>(Event{at_s, next_++, node, from, std::move(what)}));
  std::ranges::push_heap(queue_, Later{});
}

void ChainNetwork::happen() {
  std::ranges::pop_heap(queue_, Later{});
  const std::unique_ptr<Event> event = std::move(queue_.back());
  queue_.pop_back();
  now_s_ = event->at_s;
  handle(*event);
}

void ChainNetwork::handle(const Event& event) {
  if (const auto* act = std::get_if<Call>(&event.what)) return (*act)(event.at_s);
  const auto index = static_cast<std::size_t>(event.node.value);
  const bool restarts = std::holds_alternative<Restart>(event.what);
  if (up_.at(index) == restarts) return;
  ChainNode& node = nodes_[index];
  if (restarts) {
    up_[index] = true;
    carry_out(event.node, node.restart(event.at_s), event.at_s);
  } else if (std::holds_alternative<Crash>(event.what)) {
    crash_now(event.node);
  } else if (const auto* rings = std::get_if<Ring>(&event.what)) {
    ring(event, *rings);
  } else if (const auto* message = std::get_if<NodeMessage>(&event.what)) {
    carry_out(event.node, node.receive(event.from, *message, event.at_s), event.at_s);
  } else {
    carry_out(event.node, node.submit(std::get<Submission>(event.what), event.at_s), event.at_s);
  }
}

void ChainNetwork::ring(const Event& event, const Ring& ring) {
  const auto armed = armed_.find({event.node, ring.timer});
  if (armed == armed_.end() || armed->second != ring.number) return;  // replaced by a newer one, or lost in a crash
  ChainNode& node = nodes_[static_cast<std::size_t>(event.node.value)];
  carry_out(event.node, node.fire(ring.timer, event.at_s), event.at_s);
}

void ChainNetwork::crash_now(NodeId node) {
  up_[static_cast<std::size_t>(node.value)] = false;
  std::erase_if(armed_, [&](const auto& armed) { return armed.first.first == node; });
}

void ChainNetwork::send(NodeId from, const Outgoing& outgoing, double at_s) {
  ++messages_sent;
  if (on_sent) on_sent(from, outgoing.to, outgoing.message, at_s);
  if (lost && lost(from, outgoing.to, at_s)) {
    ++messages_lost;
    return;
  }
  push(at_s + latency_s(from, outgoing.to, next_), outgoing.to, from, outgoing.message);
}

void ChainNetwork::carry_out(NodeId node, const Effects& effects, double at_s) {
  for (const Outgoing& outgoing : effects.outgoing) send(node, outgoing, at_s);
  for (const SetTimer& timer : effects.timers) {
    armed_[{node, timer.id}] = next_;
    push(std::max(at_s, timer.at_s), node, node, Ring{timer.id, next_});
  }
  record(node, effects, at_s);
  for (const ClosedRound& round : effects.closed) {
    closed.insert_or_assign(std::pair{node, round.round}, round);
    if (on_closed) on_closed(node, round, at_s);
  }
  for (const BlockPointer& block : effects.finalized) {
    if (on_final) on_final(node, block, at_s);
  }
}

void ChainNetwork::record(NodeId node, const Effects& effects, double at_s) {
  const Seen seen{at_s, node};
  for (const BlockPointer& block : effects.seen) seen_at[block->hash()].push_back(seen);
  for (const LedgerEvent& event : effects.events) events.push_back({seen, event});
  if (is_honest(node)) record_finality(seen, effects);
  Work& sum = work.at(static_cast<std::size_t>(node.value));
  sum.signatures_verified += effects.work.signatures_verified;
  sum.signatures_made += effects.work.signatures_made;
  sum.bytes_hashed += effects.work.bytes_hashed;
}

void ChainNetwork::record_finality(const Seen& seen, const Effects& effects) {
  for (const BlockPointer& block : effects.reversed) reversed.push_back({seen, block});
  for (const BlockPointer& block : effects.finalized) {
    final_at[block->hash()].push_back(seen);
    finalized_ever[block->header().height].insert(block->hash());
  }
}

}  // namespace polyclinic::testing
