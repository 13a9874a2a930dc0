#include "core/ledger/gossip.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace polyclinic {
namespace {

// Whoever has not answered so many times does not hear us, and neither do the others.
constexpr int most_attempts = 8;

}  // namespace

Gossip::Gossip(const GossipRules& rules, NodeId self, std::int64_t nodes)
    : rules_(rules), neighbours_(neighbours_of(self, rules, nodes)) {}

void Gossip::keep(const Submission& submission, const Digest& id) {
  if (submission.payload) payloads_.insert_or_assign(id, submission.payload);
}

void Gossip::spread(const Submission& submission, const Digest& id, std::optional<NodeId> from, Effects& effects) {
  if (from && rules_.fan_out == 0) return;
  if (rules_.announce) return tell(from, Inventory{{}, {id}}, effects);
  tell(from, submission, effects);
}

void Gossip::spread(const BlockPointer& block, std::optional<NodeId> from, Effects& effects) {
  if (from && rules_.fan_out == 0) return;
  if (rules_.announce) return tell(from, Inventory{{block->hash()}, {}}, effects);
  tell(from, message_of(block), effects);
}

void Gossip::want_block(const Digest& block, NodeId from, double at_s, Effects& effects) {
  want(Kind::block, block, from, at_s, effects);
}

void Gossip::want_transaction(const Digest& transaction, NodeId from, double at_s, Effects& effects) {
  want(Kind::transaction, transaction, from, at_s, effects);
}

void Gossip::want_rest(const BlockPointer& block, std::vector<Digest> missing, NodeId from, double at_s, Effects& effects) {
  const auto known = wanted_.find(block->hash());
  if (known != wanted_.end() && known->second.kind == Kind::rest) return known->second.holders.push_back(from);
  Wanted wanted{Kind::rest, {from}};
  wanted.incomplete = block;
  wanted.missing = std::move(missing);
  Wanted& asked = wanted_.insert_or_assign(block->hash(), std::move(wanted)).first->second;
  ask(block->hash(), asked, at_s, effects);
  arm(asked.due_s, effects);
}

bool Gossip::is_missing(const Digest& transaction) const {
  return std::ranges::any_of(wanted_, [&](const auto& entry) {
    return std::ranges::find(entry.second.missing, transaction) != entry.second.missing.end();
  });
}

std::vector<Gossip::Complete> Gossip::have_transaction(const Digest& transaction) {
  std::vector<Complete> complete;
  if (wanted_.empty()) return complete;
  wanted_.erase(transaction);
  for (auto entry = wanted_.begin(); entry != wanted_.end();) {
    Wanted& wanted = entry->second;
    const bool is_last = std::erase(wanted.missing, transaction) > 0 && wanted.missing.empty();
    if (is_last) complete.push_back({wanted.incomplete, wanted.holders.front()});
    entry = is_last ? wanted_.erase(entry) : std::next(entry);
  }
  return complete;
}

void Gossip::answer(NodeId from, const Request& request, const Ledger& ledger, const Mempool& mempool,
                    Effects& effects) const {
  for (const Digest& hash : request.blocks) {
    const BlockPointer block = ledger.find(hash);
    if (!block) continue;
    if (request.transactions.empty()) {
      effects.outgoing.push_back({from, message_of(block)});
    } else {
      answer_rest(from, block, request.transactions, effects);
    }
  }
  if (!request.blocks.empty()) return;
  for (const Digest& id : request.transactions) {
    const Transaction* transaction = mempool.find(id);
    if (!transaction) continue;
    const auto found = submission(*transaction, id, ledger.rules().payload_on_chain);
    if (found) effects.outgoing.push_back({from, *found});
  }
}

void Gossip::fire(double at_s, Effects& effects) {
  armed_s_.reset();
  double next_s = std::numeric_limits<double>::infinity();
  for (auto entry = wanted_.begin(); entry != wanted_.end();) {
    Wanted& wanted = entry->second;
    const bool is_due = wanted.due_s <= at_s + time_tolerance_s;
    if (is_due && wanted.attempts >= most_attempts) {
      entry = wanted_.erase(entry);
      continue;
    }
    if (is_due) ask(entry->first, wanted, at_s, effects);
    next_s = std::min(next_s, wanted.due_s);
    ++entry;
  }
  if (!wanted_.empty()) arm(next_s, effects);
}

void Gossip::forget(const std::vector<BlockPointer>& finalized) {
  if (payloads_.empty()) return;
  for (const BlockPointer& block : finalized) {
    for (const Digest& id : block->transaction_ids()) payloads_.erase(id);
  }
}

void Gossip::clear() {
  wanted_.clear();
  payloads_.clear();
  armed_s_.reset();
}

void Gossip::want(Kind kind, const Digest& digest, NodeId from, double at_s, Effects& effects) {
  const auto known = wanted_.find(digest);
  if (known != wanted_.end()) return known->second.holders.push_back(from);
  Wanted& asked = wanted_.emplace(digest, Wanted{kind, {from}}).first->second;
  ask(digest, asked, at_s, effects);
  arm(asked.due_s, effects);
}

// Each attempt has twice the time of the one before it: on a slow link even a large block gets through.
void Gossip::ask(const Digest& digest, Wanted& wanted, double at_s, Effects& effects) {
  const NodeId holder = wanted.holders[static_cast<std::size_t>(wanted.attempts) % wanted.holders.size()];
  wanted.due_s = at_s + rules_.request_timeout_s * static_cast<double>(1 << wanted.attempts);
  ++wanted.attempts;
  Request request;
  if (wanted.kind != Kind::transaction) request.blocks = {digest};
  if (wanted.kind == Kind::transaction) request.transactions = {digest};
  if (wanted.kind == Kind::rest) request.transactions = wanted.missing;
  effects.outgoing.push_back({holder, std::move(request)});
}

void Gossip::arm(double due_s, Effects& effects) {
  if (armed_s_ && *armed_s_ <= due_s) return;
  armed_s_ = due_s;
  effects.timers.push_back({timer, due_s});
}

void Gossip::tell(std::optional<NodeId> from, const NodeMessage& message, Effects& effects) const {
  effects.outgoing.reserve(effects.outgoing.size() + neighbours_.size());
  for (const NodeId neighbour : neighbours_) {
    if (neighbour != from) effects.outgoing.push_back({neighbour, message});
  }
}

NodeMessage Gossip::message_of(const BlockPointer& block) const {
  if (rules_.compact) return CompactBlock{block};
  return BlockMessage{block};
}

void Gossip::answer_rest(NodeId from, const BlockPointer& block, const std::vector<Digest>& missing,
                         Effects& effects) const {
  std::vector<Outgoing> answers;
  const bool payload_on_chain = block->header().payload_bytes > 0;
  for (std::size_t i = 0; i < block->transactions().size(); ++i) {
    const Digest& id = block->transaction_ids()[i];
    if (std::ranges::find(missing, id) == missing.end()) continue;
    const auto found = submission(block->transactions()[i], id, payload_on_chain);
    if (!found) return effects.outgoing.push_back({from, BlockMessage{block}});
    answers.push_back({from, *found});
  }
  for (Outgoing& answer : answers) effects.outgoing.push_back(std::move(answer));
}

std::optional<Submission> Gossip::submission(const Transaction& transaction, const Digest& id,
                                             bool payload_on_chain) const {
  const auto payload = payloads_.find(id);
  if (payload != payloads_.end()) return Submission{transaction, payload->second};
  if (is_stored(transaction, payload_on_chain)) return std::nullopt;
  return Submission{transaction, nullptr};
}

}  // namespace polyclinic
