// Watches a chain's machines from above: which blocks became final, where and when, what was refused, and whether they agree.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/collaboration/plan.hpp"
#include "core/ledger/chain_node.hpp"
#include "core/ledger/verification.hpp"
#include "core/record/block_statistics.hpp"
#include "sim/chronicle.hpp"

namespace polyclinic {

enum class Honesty { honest, hostile };
// The chain's validators that are so; nobody listens to what hostile ones say of themselves.
[[nodiscard]] std::set<NodeId> validators(const ChainPlan& plan, Honesty honesty);

class ChainWatch {
 public:
  ChainWatch(ChainPlanPointer plan, Chronicle& chronicle);

  // What an honest node's reaction shows. The first node that finalises a block of some height decides what is canonical; one
  // that contradicts it, or takes a final block back, is an event: safety is lost.
  void reacted(NodeId node, const Effects& effects, double at_s);

  struct Progress {                  // of the canonical chain
    std::uint64_t ledger_bytes = 0;  // headers and transactions without payloads
    std::int64_t blocks = 0;
  };
  // What became final since this was asked the last time.
  [[nodiscard]] Progress take_progress() { return std::exchange(progress_, {}); }
  [[nodiscard]] std::int64_t final_blocks() const { return static_cast<std::int64_t>(canonical_.size()); }
  // Whether a block with the transaction is final somewhere, as far as was heard: not more than a hint where final blocks may
  // be reversed.
  [[nodiscard]] bool is_final(const Digest& transaction) const { return final_transactions_.contains(transaction); }
  // When a block that carries something became final for the last time; 0: never yet.
  [[nodiscard]] double last_final_s() const { return last_final_s_; }

  // The chain as `node` has it, for the result file; without payloads.
  [[nodiscard]] LedgerExport exported(const ChainNode& node) const;
  // At the end: what is not yet in the table of blocks, and what it amounts to. `updates`: the summary's columns about them.
  void record_end(const ChainSummaryRow& updates);

 private:
  void saw(NodeId node, const BlockPointer& block, double at_s);
  void finalized(NodeId node, const BlockPointer& block, double at_s);
  void reversed(NodeId node, const BlockPointer& block);
  void report(NodeId node, const LedgerEvent& event, double at_s);
  void report_once(NodeId node, const LedgerEvent& event, double at_s);

  ChainPlanPointer plan_;
  Chronicle& chronicle_;
  BlockStatistics statistics_;
  std::map<std::uint64_t, Digest> canonical_;  // by height
  std::set<Digest> final_transactions_;
  std::set<std::tuple<std::string, std::string, std::string, InstitutionId>> reported_;  // every validator sees the same
  std::int64_t transactions_rejected_ = 0;
  double last_final_s_ = 0.0;
  Progress progress_;
};

}  // namespace polyclinic
