// A chain under a random schedule of faults, and what must hold of it whatever the schedule.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/core/ledger/chain_network.hpp"

namespace polyclinic::testing {

// Faults of a trial, all over by `healed_s`.
struct FaultPlan {
  struct Down {
    NodeId node;
    double from_s = 0.0, until_s = 0.0;
  };
  struct Partition {
    std::vector<int> side;  // by NodeId
    double from_s = 0.0, until_s = 0.0;
  };
  struct Loss {
    double probability = 0.0;
    double from_s = 0.0, until_s = 0.0;
  };
  std::vector<Down> downs;
  std::vector<Partition> partitions;
  std::vector<Loss> losses;
  double shortest_latency_s = 0.0, longest_latency_s = 0.0;  // uniform between, anew for each message
  double healed_s = 0.0;
  double healed_latency_s = 0.0;  // the longest from then on; 0: as before
};

// How far a schedule may go.
struct FaultBounds {
  std::int64_t most_down = 0;  // at a time
  double longest_partition_s = 0.0;
  double highest_loss = 0.0;  // probability of a message to get lost
  double longest_latency_s = 0.0;
};

struct Trial {
  ChainPlan plan;
  FaultPlan faults;
  double end_s = 0.0;  // by then the chain must have made progress again
};

// A chain of that kind and faults that its promise of safety covers. PBFT and Raft: any, with up to f hostile validators for
// PBFT. Proof of authority: a majority stays up, and news is everywhere within an interval: no message is lost, and where
// validators crash each tells all others itself.
// Proof of work: blocks are late or parted by two intervals at most and less than a quarter of the miners are hostile, where
// ten confirmations make a block final.
[[nodiscard]] Trial random_trial(const std::string& kind, std::uint64_t seed);
// For proof of authority where all honest others confirm a block. Either hostile validators, fewer than a third of at least five,
// with delays below an interval; or up to a fifth of the messages lost and partitions of half an interval, with delays below half of one.
[[nodiscard]] Trial confirmed_trial(const std::string& kind, std::uint64_t seed);
// Faults beyond that, for proof of authority and proof of work: partitions of up to 15 intervals, losses, delays of an interval,
// and few confirmations.
[[nodiscard]] Trial reckless_trial(const std::string& kind, std::uint64_t seed);
[[nodiscard]] FaultPlan random_faults(const FaultBounds& bounds, std::int64_t validators, double healed_s, Random& random);

struct TrialOutcome {
  std::vector<std::string> breaches;  // of what must hold; empty: all does
  std::string fingerprint;            // of everything that was final where and when, and of all events
  std::uint64_t final_blocks = 0;     // on the longest chain
  std::uint64_t conflicts = 0;        // heights at which two blocks were final
  std::uint64_t reversed = 0;         // final blocks, counted at each node
  std::uint64_t reorganisations = 0;
  std::uint64_t transactions = 0, resubmitted = 0;
  std::map<std::string, std::uint64_t> refused;  // updates in the final chain, by the contract's reason
  std::map<std::string, std::uint64_t> expired;  // updates that their authors gave up, by reason
  std::uint64_t messages = 0, messages_lost = 0;
};

// Members submit updates throughout, and again elsewhere until they see them final; half of them give up when an update can count
// no more. Breaches are: a transaction that is not exactly once in the final chain, unless given up for a reason; one that is,
// of which the contract made nothing, or which it refused and nobody said so; an event without a cause or a consequence; no
// progress after the last fault, a contract that is not a function of the chain, honest nodes that end with different chains, and (unless `may_reverse`) two final blocks at one height; with it, reversals that
// were not reported.
[[nodiscard]] TrialOutcome run(const Trial& trial, bool may_reverse = false);

}  // namespace polyclinic::testing
