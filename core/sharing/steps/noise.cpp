// The Gaussian mechanism: N(0, (noise_multiplier x clip_norm)^2) is added to every value that has got this far. Where a choice by
// the data follows, all shareable coordinates have their noise before it. In float32 a noisy value's low bits could tell more
// than real numbers would (Mironov 2012, On significance of the least significant bits for differential privacy): not modelled.
#include "core/base/error.hpp"
#include "core/sharing/numbers.hpp"
#include "core/sharing/steps/step.hpp"

namespace polyclinic {
namespace {

class Noise : public Step {
 public:
  explicit Noise(double deviation) : deviation_(deviation) {}
  [[nodiscard]] bool adds_noise() const override { return true; }
  [[nodiscard]] Plan plan(Plan plan) const override {
    plan.faithful = false;
    return plan;
  }
  [[nodiscard]] Work apply(Work work, Seed /*seed*/) const override {
    at::Tensor noisy = work.selection.values.clone();
    Random random(work.noise.value() / "gaussian");
    for (float& value : writable_numbers(noisy)) value += static_cast<float>(deviation_ * random.normal());
    work.selection.values = std::move(noisy);
    return work;
  }

 private:
  double deviation_;
};

}  // namespace

std::unique_ptr<Step> make_noise(const SharingConfig& config, const Layout& /*layout*/) {
  if (!(config.noise_multiplier > 0.0)) {
    throw UsageError(
        fmt::format("sharing.noise_multiplier is {}, but the step \"noise\" needs more than 0, or privacy.epsilon, "
                    "from which it follows",
                    config.noise_multiplier));
  }
  return std::make_unique<Noise>(config.noise_multiplier * config.clip_norm);
}

}  // namespace polyclinic
