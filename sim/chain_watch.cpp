#include "sim/chain_watch.hpp"

#include <fmt/format.h>

namespace polyclinic {
namespace {

// Blocks beyond a final one that settle it for the table, where finality may be reversed.
constexpr std::int64_t reversal_depth = 100;
// Blocks that are kept for what late nodes have to say of them.
constexpr std::int64_t block_window = 1000;

std::string name_of(const Block& block) {
  return fmt::format("block {} of height {}", block.hash().short_hex(), block.header().height);
}

}  // namespace

std::set<NodeId> validators(const ChainPlan& plan, Honesty honesty) {
  std::set<NodeId> nodes;
  for (std::size_t i = 0; i < plan.validator_keys.size(); ++i) {
    const NodeId node{static_cast<std::int32_t>(i)};
    if (plan.is_hostile(node) == (honesty == Honesty::hostile)) nodes.insert(node);
  }
  return nodes;
}

ChainWatch::ChainWatch(ChainPlanPointer plan, Chronicle& chronicle)
    : plan_(std::move(plan)),
      chronicle_(chronicle),
      statistics_(static_cast<std::int64_t>(plan_->validator_keys.size()),
                  plan_->rules->fork_choice.may_reverse ? reversal_depth : 0, block_window, validators(*plan_, Honesty::hostile)) {}

void ChainWatch::reacted(NodeId node, const Effects& effects, double at_s) {
  for (const BlockPointer& block : effects.seen) saw(node, block, at_s);
  for (const std::int64_t depth : effects.reorganised) statistics_.reorganized(depth);
  for (const BlockPointer& block : effects.reversed) reversed(node, block);
  for (const BlockPointer& block : effects.finalized) finalized(node, block, at_s);
  for (const LedgerEvent& event : effects.events) report(node, event, at_s);
  if (effects.finalized.empty()) return;
  for (const BlockRow& row : statistics_.take_settled()) chronicle_.block(row);
}

void ChainWatch::saw(NodeId node, const BlockPointer& block, double at_s) {
  const Header& header = block->header();
  statistics_.proposed({.hash = block->hash(),
                        .parent = header.parent,
                        .height = static_cast<std::int64_t>(header.height),
                        .proposer = header.proposer,
                        .at_s = header.time_s,
                        .view = static_cast<std::int64_t>(header.view),
                        .difficulty = header.difficulty,
                        .transactions = static_cast<std::int64_t>(header.transactions),
                        .bytes = static_cast<std::int64_t>(block->bytes())});
  statistics_.seen(node, block->hash(), at_s);
}

void ChainWatch::finalized(NodeId node, const BlockPointer& block, double at_s) {
  statistics_.finalized(node, block->hash(), at_s);
  final_transactions_.insert(block->transaction_ids().begin(), block->transaction_ids().end());
  if (!block->transactions().empty()) last_final_s_ = at_s;
  const auto [canonical, is_new] = canonical_.emplace(block->header().height, block->hash());
  if (is_new) {
    progress_.ledger_bytes += block->bytes() - block->header().payload_bytes;
    ++progress_.blocks;
    return;
  }
  if (canonical->second == block->hash()) return;
  const std::string detail =
      fmt::format("{} is final at one validator, {} at another", name_of(*block), canonical->second.short_hex());
  report_once(node, {"loss of safety", "conflicting final blocks", detail, InstitutionId{}, "validators disagree"}, at_s);
}

// What the branch that has won brings of it is final again at once.
void ChainWatch::reversed(NodeId node, const BlockPointer& block) {
  statistics_.reversed(node, block->hash());
  for (const Digest& transaction : block->transaction_ids()) final_transactions_.erase(transaction);
  const auto canonical = canonical_.find(block->header().height);
  if (canonical != canonical_.end() && canonical->second == block->hash()) canonical_.erase(canonical);
}

void ChainWatch::report(NodeId node, const LedgerEvent& event, double at_s) {
  if (event.kind == "rejected transaction") ++transactions_rejected_;
  report_once(node, event, at_s);
}

void ChainWatch::report_once(NodeId node, const LedgerEvent& event, double at_s) {
  if (!reported_.emplace(event.kind, event.cause, event.detail, event.institution).second) return;
  EventRow row{at_s, plan_->config.name, event.kind, event.cause, event.detail, event.institution.value};
  row.validator = node.value;
  row.consequence = event.consequence;
  chronicle_.event(row);
}

LedgerExport ChainWatch::exported(const ChainNode& node) const {
  LedgerExport result;
  result.rules = *plan_->rules;
  result.rounds = *plan_->rounds;
  result.consensus = plan_->consensus;
  const auto write = [&result](const BlockPointer& block) {
    result.headers.push_back(encode(block->header()));
    result.transactions.emplace_back();
    for (const Transaction& transaction : block->transactions()) result.transactions.back().push_back(encode(transaction));
  };
  const BlockPointer first = genesis(plan_->id);
  write(first);
  for (const BlockPointer& block : node.ledger().path(first->hash(), node.ledger().finalized()->hash())) write(block);
  return result;
}

void ChainWatch::record_end(const ChainSummaryRow& updates) {
  for (const BlockRow& row : statistics_.take_rest()) chronicle_.block(row);
  ChainSummaryRow row = statistics_.summary();
  row.consensus = plan_->consensus.kind;
  row.validators = static_cast<std::int64_t>(plan_->validator_keys.size());
  row.transactions_rejected = transactions_rejected_;
  row.updates_published = updates.updates_published;
  row.updates_included = updates.updates_included;
  row.updates_expired = updates.updates_expired;
  row.payloads_unavailable = updates.payloads_unavailable;
  chronicle_.summary(row);
}

}  // namespace polyclinic
