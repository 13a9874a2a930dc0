// How a round's updates, some of them perhaps hostile, become one mean update. A new kind is a new file beside this one and
// a line in table.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/scenario/scenario.hpp"
#include "core/sharing/mean.hpp"

namespace polyclinic {

class Combination {
 public:
  virtual ~Combination() = default;
  // `payloads`: in an order that does not depend on their arrival (author, version, nonce): of equals, the first wins. Like mean_update(), per
  // coordinate over its uploaders, 0 and unpublished where there is none. Throws Error for coordinates out of order, numbers
  // that are not finite, and updates that this kind cannot compare.
  [[nodiscard]] virtual MeanUpdate combine(const std::vector<WeightedPayload>& payloads, std::int64_t dimension) const = 0;
};

// Updates of a round and the coordinates that each publishes.
struct CombinationSize {
  double updates = 0.0;
  double coordinates = 0.0;
};

struct DefenceKind {
  std::string_view name;
  std::string_view description;
  std::unique_ptr<Combination> (*make)(const CollaborationConfig& config);
  double (*flops)(const CombinationSize& size);
};

[[nodiscard]] const std::vector<DefenceKind>& defence_kinds();

// Throws UsageError for an unknown CollaborationConfig::defence, or a setting of it that is out of range.
[[nodiscard]] std::unique_ptr<Combination> make_combination(const CollaborationConfig& config);

// How many of `updates` a defence is prepared to be hostile: the whole part of hostile_share * updates, 0.29 of 100 being 29
// although their product in doubles is a little less.
[[nodiscard]] std::int64_t hostile_count(double hostile_share, std::int64_t updates);

// The mean weighted by samples: no defence (McMahan et al. 2017, algorithm 1). Also what is left to do after scoring, which
// has decided on the chain which updates count.
[[nodiscard]] std::unique_ptr<Combination> make_mean(const CollaborationConfig& config);
// Median of a coordinate's uploaded values, the mean of the middle two where their count is even (Yin et al. 2018,
// Byzantine-robust distributed learning, definition 1). Samples do not weigh: an institution states its own.
[[nodiscard]] std::unique_ptr<Combination> make_median(const CollaborationConfig& config);
// Mean of a coordinate's u uploaded values without the hostile_count(hostile_share, u) smallest and as many largest (Yin et
// al. 2018, definition 2), of which one or two always stay. Samples do not weigh.
[[nodiscard]] std::unique_ptr<Combination> make_trimmed_mean(const CollaborationConfig& config);
// The update nearest to its neighbours (Blanchard et al. 2017, Machine learning with adversaries, section 4): of n updates,
// f = hostile_count(hostile_share, n) perhaps hostile, the one with the smallest sum of squared distances to its n - f - 2
// nearest. The guarantee needs n >= 2f + 3; with fewer (updates that got lost) it compares with at least one neighbour. All
// updates must publish the same coordinates.
[[nodiscard]] std::unique_ptr<Combination> make_krum(const CollaborationConfig& config);
// The mean, weighted by samples, of the n - f updates with the smallest sums (the same, section 6).
[[nodiscard]] std::unique_ptr<Combination> make_multi_krum(const CollaborationConfig& config);
// The mean weighted by samples, after each update longer than clip_factor times the median length was shortened to that (Sun
// et al. 2019, Can you really backdoor federated learning?, section 4, whose bound is a constant). Lengths are Euclidean,
// over what an update publishes, buffers included; their median is that of make_median().
[[nodiscard]] std::unique_ptr<Combination> make_norm_clip(const CollaborationConfig& config);

}  // namespace polyclinic
