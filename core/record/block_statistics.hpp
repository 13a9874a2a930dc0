// What became of a chain's blocks: told what happens at its nodes, it gives the rows of /chains/NAME/blocks and the block
// figures of /chains/NAME/summary.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <vector>

#include "core/base/digest.hpp"
#include "core/base/ids.hpp"
#include "core/record/rows.hpp"

namespace polyclinic {

// The q-quantile by nearest rank: the smallest of `values` that at least q * values.size() of them do not exceed; NaN
// where there are none. 0 < q <= 1.
[[nodiscard]] double nearest_rank(std::vector<double> values, double q);

struct ProposedBlock {
  Digest hash, parent;
  std::int64_t height = 0;
  NodeId proposer;
  double at_s = 0.0;
  std::int64_t view = 0;
  double difficulty = 0.0;
  std::int64_t transactions = 0, bytes = 0;
};

// Feed it in order of time. Memory: a digest for each block; a row for each that is not settled, and each node's times for those that are not
// yet everywhere, of the last `window` blocks proposed. What a node receives or finalises later than that counts no more in
// that block's quantiles: a node that was cut off for so long would only measure its own absence.
class BlockStatistics {
 public:
  // `reversal_depth`: a block's row is settled only when the chain has grown by so many final blocks beyond it; 0 where
  // final means final (pbft, raft). `silent`: nodes of which nothing is ever told (hostile ones), so that "all nodes" is all
  // the others.
  BlockStatistics(std::int64_t nodes, std::int64_t reversal_depth, std::int64_t window = 1000,
                  std::set<NodeId> silent = {});

  // A node made a block, and has it. Again the same block, even one whose row was taken: no effect.
  void proposed(const ProposedBlock& block);
  // A block entered a node's ledger. The proposer's own, and again the same at the same node: no effect. Nor have, here and
  // below, blocks that nobody proposed (the first of a chain) or whose row was taken.
  void seen(NodeId node, const Digest& block, double at_s);
  // A block became final at a node. Its latency is that of the first time, should it be reversed in between.
  void finalized(NodeId node, const Digest& block, double at_s);
  // It is not final any more at a node where it was.
  void reversed(NodeId node, const Digest& block);
  // A node's head left `depth` blocks behind for another branch.
  void reorganized(std::int64_t depth);

  // Rows that will change no more, each once, by (height, proposed_s, hash) within a call. Of a height that is settled (it
  // and reversal_depth more are final at all nodes; or at one node, with `window` heights more): its final block, and the
  // others once they are everywhere, or `window` blocks old. Taken while a run goes on, they survive its being killed.
  [[nodiscard]] std::vector<BlockRow> take_settled();
  // At the end: all other rows. A block is "final" where it is so at a node and, should nodes disagree, at more nodes than
  // any other of its height (of equals the first to be so); "reversed" where it was final otherwise or before; "stale"
  // where another block of its height or a higher one is final; else "pending".
  [[nodiscard]] std::vector<BlockRow> take_rest();
  // Of the rows taken so far; columns that are not about blocks are as in an empty row.
  [[nodiscard]] ChainSummaryRow summary() const;

 private:
  // When each node did something with one block, after its proposal; NaN: not yet. Let go once everybody has.
  struct Delays {
    std::vector<double> by_node;
    std::int64_t count = 0;
    [[nodiscard]] bool add(std::size_t nodes, NodeId node, double delay_s);  // false where the node had done it before
    [[nodiscard]] double quantile(double q) const;
  };
  struct Entry {
    ProposedBlock block;
    std::int64_t number = 0;               // how many were proposed before
    Delays seen, final;
    std::int64_t final_nodes = 0;          // where it is final now
    double first_final_s = 0.0;            // NaN: never
    bool lost = false;                     // another block of its height is settled
    BlockRow row;                          // its quantiles so far, where delays were let go
  };
  using Entries = std::map<Digest, Entry>;

  [[nodiscard]] bool is_old(const Entry& entry) const { return proposals_ - entry.number > window_; }
  [[nodiscard]] Entry* find(const Digest& block);
  [[nodiscard]] std::int64_t expected_receivers(const Entry& entry) const;
  void let_go(Entry& entry);
  void close_old_ones();
  [[nodiscard]] std::int64_t settled_height() const;
  [[nodiscard]] Entries::iterator winner_at(std::int64_t height);
  [[nodiscard]] BlockRow take(Entries::iterator entry, const char* status);
  void count(const BlockRow& row);

  std::int64_t nodes_, reversal_depth_, window_;
  std::set<NodeId> silent_;
  std::int64_t observed_;                  // nodes that are not silent
  std::int64_t proposals_ = 0;
  Entries entries_;
  std::set<Digest> taken_;
  std::multimap<std::int64_t, Digest> by_height_;   // of entries_
  std::deque<Digest> open_;                // in the order of proposal: those whose delays may still be held
  std::int64_t highest_final_ = 0, highest_final_everywhere_ = 0, settled_ = 0;

  ChainSummaryRow summary_;
  std::vector<double> propagation_medians_, propagation_p90s_, commits_;
  double first_proposed_s_ = 0.0, last_proposed_s_ = 0.0;  // of final blocks
};

}  // namespace polyclinic
