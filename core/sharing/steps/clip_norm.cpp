// The published values together, shortened to a Euclidean length of at most clip_norm, their direction kept: however much an
// institution's data changes, what it publishes moves by a bounded amount (McMahan et al. 2018, Learning differentially private
// recurrent language models, flat clipping).
#include <cmath>

#include "core/base/error.hpp"
#include "core/sharing/numbers.hpp"
#include "core/sharing/steps/step.hpp"

namespace polyclinic {
namespace {

double length_of(std::span<const float> values) {
  double sum = 0.0;
  for (const float value : values) sum += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(sum);
}

at::Tensor scaled(const at::Tensor& values, double factor) {
  at::Tensor result = values.clone();
  for (float& value : writable_numbers(result)) value = static_cast<float>(factor * static_cast<double>(value));
  return result;
}

class ClipNorm : public Step {
 public:
  explicit ClipNorm(double bound) : bound_(bound) {}
  [[nodiscard]] Plan plan(Plan plan) const override {
    plan.faithful = false;
    return plan;
  }
  [[nodiscard]] Work apply(Work work, Seed /*seed*/) const override {
    const double length = length_of(numbers(work.selection.values));
    if (length > bound_) work.selection.values = scaled(work.selection.values, bound_ / length);
    return work;
  }

 private:
  double bound_;
};

}  // namespace

std::unique_ptr<Step> make_clip_norm(const SharingConfig& config, const Layout& /*layout*/) {
  if (!(config.clip_norm > 0.0)) {
    throw UsageError(
        fmt::format("sharing.clip_norm is {}, but the step \"clip_norm\" needs more than 0", config.clip_norm));
  }
  return std::make_unique<ClipNorm>(config.clip_norm);
}

}  // namespace polyclinic
