#include "core/leakage/labels/label_score.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/bincount.h>
#include <ATen/ops/full.h>

#include <cmath>
#include <limits>
#include <vector>

namespace polyclinic {
namespace {

double count_accuracy(const at::Tensor& guess, const at::Tensor& truth) {
  const at::Tensor exact = truth.to(at::kDouble);
  return 1.0 - (guess.to(at::kDouble) - exact).abs().sum().item<double>() / (2.0 * exact.sum().item<double>());
}

double existence_accuracy(const at::Tensor& exists, const at::Tensor& truth) {
  return exists.eq(truth.gt(0)).to(at::kDouble).mean().item<double>();
}

std::vector<double> binomial(std::int64_t trials, double p) {
  std::vector<double> probability;
  for (std::int64_t k = 0; k <= trials; ++k) {
    const double n = static_cast<double>(trials), x = static_cast<double>(k);
    const double ways = std::lgamma(n + 1) - std::lgamma(x + 1) - std::lgamma(n - x + 1);
    const double hits = k == 0 ? 0.0 : x * std::log(p), misses = k == trials ? 0.0 : (n - x) * std::log1p(-p);
    probability.push_back(std::exp(ways + hits + misses));
  }
  return probability;
}

// E |X - Y| of two independent draws: 2 x the sum over k of P(X <= k) P(X > k).
double expected_distance(const std::vector<double>& probability) {
  double below = 0.0, sum = 0.0;
  for (const double at_k : probability) {
    below += at_k;
    sum += below * (1.0 - below);
  }
  return 2.0 * sum;
}

}  // namespace

LabelScore scored(const LabelGuess& guess, const at::Tensor& truth, const at::Tensor& prior) {
  const auto samples = truth.sum().to(at::kDouble).item<double>();
  LabelScore score;
  score.count_accuracy = count_accuracy(guess.counts, truth);
  score.count_chance = count_accuracy(prior * samples, truth);
  score.count_skill = score.count_chance < 1.0 ? (score.count_accuracy - score.count_chance) / (1.0 - score.count_chance)
                                               : std::numeric_limits<double>::quiet_NaN();
  score.existence_accuracy = existence_accuracy(guess.exists, truth);
  score.existence_chance = existence_accuracy((1.0 - prior).pow(samples).le(0.5), truth);
  return score;
}

at::Tensor class_shares(const ImagePrior& prior, std::int64_t classes) {
  if (!prior.labels.defined() || prior.labels.size(0) == 0)
    return at::full({classes}, 1.0 / static_cast<double>(classes), at::kDouble);
  return at::bincount(prior.labels, {}, classes).to(at::kDouble) / static_cast<double>(prior.labels.size(0));
}

double accuracy_of_drawing(std::int64_t samples, const at::Tensor& shares) {
  double distance = 0.0;
  for (std::int64_t c = 0; c < shares.size(0); ++c) {
    distance += expected_distance(binomial(samples, shares[c].item<double>()));
  }
  return 1.0 - distance / (2.0 * static_cast<double>(samples));
}

}  // namespace polyclinic
