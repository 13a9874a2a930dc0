// How one institution conducts itself on one chain: honestly, or by hostile behaviours from some round on.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/sharing/behaviours/behaviour.hpp"

namespace polyclinic {

class Conduct {
 public:
  Conduct() = default;  // honest
  // The behaviours apply in the order given, each to what the one before left. Throws UsageError as make_behaviour() does.
  explicit Conduct(const std::vector<BehaviourConfig>& configs);

  [[nodiscard]] bool honest() const { return entries_.empty(); }
  [[nodiscard]] std::string name() const;  // "honest", or the kinds: "label_flip, sign_flip"

  // What it does in `round`; in a round before a behaviour's from_round, as if that were not there.
  [[nodiscard]] bool trains(std::int64_t round) const;
  [[nodiscard]] Rows training_rows(Rows rows, const Task& task, std::int64_t round) const;
  // `seed`: of this institution and round.
  [[nodiscard]] PrivateUpdate alter(PrivateUpdate update, std::int64_t round, Seed seed) const;

 private:
  struct Entry {
    std::string kind;
    std::int64_t from_round;
    std::shared_ptr<const Behaviour> behaviour;
  };
  std::vector<Entry> entries_;
};

}  // namespace polyclinic
