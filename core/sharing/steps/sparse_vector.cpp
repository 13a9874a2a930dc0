// Selective upload with differential privacy (Shokri & Shmatikov 2015, section 6) by the sparse vector technique: coordinates are
// visited in a random order, and one is published where its cut magnitude with noise exceeds a threshold with noise, until c =
// fraction x dimension were; their values then get fresh noise. With a coordinate's magnitude in [0, gamma] and its value in
// [-gamma, gamma], for the epsilon of a round
//   threshold  one draw of Lap(gamma / e1)
//   choice     Lap(2 c gamma / e2) for each coordinate visited
//   values     Lap(2 c gamma / e3) for each one published, cut to [-gamma, gamma] again
// e1 + e2 = 8/9 epsilon and e3 = 1/9 epsilon (Dwork & Roth 2014, algorithm 3, as in the paper), e1 : e2 = 1 : (2c)^(2/3) (Lyu, Su
// and Li 2017, Understanding the sparse vector technique, section 4.2: the paper's own split wastes budget). It stops at the c-th
// coordinate accepted: going on would not be private. Whatever an institution's update becomes, each round is epsilon-private.
#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"
#include "core/sharing/mask.hpp"
#include "core/sharing/numbers.hpp"
#include "core/sharing/steps/limits.hpp"
#include "core/sharing/steps/step.hpp"

namespace polyclinic {
namespace {

double laplace(Random& random, double scale) {
  const bool negative = (random.bits() & 1U) != 0;
  const double magnitude = random.exponential(scale);
  return negative ? -magnitude : magnitude;
}

struct Scales {
  double threshold, choice, value;
};

Scales scales_of(double epsilon, double gamma, double count) {
  const double of_choice = std::pow(2 * count, 2.0 / 3.0);
  const double first = 8.0 / 9.0 * epsilon / (1 + of_choice);
  return {
      .threshold = gamma / first, .choice = 2 * count * gamma / (first * of_choice), .value = 18 * count * gamma / epsilon};
}

class SparseVector : public Step {
 public:
  explicit SparseVector(const SharingConfig& config)
      : fraction_(valid_fraction(config)),
        gamma_(config.gamma),
        threshold_(config.threshold),
        epsilon_(config.sparse_epsilon) {}

  [[nodiscard]] bool adds_noise() const override { return true; }
  [[nodiscard]] Plan plan(Plan plan) const override {
    plan.count = published_count(fraction_, plan.dimension);
    plan.exact = false;
    plan.faithful = false;
    return plan;
  }

  [[nodiscard]] Work apply(Work work, Seed /*seed*/) const override {
    at::Tensor values = clipped(work.selection.values, gamma_);
    const std::int64_t count = published_count(fraction_, work.selection.dimension);
    const auto accepted = choose(writable_numbers(values), count, Random(work.noise.value() / "sparse_vector"));
    work.selection.values = std::move(values);
    work.selection = narrowed(work.selection, accepted);
    return work;
  }

 private:
  // Sorted places; their values have their noise afterwards.
  [[nodiscard]] std::vector<std::uint32_t> choose(std::span<float> values, std::int64_t count, Random random) const {
    const Scales scales = scales_of(epsilon_, gamma_, static_cast<double>(count));
    const double threshold = threshold_ + laplace(random, scales.threshold);
    std::vector<std::uint32_t> accepted;
    for (const std::int64_t place : random.permutation(std::ssize(values))) {
      float& value = values[static_cast<std::size_t>(place)];
      if (std::abs(static_cast<double>(value)) + laplace(random, scales.choice) < threshold) continue;
      value = static_cast<float>(std::clamp(static_cast<double>(value) + laplace(random, scales.value), -gamma_, gamma_));
      accepted.push_back(static_cast<std::uint32_t>(place));
      if (std::ssize(accepted) == count) break;
    }
    std::ranges::sort(accepted);
    return accepted;
  }

  double fraction_;
  double gamma_;
  double threshold_;
  double epsilon_;
};

}  // namespace

std::unique_ptr<Step> make_sparse_vector(const SharingConfig& config, const Layout& /*layout*/) {
  if (!(config.gamma > 0.0)) {
    throw UsageError(fmt::format("sharing.gamma is {}, but the step \"sparse_vector\" needs more than 0", config.gamma));
  }
  if (!(config.sparse_epsilon > 0.0)) {
    throw UsageError(fmt::format("sharing.sparse_epsilon is {}, but the step \"sparse_vector\" needs more than 0",
                                 config.sparse_epsilon));
  }
  if (!(config.threshold >= 0.0))
    throw UsageError(fmt::format("sharing.threshold is {}, needs at least 0", config.threshold));
  return std::make_unique<SparseVector>(config);
}

}  // namespace polyclinic
