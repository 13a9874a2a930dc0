#include "core/record/block_statistics.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <iterator>
#include <limits>
#include <tuple>
#include <utility>

namespace polyclinic {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

void sort_rows(std::vector<BlockRow>& rows) {
  std::sort(rows.begin(), rows.end(), [](const BlockRow& left, const BlockRow& right) {
    return std::tie(left.height, left.proposed_s, left.hash) < std::tie(right.height, right.proposed_s, right.hash);
  });
}

}  // namespace

double nearest_rank(std::vector<double> values, double q) {
  assert(q > 0.0 && q <= 1.0);
  if (values.empty()) return undefined;
  // A hair less, so that 0.9 * 10 = 9.000000000000002 would not become the tenth.
  const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size()) - 1e-9));
  const auto chosen = values.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
  std::nth_element(values.begin(), chosen, values.end());
  return *chosen;
}

bool BlockStatistics::Delays::add(std::size_t nodes, NodeId node, double delay_s) {
  if (by_node.empty()) by_node.assign(nodes, undefined);
  double& own = by_node.at(static_cast<std::size_t>(node.value));
  if (!std::isnan(own)) return false;
  own = delay_s;
  ++count;
  return true;
}

double BlockStatistics::Delays::quantile(double q) const {
  std::vector<double> known;
  known.reserve(static_cast<std::size_t>(count));
  std::copy_if(by_node.begin(), by_node.end(), std::back_inserter(known), [](double delay) { return !std::isnan(delay); });
  return nearest_rank(std::move(known), q);
}

BlockStatistics::BlockStatistics(std::int64_t nodes, std::int64_t reversal_depth, std::int64_t window,
                                 std::set<NodeId> silent)
    : nodes_(nodes), reversal_depth_(reversal_depth), window_(window), silent_(std::move(silent)),
      observed_(nodes - static_cast<std::int64_t>(silent_.size())) {
  assert(observed_ >= 1 && reversal_depth >= 0 && window >= 1);
}

BlockStatistics::Entry* BlockStatistics::find(const Digest& block) {
  const auto found = entries_.find(block);
  return found == entries_.end() ? nullptr : &found->second;
}

void BlockStatistics::proposed(const ProposedBlock& block) {
  if (taken_.contains(block.hash)) return;
  const auto [place, is_new] = entries_.try_emplace(block.hash);
  if (!is_new) return;
  Entry& entry = place->second;
  entry.block = block;
  entry.number = proposals_++;
  entry.first_final_s = undefined;
  entry.lost = block.height <= settled_;
  by_height_.emplace(block.height, block.hash);
  open_.push_back(block.hash);
  close_old_ones();
}

void BlockStatistics::seen(NodeId node, const Digest& block, double at_s) {
  Entry* entry = find(block);
  if (entry == nullptr || node == entry->block.proposer || entry->row.receivers > 0 || is_old(*entry)) return;
  static_cast<void>(entry->seen.add(static_cast<std::size_t>(nodes_), node, at_s - entry->block.at_s));
  if (entry->seen.count == expected_receivers(*entry)) let_go(*entry);
}

void BlockStatistics::finalized(NodeId node, const Digest& block, double at_s) {
  Entry* entry = find(block);
  if (entry == nullptr) return;
  ++entry->final_nodes;
  assert(entry->final_nodes <= observed_);
  if (std::isnan(entry->first_final_s)) entry->first_final_s = at_s;
  highest_final_ = std::max(highest_final_, entry->block.height);
  if (entry->final_nodes == observed_) highest_final_everywhere_ = std::max(highest_final_everywhere_, entry->block.height);
  if (!std::isnan(entry->row.commit_median_s) || is_old(*entry)) return;
  static_cast<void>(entry->final.add(static_cast<std::size_t>(nodes_), node, at_s - entry->block.at_s));
  if (entry->final.count == observed_) let_go(*entry);
}

void BlockStatistics::reversed(NodeId, const Digest& block) {
  Entry* entry = find(block);
  if (entry == nullptr) return;
  --entry->final_nodes;
  assert(entry->final_nodes >= 0);
}

void BlockStatistics::reorganized(std::int64_t depth) {
  ++summary_.reorganisations;
  summary_.longest_reorganisation = std::max(summary_.longest_reorganisation, depth);
}

std::int64_t BlockStatistics::expected_receivers(const Entry& entry) const {
  return silent_.contains(entry.block.proposer) ? observed_ : observed_ - 1;
}

// Each kind of delay by itself: what everybody has received is not final yet.
void BlockStatistics::let_go(Entry& entry) {
  const bool force = is_old(entry);
  const auto close = [&](Delays& delays, std::int64_t all, auto keep) {
    if (delays.by_node.empty() || (delays.count < all && !force)) return;
    keep(delays);
    delays = Delays{};
  };
  close(entry.seen, expected_receivers(entry), [&](const Delays& delays) {
    entry.row.receivers = delays.count;
    entry.row.propagation_median_s = delays.quantile(0.5);
    entry.row.propagation_p90_s = delays.quantile(0.9);
  });
  close(entry.final, observed_, [&](const Delays& delays) { entry.row.commit_median_s = delays.quantile(0.5); });
}

void BlockStatistics::close_old_ones() {
  while (!open_.empty()) {
    Entry* oldest = find(open_.front());
    if (oldest != nullptr && !is_old(*oldest)) return;
    if (oldest != nullptr) let_go(*oldest);
    open_.pop_front();
  }
}

std::int64_t BlockStatistics::settled_height() const {
  return std::max(highest_final_everywhere_ - reversal_depth_, highest_final_ - reversal_depth_ - window_);
}

BlockStatistics::Entries::iterator BlockStatistics::winner_at(std::int64_t height) {
  auto winner = entries_.end();
  const auto [first, last] = by_height_.equal_range(height);
  for (auto place = first; place != last; ++place) {
    const auto candidate = entries_.find(place->second);
    if (candidate->second.final_nodes == 0 || candidate->second.lost) continue;
    const auto rank = [](const Entry& entry) { return std::pair(-entry.final_nodes, entry.first_final_s); };
    if (winner == entries_.end() || rank(candidate->second) < rank(winner->second)) winner = candidate;
  }
  return winner;
}

BlockRow BlockStatistics::take(Entries::iterator place, const char* status) {
  Entry& entry = place->second;
  entry.number = proposals_ - window_ - 1;  // old enough for let_go()
  let_go(entry);
  BlockRow row = std::move(entry.row);
  const ProposedBlock& block = entry.block;
  row.height = block.height;
  row.hash = block.hash.hex();
  row.parent = block.parent.hex();
  row.proposer = block.proposer.value;
  row.proposed_s = block.at_s;
  row.final_s = entry.first_final_s;
  row.transactions = block.transactions;
  row.bytes = block.bytes;
  row.status = status;
  row.view = block.view;
  row.difficulty = block.difficulty;
  row.commit_first_s = row.final_s - row.proposed_s;
  const auto [first, last] = by_height_.equal_range(row.height);
  by_height_.erase(std::find_if(first, last, [&](const auto& entry_at) { return entry_at.second == block.hash; }));
  taken_.insert(block.hash);
  entries_.erase(place);
  count(row);
  return row;
}

void BlockStatistics::count(const BlockRow& row) {
  ++summary_.blocks;
  if (!std::isnan(row.propagation_median_s)) {
    propagation_medians_.push_back(row.propagation_median_s);
    propagation_p90s_.push_back(row.propagation_p90_s);
  }
  if (row.status == "stale") ++summary_.stale_blocks;
  if (row.status == "reversed") ++summary_.reversed_blocks;
  if (row.status == "pending") ++summary_.pending_blocks;
  if (row.status != "final") return;
  if (summary_.final_blocks++ == 0) first_proposed_s_ = last_proposed_s_ = row.proposed_s;
  first_proposed_s_ = std::min(first_proposed_s_, row.proposed_s);
  last_proposed_s_ = std::max(last_proposed_s_, row.proposed_s);
  commits_.push_back(row.commit_median_s);
}

std::vector<BlockRow> BlockStatistics::take_settled() {
  std::vector<BlockRow> rows;
  for (const std::int64_t until = settled_height(); settled_ < until;) {
    ++settled_;
    const auto winner = winner_at(settled_);
    if (winner != entries_.end()) rows.push_back(take(winner, "final"));
    const auto [first, last] = by_height_.equal_range(settled_);
    for (auto place = first; place != last; ++place) entries_.at(place->second).lost = true;
  }
  for (auto next = by_height_.begin(); next != by_height_.end() && next->first <= settled_;) {
    const auto place = entries_.find((next++)->second);
    const Entry& entry = place->second;
    if (entry.row.receivers > 0 || is_old(entry) || expected_receivers(entry) == 0) rows.push_back(take(place, std::isnan(entry.first_final_s) ? "stale" : "reversed"));
  }
  sort_rows(rows);
  return rows;
}

std::vector<BlockRow> BlockStatistics::take_rest() {
  std::vector<BlockRow> rows;
  std::int64_t highest = settled_;
  while (!by_height_.empty()) {
    const std::int64_t height = std::prev(by_height_.end())->first;
    const auto winner = winner_at(height);
    if (winner != entries_.end()) {
      highest = std::max(highest, height);
      rows.push_back(take(winner, "final"));
    }
    for (auto other = by_height_.find(height); other != by_height_.end(); other = by_height_.find(height)) {
      const auto place = entries_.find(other->second);
      const bool was_final = !std::isnan(place->second.first_final_s);
      rows.push_back(take(place, was_final ? "reversed" : height <= highest ? "stale" : "pending"));
    }
  }
  sort_rows(rows);
  return rows;
}

ChainSummaryRow BlockStatistics::summary() const {
  ChainSummaryRow row = summary_;
  const std::int64_t dropped = row.stale_blocks + row.reversed_blocks, decided = dropped + row.final_blocks;
  if (decided > 0) row.stale_rate = static_cast<double>(dropped) / static_cast<double>(decided);
  if (row.final_blocks > 1) {
    row.block_interval_s = (last_proposed_s_ - first_proposed_s_) / static_cast<double>(row.final_blocks - 1);
  }
  row.propagation_median_s = nearest_rank(propagation_medians_, 0.5);
  row.propagation_p90_s = nearest_rank(propagation_p90s_, 0.5);
  row.commit_median_s = nearest_rank(commits_, 0.5);
  row.commit_p90_s = nearest_rank(commits_, 0.9);
  return row;
}

}  // namespace polyclinic
