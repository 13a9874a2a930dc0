// A chain with one validator and real learning, played without a network: what a result file of its run would hold.
#pragma once

#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "core/collaboration/chain_learning.hpp"
#include "core/ledger/chain_node.hpp"
#include "core/ledger/verification.hpp"
#include "core/record/result_data.hpp"

namespace polyclinic::test {

class PlayedChain {
 public:
  // The scenario's only chain, whose consensus.validators must be 1.
  PlayedChain(const Scenario& scenario, Pool& pool);

  // Until the contract has ended. Every 10 s members train and submit: all that are expected, or, where there are versions,
  // member i every i + 1 times, from the version that it knew when it last did so.
  void play();

  ChainLearning learning;
  std::vector<ClosedRound> closed;
  // With the full ledger and the final global model.
  [[nodiscard]] ResultData result() const;
  [[nodiscard]] LedgerExport exported() const;

 private:
  void take_turn(InstitutionId member, std::int64_t turn, double at_s);
  void submit(InstitutionId member, std::int64_t round, double at_s);
  void carry_out(const Effects& effects);
  void ring_until(double limit_s);

  Scenario scenario_;
  std::unique_ptr<ChainNode> node_;
  std::multimap<double, TimerId> timers_;
  std::map<Digest, SharedUpdatePointer> updates_;
  std::map<Digest, Bytes> payloads_;                       // of updates that counted
  std::vector<std::int64_t> known_;                        // by position: the version that the member knows
  std::vector<std::int64_t> trained_;                      // the last one that it trained from
  std::vector<std::uint32_t> nonce_;
};

// small_scenario() with one validator.
[[nodiscard]] Scenario played_scenario();

}  // namespace polyclinic::test
