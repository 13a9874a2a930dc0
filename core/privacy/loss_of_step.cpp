#include "core/privacy/loss_of_step.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/privacy/gaussian.hpp"
#include "core/privacy/normal.hpp"

namespace polyclinic {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double reach = 12.0;  // standard deviations: beyond them lie 4e-33

// Of an outcome x: ln((1 - q) + q exp((2x - 1) / (2 s^2))).
double log_ratio(double q, double s, double x) {
  const double exponent = (2 * x - 1) / (2 * s * s);
  if (q == 1.0) return exponent;
  return log_sum(std::log1p(-q), std::log(q) + exponent);
}

// The outcome of that log ratio; -infinity for a ratio that none has.
double outcome_of(double q, double s, double ratio) {
  if (q == 1.0) return s * s * ratio + 0.5;
  if (ratio <= std::log1p(-q)) return -infinity;
  return s * s * (ratio + std::log1p(-(1 - q) * std::exp(-ratio)) - std::log(q)) + 0.5;
}

// Of a normal variable in a <= x < b, precise in both tails.
double normal_between(double a, double b) {
  return a > 0 ? normal_cdf(-a) - normal_cdf(-b) : normal_cdf(b) - normal_cdf(a);
}

class GaussianLoss : public LossOfStep {
 public:
  GaussianLoss(double rate, double noise, Adjacent adjacent)
      : q_(rate), s_(noise), removed_(adjacent == Adjacent::removed) {
    // The integrands are analytic: equal steps converge faster than any power.
    const std::int64_t points = 4000;
    const double low = -reach * s_;
    const double step = (1.0 + 2 * reach * s_) / static_cast<double>(points);
    for (std::int64_t i = 0; i <= points; ++i) {
      const double x = low + step * static_cast<double>(i);
      losses_.push_back(loss(x));
      weights_.push_back(step * density(x));
    }
  }

  [[nodiscard]] double mean() const override {
    return average([](double value) { return value; });
  }
  [[nodiscard]] double deviation() const override {
    const double middle = mean();
    return std::sqrt(average([middle](double value) { return (value - middle) * (value - middle); }));
  }

  [[nodiscard]] double log_moment(double lambda) const override {
    double largest = -infinity;
    for (std::size_t i = 0; i < losses_.size(); ++i) {
      if (weights_[i] > 0) largest = std::max(largest, lambda * losses_[i]);
    }
    return largest + std::log(average([&](double value) { return std::exp(lambda * value - largest); }));
  }

  [[nodiscard]] Cells rounded_to(double cell) const override {
    const auto [least, most] = std::ranges::minmax(losses_);
    Cells cells{.first = std::llround(least / cell), .probabilities = {}};
    const std::int64_t last = std::llround(most / cell);
    for (std::int64_t k = cells.first; k <= last; ++k) {
      const double centre = static_cast<double>(k) * cell;
      cells.probabilities.push_back(probability_between(centre - cell / 2, centre + cell / 2));
    }
    return cells;
  }

 private:
  [[nodiscard]] double loss(double x) const { return removed_ ? log_ratio(q_, s_, x) : -log_ratio(q_, s_, x); }

  [[nodiscard]] double density(double x) const {
    const auto normal = [this](double y) {
      return std::exp(-y * y / (2 * s_ * s_)) / (s_ * std::sqrt(2 * std::numbers::pi));
    };
    return removed_ ? (1 - q_) * normal(x) + q_ * normal(x - 1) : normal(x);
  }

  template <class Function>
  [[nodiscard]] double average(const Function& of) const {
    double sum = 0.0;
    double weight = 0.0;
    for (std::size_t i = 0; i < losses_.size(); ++i) {
      sum += weights_[i] * of(losses_[i]);
      weight += weights_[i];
    }
    return sum / weight;
  }

  [[nodiscard]] double probability_between(double low, double high) const {
    if (!removed_) return normal_between(outcome_of(q_, s_, -high) / s_, outcome_of(q_, s_, -low) / s_);
    const double from = outcome_of(q_, s_, low);
    const double to = outcome_of(q_, s_, high);
    const double with = q_ * normal_between((from - 1) / s_, (to - 1) / s_);
    return q_ == 1.0 ? with : with + (1 - q_) * normal_between(from / s_, to / s_);
  }

  double q_;
  double s_;
  bool removed_;
  std::vector<double> losses_;   // at the points of a quadrature ...
  std::vector<double> weights_;  // ... and their weights
};

class PureLoss : public LossOfStep {
 public:
  explicit PureLoss(double epsilon) : epsilon_(epsilon), truth_(1 / (1 + std::exp(-epsilon))) {}
  [[nodiscard]] double mean() const override { return epsilon_ * (2 * truth_ - 1); }
  [[nodiscard]] double deviation() const override { return 2 * epsilon_ * std::sqrt(truth_ * (1 - truth_)); }
  [[nodiscard]] double log_moment(double lambda) const override {
    return log_sum(std::log(truth_) + lambda * epsilon_, std::log1p(-truth_) - lambda * epsilon_);
  }

  // Each of the two values is divided between its neighbours so that the mean stays: what is spread out bounds from above.
  [[nodiscard]] Cells rounded_to(double cell) const override {
    const double place = epsilon_ / cell;
    const auto below = static_cast<std::int64_t>(std::floor(place));
    const double rest = place - static_cast<double>(below);
    Cells cells{.first = -below - 1, .probabilities = std::vector<double>(static_cast<std::size_t>(2 * below + 3), 0.0)};
    const auto add = [&](std::int64_t k, double probability) {
      cells.probabilities[static_cast<std::size_t>(k - cells.first)] += probability;
    };
    add(below, truth_ * (1 - rest));
    add(below + 1, truth_ * rest);
    add(-below, (1 - truth_) * (1 - rest));
    add(-below - 1, (1 - truth_) * rest);
    return cells;
  }

 private:
  double epsilon_;
  double truth_;  // probability of the likelier answer
};

}  // namespace

std::shared_ptr<const LossOfStep> gaussian_loss(double rate, double noise_multiplier, Adjacent adjacent) {
  return std::make_shared<GaussianLoss>(rate, noise_multiplier, adjacent);
}

std::shared_ptr<const LossOfStep> pure_loss(double epsilon) { return std::make_shared<PureLoss>(epsilon); }

std::vector<RepeatedLoss> losses_of(const Releases& releases, Adjacent adjacent) {
  std::vector<RepeatedLoss> losses;
  std::vector<GaussianReleases> unsampled;
  for (const GaussianReleases& r : releases.gaussian()) {
    if (r.rate == 1.0) {
      unsampled.push_back(r);
    } else {
      losses.push_back({gaussian_loss(r.rate, r.noise_multiplier, adjacent), r.steps});
    }
  }
  if (!unsampled.empty()) losses.push_back({gaussian_loss(1.0, composed_noise(unsampled), adjacent), 1});
  for (const PureReleases& r : releases.pure()) losses.push_back({pure_loss(r.epsilon), r.times});
  return losses;
}

}  // namespace polyclinic
