// n validators on a list for a network: messages take a latency, timers ring on their date, nothing else costs time.
// Computers crash and come back, messages are lost where a test says so.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/ledger/chain_node.hpp"
#include "core/ledger/verification.hpp"
#include "tests/core/ledger/chain_plan.hpp"

namespace polyclinic::testing {

class ChainNetwork {
 public:
  explicit ChainNetwork(const ChainPlan& plan);

  // Time in seconds from `from` to `to` of the message number `number`; plan.latency_s unless replaced. Draw it from a
  // Random, and messages overtake one another.
  std::function<double(NodeId from, NodeId to, std::uint64_t number)> latency_s;
  // Whether a message sent at that time gets lost; none unless replaced.
  std::function<bool(NodeId from, NodeId to, double at_s)> lost;
  // Called with every message that is sent, lost or not.
  std::function<void(NodeId from, NodeId to, const NodeMessage& message, double at_s)> on_sent;
  // Called when a node sees a round closed, or a block final; may submit.
  std::function<void(NodeId node, const ClosedRound& closed, double at_s)> on_closed;
  std::function<void(NodeId node, const BlockPointer& block, double at_s)> on_final;

  // Lost where the home is down.
  void submit(double at_s, NodeId home, const Submission& submission);
  // From outside, or from a validator.
  void deliver(double at_s, NodeId to, const NodeMessage& message, NodeId from = NodeId{});
  // The computer loses what lies in its memory, and what arrives until it restarts. Does nothing where it is down (up).
  void crash(NodeId node, double at_s);
  void restart(NodeId node, double at_s);
  void call(double at_s, std::function<void(double at_s)> act);
  // Until nothing is left to happen; returns the time of the last event. Throws Error past `limit_s`: it never got quiet.
  double run(double limit_s = 1e4);
  // What happens up to that time, included.
  void run_until(double at_s);

  [[nodiscard]] const ChainNode& node(std::int64_t index) const { return nodes_.at(static_cast<std::size_t>(index)); }
  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(nodes_.size()); }
  [[nodiscard]] double now_s() const { return now_s_; }
  [[nodiscard]] bool is_up(NodeId node) const { return up_.at(static_cast<std::size_t>(node.value)); }
  [[nodiscard]] bool is_honest(NodeId node) const { return !plan_.hostile.contains(node); }
  // Finalized blocks after genesis.
  [[nodiscard]] std::vector<BlockPointer> chain(std::int64_t index) const;
  // Whether all honest nodes finalized the same chain, however far.
  [[nodiscard]] bool agrees() const;
  [[nodiscard]] LedgerExport exported(std::int64_t index, bool with_payloads) const;

  struct Seen {
    double at_s = 0.0;
    NodeId node;
  };
  std::map<Digest, std::vector<Seen>> final_at;                  // by block
  std::map<Digest, std::vector<Seen>> seen_at;                   // by block: when it entered whose ledger
  std::vector<std::pair<Seen, LedgerEvent>> events;
  std::map<std::pair<NodeId, std::int64_t>, ClosedRound> closed; // by node and round
  std::vector<Work> work;                                        // by node
  // What honest nodes ever finalized, by height; two at one height are a breach of safety, though a node may have reversed
  // one of them since.
  std::map<std::uint64_t, std::set<Digest>> finalized_ever;
  std::vector<std::pair<Seen, BlockPointer>> reversed;           // by honest nodes
  std::uint64_t messages_sent = 0, messages_lost = 0;
  [[nodiscard]] std::int64_t count(const std::string& kind, const std::string& cause) const;
  [[nodiscard]] std::vector<std::uint64_t> conflicting_heights() const;

 private:
  struct Ring {
    TimerId timer = 0;
    std::uint64_t number = 0;
  };
  struct Crash {};
  struct Restart {};
  using Call = std::function<void(double at_s)>;
  struct Event {
    double at_s = 0.0;
    std::uint64_t number = 0;
    NodeId node;
    NodeId from;
    // A member's submission, a validator's message, a timer, a fault, a test's own act.
    std::variant<Submission, NodeMessage, Ring, Crash, Restart, Call> what;
  };
  struct Later {
    bool operator()(const std::unique_ptr<Event>& left, const std::unique_ptr<Event>& right) const {
      return std::pair(left->at_s, left->number) > std::pair(right->at_s, right->number);
    }
  };

  void push(double at_s, NodeId node, NodeId from, decltype(Event::what) what);
  void happen();
  void handle(const Event& event);
  void ring(const Event& event, const Ring& ring);
  void crash_now(NodeId node);
  void send(NodeId from, const Outgoing& outgoing, double at_s);
  void carry_out(NodeId node, const Effects& effects, double at_s);
  void record(NodeId node, const Effects& effects, double at_s);
  void record_finality(const Seen& seen, const Effects& effects);

  ChainPlan plan_;
  std::vector<ChainNode> nodes_;
  std::vector<bool> up_;
  std::vector<std::unique_ptr<Event>> queue_;                    // a heap
  std::map<std::pair<NodeId, TimerId>, std::uint64_t> armed_;    // number of the newest setting
  std::map<Digest, Bytes> payloads_;
  double now_s_ = 0.0;
  std::uint64_t next_ = 0;
};

}  // namespace polyclinic::testing
