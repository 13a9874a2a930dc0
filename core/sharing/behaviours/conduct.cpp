#include "core/sharing/behaviours/conduct.hpp"

#include <algorithm>
#include <utility>

namespace polyclinic {

Conduct::Conduct(const std::vector<BehaviourConfig>& configs) {
  for (const BehaviourConfig& config : configs) entries_.push_back({config.kind, config.from_round, make_behaviour(config)});
}

std::string Conduct::name() const {
  if (honest()) return "honest";
  std::string names;
  for (const Entry& entry : entries_) names += (names.empty() ? "" : ", ") + entry.kind;
  return names;
}

bool Conduct::trains(std::int64_t round) const {
  return std::ranges::all_of(
      entries_, [round](const Entry& entry) { return round < entry.from_round || entry.behaviour->trains(); });
}

Rows Conduct::training_rows(Rows rows, const Task& task, std::int64_t round) const {
  for (const Entry& entry : entries_) {
    if (round >= entry.from_round) rows = entry.behaviour->training_rows(std::move(rows), task);
  }
  return rows;
}

PrivateUpdate Conduct::alter(PrivateUpdate update, std::int64_t round, Seed seed) const {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (round >= entries_[i].from_round) update = entries_[i].behaviour->alter(std::move(update), seed / i);
  }
  return update;
}

}  // namespace polyclinic
