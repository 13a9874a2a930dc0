#include <algorithm>
#include <cstddef>
#include <numeric>

#include "core/sharing/defences/columns.hpp"
#include "core/sharing/defences/combination.hpp"

namespace polyclinic {
namespace {

// The values without the `cut` smallest and the `cut` largest, in no particular order.
std::span<float> trimmed(std::span<float> values, std::size_t cut) {
  if (cut == 0) return values;
  const auto low = values.begin() + static_cast<std::ptrdiff_t>(cut);
  const auto high = values.end() - static_cast<std::ptrdiff_t>(cut);
  std::nth_element(values.begin(), low, values.end());
  std::nth_element(low, high, values.end());
  return {low, high};
}

class TrimmedMean : public Combination {
 public:
  explicit TrimmedMean(double hostile_share) : hostile_share_(hostile_share) {}
  [[nodiscard]] MeanUpdate combine(const std::vector<WeightedPayload>& payloads, std::int64_t dimension) const override {
    return combine_columns(payloads, dimension, [this](std::span<float> values) { return mean_of_rest(values); });
  }

 private:
  [[nodiscard]] float mean_of_rest(std::span<float> values) const {
    const auto hostile = static_cast<std::size_t>(hostile_count(hostile_share_, std::ssize(values)));
    const std::span<const float> rest = trimmed(values, std::min(hostile, (values.size() - 1) / 2));
    return static_cast<float>(std::accumulate(rest.begin(), rest.end(), 0.0) / static_cast<double>(rest.size()));
  }

  double hostile_share_;
};

}  // namespace

std::unique_ptr<Combination> make_trimmed_mean(const CollaborationConfig& config) {
  return std::make_unique<TrimmedMean>(config.hostile_share);
}

}  // namespace polyclinic
