// The privacy loss of one step: ln of how much likelier an outcome is with a record than without it, as a random variable.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/privacy/releases.hpp"

namespace polyclinic {

// A record is either taken away from those that outcomes were made of, or added to them; the two have different losses.
enum class Adjacent { removed, added };

// The loss of one step, and how many such steps there are.
class LossOfStep {
 public:
  virtual ~LossOfStep() = default;
  [[nodiscard]] virtual double mean() const = 0;
  [[nodiscard]] virtual double deviation() const = 0;
  [[nodiscard]] virtual double log_moment(double lambda) const = 0;  // ln E exp(lambda x loss)
  // Probabilities that the loss, rounded to a whole multiple of `cell`, is `first`, `first` + 1, ...: all of them but for tails
  // below 1e-30. They need not sum to 1 exactly.
  struct Cells {
    std::int64_t first = 0;
    std::vector<double> probabilities;
  };
  [[nodiscard]] virtual Cells rounded_to(double cell) const = 0;
};

struct RepeatedLoss {
  std::shared_ptr<const LossOfStep> step;
  std::int64_t times = 1;
};

// Sampled Gaussian: Q = N(0, s^2) without the record, P = (1 - q) N(0, s^2) + q N(1, s^2) with it; the loss is ln(P / Q) under P
// where the record is removed, ln(Q / P) under Q where it is added (Koskela, Jälkö and Honkela 2020, Computing tight
// differential privacy guarantees using FFT).
[[nodiscard]] std::shared_ptr<const LossOfStep> gaussian_loss(double rate, double noise_multiplier, Adjacent adjacent);
// Pure epsilon: that of randomized response, +-epsilon, which is the worst of them; the same in both directions.
[[nodiscard]] std::shared_ptr<const LossOfStep> pure_loss(double epsilon);

// All of `releases`, those without sampling as the one release that they are equivalent to.
[[nodiscard]] std::vector<RepeatedLoss> losses_of(const Releases& releases, Adjacent adjacent);

}  // namespace polyclinic
