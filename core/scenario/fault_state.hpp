// What is wrong at the moment: the faults that have begun and not ended, as answers to whoever computes, sends or receives.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "core/base/ids.hpp"
#include "core/scenario/fault_schedule.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

// Who can fail: an institution's computer, or a validator. Where consensus.hosts = "members" a validator runs on an
// institution's computer, and whatever befalls that befalls the validator too, but not the other way round.
class Party {
 public:
  Party(InstitutionId institution) : institution_(institution) {}  // NOLINT: an institution is a party
  Party(ChainId chain, NodeId validator) : chain_(chain), validator_(validator) {}
  [[nodiscard]] InstitutionId institution() const { return institution_; }  // -1: a validator
  [[nodiscard]] ChainId chain() const { return chain_; }
  [[nodiscard]] NodeId validator() const { return validator_; }
  auto operator<=>(const Party&) const = default;

 private:
  InstitutionId institution_;
  ChainId chain_;
  NodeId validator_;
};

// Faults overlap: who is down for two reasons is up when both have ended; factors multiply; messages survive each loss
// independently. Queries take constant time, but for are_separated(): linear in the partitions at the moment.
class FaultState {
 public:
  explicit FaultState(const Scenario& scenario);

  struct Change {
    std::vector<Party> down;   // were up and now are not, those on an institution's computer included; institutions first
    std::vector<Party> up;
  };
  // The next event of the scenario's schedule; an end needs its beginning to have been applied before.
  Change apply(const FaultEvent& event);

  [[nodiscard]] bool is_down(const Party& party) const;
  [[nodiscard]] double speed_factor(const Party& party) const;       // of its computer's speed; 1: as it should be
  [[nodiscard]] double bandwidth_factor(const Party& party) const;   // of its link's, both ways
  [[nodiscard]] double latency_factor(const Party& party) const;
  [[nodiscard]] double loss_probability(ChainId chain) const;        // of a message between two of its validators
  // Whether a partition lies between the two.
  [[nodiscard]] bool are_separated(const Party& left, const Party& right) const;
  // Whether any partition lies between some.
  [[nodiscard]] bool is_split() const { return !partitions_.empty(); }
  // Whom an event concerns, the validators on institutions' computers included: each once, institutions first.
  [[nodiscard]] std::vector<Party> targets(const FaultEvent& event) const;
  // Whether anything is wrong.
  [[nodiscard]] bool healthy() const { return active_.empty(); }

 private:
  struct Health {
    std::int64_t crashes = 0;
    double speed = 1.0, bandwidth = 1.0, latency = 1.0;
  };
  struct Partition {
    std::vector<bool> inside;  // by index of party
  };
  // fault, instance, first institution, first validator: churn has an own event for each target.
  using Key = std::tuple<std::size_t, std::int64_t, InstitutionId, NodeId>;

  [[nodiscard]] std::size_t index_of(const Party& party) const;
  [[nodiscard]] std::vector<std::size_t> targets_of(const FaultEvent& event) const;
  [[nodiscard]] Change count_crashes(const FaultEvent& event, std::int64_t by);
  void refresh_factors(const FaultEvent& event);
  void refresh_loss(ChainId chain);

  std::vector<Party> parties_;                         // institutions, then each chain's validators
  std::vector<std::size_t> first_validator_;           // by chain: index of its validator 0
  std::vector<std::vector<std::size_t>> hosted_;       // by index: validators that run on this computer
  std::vector<Health> health_;
  std::vector<double> loss_;                           // by chain
  std::map<Key, FaultEvent> active_;
  std::map<Key, Partition> partitions_;
};

}  // namespace polyclinic
