#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/error.hpp"
#include "core/sharing/aggregator.hpp"
#include "core/sharing/defences/combination.hpp"
#include "core/sharing/names.hpp"

namespace polyclinic {
namespace {

// A multiplication and an addition for each number.
double mean_flops(const CombinationSize& size) { return 2.0 * size.updates * size.coordinates; }

// Hoare's selection makes about 3.4 comparisons a value until it has the median (Knuth 1971, Mathematical analysis of
// algorithms).
double selection_flops(const CombinationSize& size) { return 3.4 * size.updates * size.coordinates; }
double trimmed_mean_flops(const CombinationSize& size) { return 2.0 * selection_flops(size) + size.updates * size.coordinates; }

// A subtraction, a multiplication and an addition for each number of each pair, then the mean.
double krum_flops(const CombinationSize& size) {
  return 3.0 * size.coordinates * size.updates * (size.updates - 1.0) / 2.0 + mean_flops(size);
}

// Each update's length takes as much as the mean.
double norm_clip_flops(const CombinationSize& size) { return 2.0 * mean_flops(size); }

void require_settings(const CollaborationConfig& config) {
  if (!(config.hostile_share >= 0.0 && config.hostile_share <= 0.5)) {
    throw UsageError(fmt::format("collaboration.hostile_share is {}, needs 0 to 0.5", config.hostile_share));
  }
  if (!(config.clip_factor > 0.0)) {
    throw UsageError(fmt::format("collaboration.clip_factor is {}, needs more than 0", config.clip_factor));
  }
}

const DefenceKind& kind_of(const std::string& name) {
  std::vector<std::string> names;
  for (const DefenceKind& kind : defence_kinds()) {
    if (kind.name == name) return kind;
    names.emplace_back(kind.name);
  }
  unknown_name("collaboration.defence", name, names);
}

}  // namespace

const std::vector<DefenceKind>& defence_kinds() {
  static const std::vector<DefenceKind> kinds{
      {"none", "the mean weighted by samples", make_mean, mean_flops},
      {"median", "median of each coordinate over its uploaders", make_median, selection_flops},
      {"trimmed_mean", "mean of each coordinate without the hostile_share smallest and largest", make_trimmed_mean,
       trimmed_mean_flops},
      {"krum", "the update nearest to its neighbours; all must publish the same coordinates", make_krum, krum_flops},
      {"multi_krum", "mean of the updates nearest to their neighbours; the same condition", make_multi_krum, krum_flops},
      {"norm_clip", "no update longer than clip_factor times the median length", make_norm_clip, norm_clip_flops},
      {"scoring", "validators try each update on their own rows and vote; the mean of those accepted", make_mean, mean_flops},
  };
  return kinds;
}

std::unique_ptr<Combination> make_combination(const CollaborationConfig& config) {
  require_settings(config);
  return kind_of(config.defence).make(config);
}

std::int64_t hostile_count(double hostile_share, std::int64_t updates) {
  constexpr double rounding = 1e-9;
  return static_cast<std::int64_t>(std::floor(hostile_share * static_cast<double>(updates) + rounding));
}

double combination_flops(const CollaborationConfig& config, std::int64_t updates, double coordinates) {
  return kind_of(config.defence).flops({static_cast<double>(updates), coordinates});
}

std::vector<NamedKind> defences() {
  std::vector<NamedKind> kinds;
  for (const DefenceKind& kind : defence_kinds()) kinds.push_back({std::string(kind.name), std::string(kind.description)});
  return kinds;
}

}  // namespace polyclinic
