#include <ATen/core/Tensor.h>

#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "core/leakage/inversion/minimise.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t steps_an_iteration = 20;
constexpr std::size_t history = 100;
constexpr std::int64_t looks_every = 10;
constexpr double least_slope = 1e-7;   // torch.optim.LBFGS: tolerance_grad ...
constexpr double least_change = 1e-9;  // ... and tolerance_change
constexpr float least_curvature = 1e-10F;

using Numbers = std::vector<float>;

Numbers numbers_of(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

// In eight parts: without them the compiler must keep the order of one sum, and cannot vectorize it.
float dot(const Numbers& a, const Numbers& b) {
  constexpr std::size_t lanes = 8;
  std::array<float, lanes> sums{};
  std::size_t i = 0;
  for (; i + lanes <= a.size(); i += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  }
  float sum = 0.0F;
  for (; i < a.size(); ++i) sum += a[i] * b[i];
  for (const float part : sums) sum += part;
  return sum;
}

void add(Numbers& sum, const Numbers& term, float factor) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += factor * term[i];
}

float largest(const Numbers& numbers) {
  float most = 0.0F;
  for (const float number : numbers) most = std::max(most, std::abs(number));
  return most;
}

float total(const Numbers& numbers) {
  float sum = 0.0F;
  for (const float number : numbers) sum += std::abs(number);
  return sum;
}

// Steps and the changes of the gradient over them, newest last, and the direction that they suggest.
class Curvature {
 public:
  void learn(Numbers step, Numbers change) {
    const float product = dot(change, step);
    if (product <= least_curvature) return;
    if (pairs_.size() == history) pairs_.erase(pairs_.begin());
    scale_ = product / dot(change, change);
    pairs_.push_back({std::move(step), std::move(change), 1.0F / product});
  }

  // Two-loop recursion (Nocedal 1980).
  [[nodiscard]] Numbers direction(const Numbers& gradient) const {
    Numbers result = gradient;
    for (float& number : result) number = -number;
    std::vector<float> weights(pairs_.size());
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      weights[i] = dot(pairs_[i].step, result) * pairs_[i].inverse;
      add(result, pairs_[i].change, -weights[i]);
    }
    for (float& number : result) number *= scale_;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      add(result, pairs_[i].step, weights[i] - dot(pairs_[i].change, result) * pairs_[i].inverse);
    }
    return result;
  }

 private:
  struct Pair {
    Numbers step;
    Numbers change;
    float inverse;  // of their product
  };
  std::vector<Pair> pairs_;
  float scale_ = 1.0F;
};

class Lbfgs {
 public:
  Lbfgs(const Objective& objective, const at::Tensor& start) : objective_(objective), point_(start.detach().clone()) { look(); }

  Minimum run(const LbfgsSettings& settings) {
    Minimum best{point_.clone(), std::isfinite(value_) ? value_ : std::numeric_limits<double>::infinity()};
    for (std::int64_t iteration = 0; iteration < settings.iterations; ++iteration) {
      if (iteration % looks_every == 0 && value_ < settings.enough) break;
      const bool moved = iterate();
      if (value_ < best.value) best = {point_.clone(), value_};
      if (!moved) break;
    }
    return best;
  }

 private:
  // False: further ones would change nothing.
  bool iterate() {
    for (std::int64_t step = 0; step < steps_an_iteration; ++step) {
      if (largest(gradient_) <= least_slope) return step > 0;
      const double before = value_;
      if (!take_step()) return step > 0;
      if (!std::isfinite(value_)) return false;
      if (moved_ <= least_change || std::abs(value_ - before) < least_change) return step > 0;
    }
    return true;
  }

  bool take_step() {
    const Numbers direction = first_ ? opposite() : curvature_.direction(gradient_);
    const float length = first_ ? std::min(1.0F, 1.0F / total(gradient_)) : 1.0F;
    first_ = false;
    if (dot(gradient_, direction) > -least_change) return false;
    Numbers step = direction;
    for (float& number : step) number *= length;
    moved_ = largest(step);
    float* numbers = point_.data_ptr<float>();
    for (std::size_t i = 0; i < step.size(); ++i) numbers[i] += step[i];
    Numbers change = gradient_;
    look();
    for (std::size_t i = 0; i < change.size(); ++i) change[i] = gradient_[i] - change[i];
    if (std::isfinite(value_)) curvature_.learn(std::move(step), std::move(change));
    return true;
  }

  void look() {
    const Evaluation here = evaluate(objective_, point_);
    value_ = here.value;
    gradient_ = numbers_of(here.gradient);
  }

  [[nodiscard]] Numbers opposite() const {
    Numbers numbers = gradient_;
    for (float& number : numbers) number = -number;
    return numbers;
  }

  const Objective& objective_;
  at::Tensor point_;
  double value_ = 0.0;
  Numbers gradient_;
  Curvature curvature_;
  bool first_ = true;
  float moved_ = 0.0F;
};

}  // namespace

Minimum minimise_by_lbfgs(const Objective& objective, const at::Tensor& start, const LbfgsSettings& settings) {
  return Lbfgs(objective, start).run(settings);
}

}  // namespace polyclinic
