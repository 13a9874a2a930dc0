// Ledger, mempool and consensus of each validator, without the rest of a chain node: for protocols that publish blocks and
// say nothing else. Blocks and transactions go from everybody to everybody; who comes back or is joined again is told all.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "tests/core/ledger/chain_plan.hpp"

namespace polyclinic::testing {

// A block of its own making, signed by `proposer`.
[[nodiscard]] BlockPointer block_on(const ChainPlan& plan, const Block& parent, double time_s, std::int32_t proposer,
                                    double difficulty, std::vector<Transaction> transactions = {});

class BlockNetwork {
 public:
  explicit BlockNetwork(const ChainPlan& plan);

  // Time in seconds from one validator to another; plan.latency_s unless replaced.
  std::function<double(NodeId from, NodeId to)> latency_s;
  double wanted_at_s;                  // ConsensusView's, of all; never unless replaced

  // What follows happens at `at_s`.
  void submit(double at_s, NodeId home, const Transaction& transaction);
  void crash(double at_s, NodeId node);
  void restart(double at_s, NodeId node);
  void part(double at_s, const std::vector<int>& side_of_node);   // all on one side: healed
  void run(double until_s);            // or until nothing is left to happen

  [[nodiscard]] const Ledger& ledger(std::int64_t node) const { return *nodes_.at(static_cast<std::size_t>(node)).ledger; }
  [[nodiscard]] double quiet_since_s() const { return last_event_s_; }

  std::vector<BlockPointer> published;                            // in the order of time
  std::map<std::uint64_t, std::vector<Digest>> final_at_height;   // every block that some node ever finalized
  std::int64_t reversed = 0;                                      // final blocks, counted at each node
  std::int64_t rejected = 0;                                      // blocks
  std::int64_t notices = 0;                                       // of equivocation: nobody here should
  [[nodiscard]] bool is_safe() const;                             // one final block at each height

 private:
  struct Node {
    NodeId self;
    std::unique_ptr<Ledger> ledger;
    std::unique_ptr<Mempool> mempool;
    std::unique_ptr<Consensus> consensus;
    bool is_up = true;
    int side = 0;
    std::map<TimerId, std::uint64_t> armed;                       // number of the newest setting
    std::multimap<Digest, BlockPointer> orphans;                  // by parent
  };

  void at(double at_s, std::function<void(double)> what);
  void send(const Node& from, double at_s, const std::function<void(Node&, double)>& deliver);
  void send_all_to(Node& node, double at_s);
  void add(Node& node, const BlockPointer& block, double at_s);
  void work(Node& node, Actions actions, double at_s);
  void carry_out(Node& node, const Action& action, std::deque<Action>& pending, double at_s);
  void arm(Node& node, const SetTimer& timer);
  void finalize(Node& node, const Digest& block);
  [[nodiscard]] ConsensusView view(const Node& node) const { return {*node.ledger, *node.mempool, wanted_at_s}; }

  std::deque<Node> nodes_;
  std::vector<Transaction> transactions_;
  std::map<std::pair<double, std::uint64_t>, std::function<void(double)>> events_;
  std::uint64_t next_ = 0;
  double last_event_s_ = 0.0;
};

}  // namespace polyclinic::testing
