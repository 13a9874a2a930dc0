#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

#include "core/sharing/defences/columns.hpp"
#include "core/sharing/defences/combination.hpp"

namespace polyclinic {
namespace {

double length_of(const WeightedPayload& payload) {
  std::array<float, 2048> storage;
  double sum = 0.0;
  const auto count = static_cast<std::size_t>(payload.view.count);
  for (std::size_t first = 0; first < count; first += storage.size()) {
    const std::span<float> values = std::span(storage).first(std::min(storage.size(), count - first));
    read_scaled(payload, first, values);
    for (const float value : values) sum += static_cast<double>(value) * static_cast<double>(value);
  }
  return std::sqrt(sum);
}

class NormClip : public Combination {
 public:
  explicit NormClip(double factor) : factor_(factor) {}

  [[nodiscard]] MeanUpdate combine(const std::vector<WeightedPayload>& payloads, std::int64_t dimension) const override {
    return mean_update(payloads.empty() ? payloads : clipped(payloads), dimension);
  }

 private:
  [[nodiscard]] std::vector<WeightedPayload> clipped(std::vector<WeightedPayload> payloads) const {
    std::vector<double> lengths;
    for (const WeightedPayload& payload : payloads) lengths.push_back(length_of(payload));
    std::vector<double> sorted = lengths;
    const double longest = factor_ * median_of(std::span(sorted));
    for (std::size_t i = 0; i < payloads.size(); ++i) {
      if (lengths[i] > longest) payloads[i].scale *= longest / lengths[i];
    }
    return payloads;
  }

  double factor_;
};

}  // namespace

std::unique_ptr<Combination> make_norm_clip(const CollaborationConfig& config) {
  return std::make_unique<NormClip>(config.clip_factor);
}

}  // namespace polyclinic
