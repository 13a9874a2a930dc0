// The distribution of the privacy loss of everything published together, and the exact trade between epsilon and delta that
// follows from it (Sommer, Meiser and Mohammadi 2019, Privacy loss classes; Gopi, Lee and Wutschitz 2021, Numerical composition
// of differential privacy). Tighter than Rényi's, whose conversion gives something away.
#pragma once

#include <vector>

#include "core/privacy/loss_of_step.hpp"
#include "core/privacy/releases.hpp"

namespace polyclinic {

// Of one direction. Each step's loss is rounded to cells of one width, the rounded one moved so that its mean is right, and the
// sum found by FFT. Cells are at most 1/50 of the smallest deviation of a step (as far as 2^20 of them suffice), and so many
// that what lies outside of them has a probability below 1e-13.
class LossDistribution {
 public:
  // `releases` must not be empty.
  LossDistribution(const Releases& releases, Adjacent adjacent);
  // E max(0, 1 - exp(epsilon - loss)), for epsilon >= 0. What is below 1e-10 is noise.
  [[nodiscard]] double delta(double epsilon) const;
  [[nodiscard]] double largest() const;  // loss that is told apart

 private:
  double first_ = 0.0;                 // loss of the first cell
  double cell_ = 0.0;
  std::vector<double> above_;          // probability of a cell and all those above it
  std::vector<double> discounted_;     // the same with each weighted by exp(loss of this cell - its own)
};

// Both directions: the larger delta of the two, as a function of epsilon and the other way round.
class LossDistributions {
 public:
  explicit LossDistributions(const Releases& releases);
  [[nodiscard]] double delta(double epsilon) const;
  // The least epsilon, at least 0 and at most the largest loss that is told apart.
  [[nodiscard]] double epsilon(double delta) const;

 private:
  LossDistribution removed_;
  LossDistribution added_;
};

}  // namespace polyclinic
