#include "tests/core/ledger/block_network.hpp"

#include <algorithm>
#include <limits>

#include "core/ledger/proposing.hpp"

namespace polyclinic::testing {

BlockPointer block_on(const ChainPlan& plan, const Block& parent, double time_s, std::int32_t proposer, double difficulty,
                      std::vector<Transaction> transactions) {
  return make_block(chain_rules(plan), parent, NodeId{proposer}, 0, time_s, std::move(transactions),
                    validator_keys(NodeId{proposer}), difficulty);
}

BlockNetwork::BlockNetwork(const ChainPlan& plan)
    : latency_s([plan](NodeId, NodeId) { return plan.latency_s; }), wanted_at_s(std::numeric_limits<double>::infinity()) {
  for (const ChainNodeSetup& setup : node_setups(plan)) {
    Node& node = nodes_.emplace_back();
    node.self = setup.consensus.self;
    node.ledger = std::make_unique<Ledger>(setup.chain, setup.signatures);
    node.mempool = std::make_unique<Mempool>(setup.chain, setup.signatures);
    node.consensus = make_consensus(setup.consensus);
    at(0.0, [this, &node](double now_s) { work(node, node.consensus->on_start(view(node), now_s), now_s); });
  }
}

void BlockNetwork::submit(double at_s, NodeId home, const Transaction& transaction) {
  at(at_s, [this, home, transaction](double now_s) {
    transactions_.push_back(transaction);
    Node& node = nodes_.at(static_cast<std::size_t>(home.value));
    const auto take = [this, transaction](Node& to, double then_s) {
      static_cast<void>(to.mempool->add(transaction));
      work(to, {}, then_s);
    };
    if (node.is_up) take(node, now_s);
    send(node, now_s, take);
  });
}

void BlockNetwork::crash(double at_s, NodeId id) {
  at(at_s, [this, id](double) {
    Node& node = nodes_.at(static_cast<std::size_t>(id.value));
    node.is_up = false;
    node.armed.clear();
    node.orphans.clear();
  });
}

void BlockNetwork::restart(double at_s, NodeId id) {
  at(at_s, [this, id](double now_s) {
    Node& node = nodes_.at(static_cast<std::size_t>(id.value));
    node.is_up = true;
    work(node, node.consensus->on_start(view(node), now_s), now_s);
    send_all_to(node, now_s);
  });
}

void BlockNetwork::part(double at_s, const std::vector<int>& side_of_node) {
  at(at_s, [this, side_of_node](double now_s) {
    for (std::size_t i = 0; i < nodes_.size(); ++i) nodes_[i].side = side_of_node.at(i);
    for (Node& node : nodes_) send_all_to(node, now_s);
  });
}

void BlockNetwork::run(double until_s) {
  while (!events_.empty() && events_.begin()->first.first <= until_s) {
    const auto event = events_.extract(events_.begin());
    last_event_s_ = event.key().first;
    event.mapped()(last_event_s_);
  }
}

bool BlockNetwork::is_safe() const {
  return std::ranges::all_of(final_at_height, [](const auto& entry) { return entry.second.size() == 1; });
}

void BlockNetwork::at(double at_s, std::function<void(double)> what) {
  events_.emplace(std::pair{at_s, next_++}, std::move(what));
}

void BlockNetwork::send(const Node& from, double at_s, const std::function<void(Node&, double)>& deliver) {
  if (!from.is_up) return;
  for (Node& to : nodes_) {
    if (&to == &from || to.side != from.side) continue;
    at(at_s + latency_s(from.self, to.self), [deliver, &to](double now_s) {
      if (to.is_up) deliver(to, now_s);
    });
  }
}

void BlockNetwork::send_all_to(Node& node, double at_s) {
  for (const Node& from : nodes_) {
    if (&from == &node || !from.is_up || from.side != node.side) continue;
    at(at_s + latency_s(from.self, node.self), [this, &node, &from](double now_s) {
      if (!node.is_up) return;
      for (const Transaction& transaction : transactions_) static_cast<void>(node.mempool->add(transaction));
      for (const BlockPointer& block : from.ledger->blocks()) add(node, block, now_s);
    });
  }
}

void BlockNetwork::add(Node& node, const BlockPointer& block, double at_s) { work(node, {Append{block}}, at_s); }

void BlockNetwork::work(Node& node, Actions actions, double at_s) {
  std::deque<Action> pending(actions.begin(), actions.end());
  do {
    while (!pending.empty()) {
      const Action action = pending.front();
      pending.pop_front();
      carry_out(node, action, pending, at_s);
    }
    for (Action& action : node.consensus->on_work(view(node), at_s)) pending.push_back(std::move(action));
  } while (!pending.empty());
}

void BlockNetwork::carry_out(Node& node, const Action& action, std::deque<Action>& pending, double at_s) {
  if (const auto* timer = std::get_if<SetTimer>(&action)) return arm(node, *timer);
  if (const auto* final_block = std::get_if<Finalize>(&action)) return finalize(node, final_block->block);
  if (std::holds_alternative<Notice>(action)) {
    ++notices;
    return;
  }
  const auto* publish = std::get_if<Publish>(&action);
  const BlockPointer block = publish ? publish->block : std::get<Append>(action).block;
  if (node.ledger->find(block->hash())) return;
  if (publish) {
    published.push_back(block);
    send(node, at_s, [this, block](Node& to, double now_s) { add(to, block, now_s); });
  }
  Verdict verdict = node.consensus->check(*node.ledger, block->header());
  if (verdict.accepted()) verdict = node.ledger->append(block);
  if (verdict.reason == Rejection::unknown_parent) {
    node.orphans.emplace(block->header().parent, block);
    return;
  }
  rejected += !verdict.accepted();
  if (!verdict.accepted()) return;
  reversed += std::ssize(node.ledger->take_reversed());
  node.mempool->absorb(block);
  for (Action& next : node.consensus->on_appended(view(node), block, at_s)) pending.push_back(std::move(next));
  const auto [first, last] = node.orphans.equal_range(block->hash());
  for (auto orphan = first; orphan != last; ++orphan) pending.push_back(Append{orphan->second});
  node.orphans.erase(first, last);
}

void BlockNetwork::arm(Node& node, const SetTimer& timer) {
  const std::uint64_t number = next_;
  node.armed[timer.id] = number;
  at(timer.at_s, [this, &node, number, id = timer.id](double now_s) {
    const auto armed = node.armed.find(id);
    if (!node.is_up || armed == node.armed.end() || armed->second != number) return;
    work(node, node.consensus->on_timer(view(node), id, now_s), now_s);
  });
}

void BlockNetwork::finalize(Node& node, const Digest& hash) {
  for (const BlockPointer& block : node.ledger->finalize(hash)) {
    std::vector<Digest>& known = final_at_height[block->header().height];
    if (std::ranges::find(known, block->hash()) == known.end()) known.push_back(block->hash());
  }
}

}  // namespace polyclinic::testing
