#include "core/ledger/chain_step.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/counted.hpp"
#include "core/base/error.hpp"

namespace polyclinic {
namespace {

std::string name_of(const Block& block) {
  return fmt::format("block {} of height {} by validator {}", block.hash().short_hex(), block.header().height,
                     block.header().proposer.value);
}

// That of `now` and the later ones up to `before`, which had closed by then.
std::string rounds_open_again(std::int64_t now, std::int64_t before) {
  if (now == before) return "no round opens again";
  return before == now + 1 ? fmt::format("round {} may close again", before)
                           : fmt::format("rounds {} to {} may close again", now + 1, before);
}

const char* consequence_of(const RejectedUpdate& rejected) {
  if (rejected.transaction.kind == TransactionKind::score) return "the vote does not count";
  if (rejected.transaction.kind != TransactionKind::update) return "it has no effect";
  if (rejected.verdict.reason == Rejection::second_update_of_round) return "the first one counts";
  return "it will never count";
}

}  // namespace

std::string ChainNode::Step::describe(const Transaction& transaction) {
  return fmt::format("round {}, payload {} of {} bytes", transaction.round + 1, transaction.payload.short_hex(),
                     transaction.payload_bytes);
}

Effects ChainNode::Step::finish() {
  do {
    carry_out_pending();
    push(node_.consensus_->on_work(view(), at_s_));
  } while (!node_.pending_.empty());
  node_.stall_.look(node_.waits_for_finality(at_s_), at_s_, effects_);
  return std::move(effects_);
}

ConsensusView ChainNode::Step::view() const { return {node_.ledger_, node_.mempool_, node_.contract_.deadline_s()}; }

void ChainNode::Step::push(Actions actions) {
  for (Action& action : actions) node_.pending_.push_back({std::move(action), std::nullopt});
}

// What is carried out may add to the list, and move it.
void ChainNode::Step::carry_out_pending() {
  for (std::size_t next = 0; next < node_.pending_.size(); ++next) {
    const Pending pending = std::move(node_.pending_[next]);
    if (pending.from) {
      append(std::get<Append>(pending.action).block, pending.from);
    } else {
      std::visit([this](const auto& action) { carry_out(action); }, pending.action);
    }
  }
  node_.pending_.clear();
}

void ChainNode::Step::append(const BlockPointer& block, std::optional<NodeId> from) {
  if (node_.ledger_.find(block->hash())) return;
  if (!node_.ledger_.find(block->header().parent)) return wait_for_parent(block, from);
  const BlockPointer head = node_.ledger_.head();
  Verdict verdict = node_.consensus_->check(node_.ledger_, block->header());
  if (verdict.accepted()) verdict = node_.ledger_.append(block);
  const bool is_new = !is_examined(*block);
  if (is_new) charge(*block, Examine::By::signatures);
  if (!verdict.accepted()) {
    return reject("rejected block", verdict, name_of(*block), InstitutionId{}, "it does not enter the ledger");
  }
  if (is_new) effects_.seen.push_back(block);
  node_.stall_.encourage();
  take_back(node_.ledger_.take_reversed());
  note_reorganisation(*head);
  if (from) node_.gossip_.spread(block, from, effects_);
  follow(block);
}

void ChainNode::Step::carry_out(const Send& send) {
  charge_signature(send.message);
  effects_.outgoing.push_back({send.to, send.message});
}

void ChainNode::Step::carry_out(const Broadcast& broadcast) {
  charge_signature(broadcast.message);
  const auto validators = static_cast<std::int32_t>(node_.setup_.validators);
  effects_.outgoing.reserve(effects_.outgoing.size() + static_cast<std::size_t>(validators));
  for (std::int32_t to = 0; to < validators; ++to) {
    if (to != node_.setup_.self.value) effects_.outgoing.push_back({NodeId{to}, broadcast.message});
  }
}

void ChainNode::Step::carry_out(const SetTimer& timer) { effects_.timers.push_back(timer); }

void ChainNode::Step::carry_out(const Publish& publish) {
  append(publish.block, std::nullopt);
  if (node_.ledger_.find(publish.block->hash())) node_.gossip_.spread(publish.block, std::nullopt, effects_);
}

void ChainNode::Step::carry_out(const PublishTo& publish) {
  for (const NodeId to : publish.to) effects_.outgoing.push_back({to, BlockMessage{publish.block}});
}

void ChainNode::Step::carry_out(const Append& append_action) { append(append_action.block, std::nullopt); }

void ChainNode::Step::carry_out(const Examine& examine) {
  const Block& block = *examine.block;
  if (is_examined(block) || node_.ledger_.find(block.hash())) return;
  node_.examined_.emplace(block.header().height, block.hash());
  charge(block, examine.by);
  effects_.seen.push_back(examine.block);
}

// A block that came between the decision and now may have turned the head to a branch without this one.
void ChainNode::Step::carry_out(const Finalize& finalize) {
  if (node_.rules_->fork_choice.may_reverse && !is_on_head_chain(finalize.block)) return;
  const BlockPointer head = node_.ledger_.head();
  const std::vector<BlockPointer> blocks = node_.ledger_.finalize(finalize.block);
  note_reorganisation(*head);
  node_.mempool_.forget(blocks);
  node_.gossip_.forget(blocks);
  const std::uint64_t final_height = node_.ledger_.finalized()->header().height;
  node_.examined_.erase(node_.examined_.begin(), node_.examined_.lower_bound({final_height + 1, Digest{}}));
  for (const BlockPointer& block : blocks) apply(block);
}

void ChainNode::Step::carry_out(const CatchUp& catch_up) {
  node_.sync_.begin(catch_up.from, node_.ledger_, at_s_, effects_);
}

void ChainNode::Step::carry_out(const Notice& notice) {
  effects_.events.push_back({notice.kind, notice.cause, notice.detail, InstitutionId{}, notice.consequence});
}

void ChainNode::Step::wait_for_parent(const BlockPointer& block, std::optional<NodeId> from) {
  node_.orphans_.add({block, from});
  node_.sync_.begin(from, node_.ledger_, at_s_, effects_);
}

bool ChainNode::Step::is_examined(const Block& block) const {
  return node_.examined_.contains({block.header().height, block.hash()});
}

void ChainNode::Step::charge(const Block& block, Examine::By by) {
  if (block.header().proposer == node_.setup_.self) {
    ++effects_.work.signatures_made;
    effects_.work.bytes_hashed += block.bytes() - block.header().payload_bytes;
    return;
  }
  effects_.work.bytes_hashed += block.bytes();
  if (by == Examine::By::hash) return;
  ++effects_.work.signatures_verified;
  for (const Digest& id : block.transaction_ids()) effects_.work.signatures_verified += !node_.mempool_.knows(id);
}

void ChainNode::Step::charge_signature(const ConsensusMessagePointer& message) {
  if (message->signatures() == 0 || std::exchange(signed_, message) == message) return;
  ++effects_.work.signatures_made;
}

void ChainNode::Step::follow(const BlockPointer& block) {
  node_.mempool_.absorb(block);
  push(node_.consensus_->on_appended(view(), block, at_s_));
  if (node_.orphans_.empty()) return;
  for (Orphan& orphan : node_.orphans_.take_children(block->hash())) {
    node_.pending_.push_back({Append{std::move(orphan.block)}, orphan.from});
  }
}

// The contract has no way back: it is brought up to what is still final from the beginning.
void ChainNode::Step::take_back(const std::vector<BlockPointer>& reversed) {
  if (reversed.empty()) return;
  node_.mempool_.restore(reversed);
  const std::int64_t round_before = node_.contract_.round();
  node_.contract_ = RoundContract(node_.rounds_);
  const Ledger& ledger = node_.ledger_;
  for (const BlockPointer& block : ledger.path(ledger.at_height(0)->hash(), ledger.finalized()->hash())) {
    [[maybe_unused]] const RoundContract::Step known = node_.contract_.apply(block);
  }
  const std::string rounds = rounds_open_again(node_.contract_.round(), round_before);
  for (const BlockPointer& block : reversed) {
    effects_.reversed.push_back(block);
    effects_.events.push_back(
        {"final block reversed", "heavier_branch",
         fmt::format("{}, for a branch up to {}", name_of(*block), name_of(*node_.ledger_.head())), InstitutionId{},
         fmt::format("{} may return to the pool, {}", counted(block->transactions().size(), "transaction"), rounds)});
  }
}

void ChainNode::Step::apply(const BlockPointer& block) {
  effects_.finalized.push_back(block);
  RoundContract::Step step = node_.contract_.apply(block);
  for (const RejectedUpdate& update : step.rejected) {
    reject("rejected update", update.verdict, describe(update.transaction), update.transaction.author,
           consequence_of(update));
    if (update.verdict.reason != Rejection::second_update_of_round) effects_.refused.push_back(update.transaction);
  }
  std::ranges::move(step.closed, std::back_inserter(effects_.closed));
  std::ranges::move(step.phases, std::back_inserter(effects_.phases));
  std::ranges::move(step.awaiting_scores, std::back_inserter(effects_.awaiting_scores));
}

bool ChainNode::Step::is_on_head_chain(const Digest& hash) const {
  const std::uint64_t height = node_.ledger_.find(hash)->header().height;
  return height <= node_.ledger_.head()->header().height && node_.ledger_.at_height(height)->hash() == hash;
}

void ChainNode::Step::note_reorganisation(const Block& before) {
  const Block& now = *node_.ledger_.head();
  if (now.hash() == before.hash() || now.header().parent == before.hash()) return;
  std::size_t left_behind = 0, waiting = 0;
  for (const Block* block = &before; !is_on_head_chain(block->hash());
       block = node_.ledger_.find(block->header().parent).get()) {
    ++left_behind;
    waiting += static_cast<std::size_t>(std::ranges::count_if(
        block->transaction_ids(), [&](const Digest& id) { return !node_.ledger_.includes(id, now.hash()); }));
  }
  if (left_behind == 0) return;
  effects_.reorganised.push_back(static_cast<std::int64_t>(left_behind));
  effects_.events.push_back(
      {"reorganisation", "heavier_branch",
       fmt::format("from {} to {}, {} left behind", name_of(before), name_of(now), counted(left_behind, "block")),
       InstitutionId{},
       fmt::format("{} to the pool",
                   waiting == 1 ? "1 transaction returns" : fmt::format("{} transactions return", waiting))});
}

void ChainNode::Step::reject(const std::string& kind, const Verdict& verdict, const std::string& what,
                             InstitutionId institution, const std::string& consequence) {
  effects_.events.push_back(
      {kind, rejection_name(verdict.reason), fmt::format("{}: {}", what, verdict.detail), institution, consequence});
}

}  // namespace polyclinic
