// n validators on a list for a network: messages take a latency, timers ring on their date, nothing else costs time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/ledger/chain_node.hpp"
#include "core/ledger/verification.hpp"

namespace polyclinic::testing {

struct ChainPlan {
  std::int64_t validators = 4;
  std::int32_t members = 3;
  double block_interval_s = 2.0;
  double latency_s = 0.1;                 // between validators
  std::int64_t confirmations = 0;
  std::uint64_t max_block_bytes = 64'000'000;
  bool payload_on_chain = true;
  std::uint64_t payload_bytes = 100;      // of each update, at least 12
  RoundRules rounds;                      // members are filled in
};

[[nodiscard]] KeyPair validator_keys(NodeId node);
[[nodiscard]] KeyPair member_keys(InstitutionId institution);
[[nodiscard]] ChainRules chain_rules(const ChainPlan& plan);
[[nodiscard]] RoundRules round_rules(const ChainPlan& plan);
// A signed update with its payload; another `variant` is another payload. Samples: 10 + author.
[[nodiscard]] Submission update(const ChainPlan& plan, std::int32_t author, std::uint32_t round, int variant = 0);
// A block of its own making, signed by its proposer, for `slot`.
[[nodiscard]] BlockPointer seal(const ChainPlan& plan, const Block& parent, std::int64_t slot,
                                std::vector<Transaction> transactions);

class ChainNetwork {
 public:
  explicit ChainNetwork(const ChainPlan& plan);

  // Time in seconds from `from` to `to` of the message number `number`; plan.latency_s unless replaced.
  std::function<double(NodeId from, NodeId to, std::uint64_t number)> latency_s;
  // Called when a node sees a round closed; may submit.
  std::function<void(NodeId node, const ClosedRound& closed, double at_s)> on_closed;

  void submit(double at_s, NodeId home, const Submission& submission);
  void deliver(double at_s, NodeId to, const NodeMessage& message);
  // Until nothing is left to happen; returns the time of the last event. Throws Error past `limit_s`: it never got quiet.
  double run(double limit_s = 1e4);

  [[nodiscard]] const ChainNode& node(std::int64_t index) const { return nodes_.at(static_cast<std::size_t>(index)); }
  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(nodes_.size()); }
  // Finalized blocks after genesis.
  [[nodiscard]] std::vector<BlockPointer> chain(std::int64_t index) const;
  // Whether all nodes finalized the same chain, however far.
  [[nodiscard]] bool agrees() const;
  [[nodiscard]] LedgerExport exported(std::int64_t index, bool with_payloads) const;

  struct Seen {
    double at_s = 0.0;
    NodeId node;
  };
  std::map<Digest, std::vector<Seen>> final_at;                  // by block
  std::vector<std::pair<Seen, LedgerEvent>> events;
  std::map<std::pair<NodeId, std::int64_t>, ClosedRound> closed; // by node and round
  std::vector<Work> work;                                        // by node
  [[nodiscard]] std::int64_t count(const std::string& kind, const std::string& cause) const;

 private:
  struct Ring {
    TimerId timer = 0;
    std::uint64_t number = 0;
  };
  struct Event {
    NodeId node;
    NodeId from;
    std::variant<Submission, NodeMessage, Ring> what;  // a member's submission, a validator's message, a timer
  };

  void push(double at_s, Event event);
  [[nodiscard]] Effects handle(const Event& event, double at_s);
  void carry_out(NodeId node, const Effects& effects, double at_s);

  ChainPlan plan_;
  std::vector<ChainNode> nodes_;
  std::map<std::pair<double, std::uint64_t>, Event> queue_;
  std::map<std::pair<NodeId, TimerId>, std::uint64_t> armed_;    // number of the newest setting
  std::map<Digest, Bytes> payloads_;
  std::uint64_t next_ = 0;
};

}  // namespace polyclinic::testing
