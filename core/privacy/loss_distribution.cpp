#include "core/privacy/loss_distribution.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "core/privacy/convolution.hpp"

namespace polyclinic {
namespace {

constexpr double log_tail = -30.0;  // 1e-13, of the sum's two tails each
constexpr std::size_t fewest_cells = std::size_t{1} << 14;
constexpr std::size_t most_cells = std::size_t{1} << 20;

double log_moment(const std::vector<RepeatedLoss>& losses, double lambda) {
  double sum = 0.0;
  for (const RepeatedLoss& loss : losses) sum += static_cast<double>(loss.times) * loss.step->log_moment(lambda);
  return sum;
}

struct Window {
  double low = 0.0;
  double high = 0.0;
};

// Chernoff: P(sum > b) <= exp(log_moment(lambda) - lambda b) for every lambda > 0.
Window window_of(const std::vector<RepeatedLoss>& losses) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Window window{-infinity, infinity};
  for (double lambda = 1e-4; lambda < 1e7; lambda *= 1.5) {
    window.high = std::min(window.high, (log_moment(losses, lambda) - log_tail) / lambda);
    window.low = std::max(window.low, (log_tail - log_moment(losses, -lambda)) / lambda);
  }
  // Rounding may carry a loss a little further.
  const double margin = 0.01 * (window.high - window.low);
  return {window.low - margin, window.high + margin};
}

std::size_t cells_for(const Window& window, const std::vector<RepeatedLoss>& losses) {
  double deviation = std::numeric_limits<double>::infinity();
  for (const RepeatedLoss& loss : losses) deviation = std::min(deviation, loss.step->deviation());
  const double wanted = std::min(50 * (window.high - window.low) / deviation, static_cast<double>(most_cells));
  return std::clamp(std::bit_ceil(static_cast<std::size_t>(wanted)), fewest_cells, most_cells);
}

std::size_t around(std::int64_t cell, std::size_t size) {
  const auto cells = static_cast<std::int64_t>(size);
  return static_cast<std::size_t>(((cell % cells) + cells) % cells);
}

struct OnCircle {
  CircularVariable variable;
  double shift = 0.0;  // by which the rounded loss lies too low, on average
};

OnCircle on_circle(const RepeatedLoss& loss, double cell, std::size_t size) {
  const LossOfStep::Cells cells = loss.step->rounded_to(cell);
  OnCircle result{.variable = {std::vector<double>(size, 0.0), loss.times}};
  double total = 0.0;
  for (const double probability : cells.probabilities) total += probability;
  double mean = 0.0;
  for (std::size_t i = 0; i < cells.probabilities.size(); ++i) {
    const std::int64_t k = cells.first + static_cast<std::int64_t>(i);
    const double probability = cells.probabilities[i] / total;
    mean += probability * static_cast<double>(k) * cell;
    result.variable.probabilities[around(k, size)] += probability;
  }
  result.shift = loss.step->mean() - mean;
  return result;
}

}  // namespace

LossDistribution::LossDistribution(const Releases& releases, Adjacent adjacent) {
  const std::vector<RepeatedLoss> losses = losses_of(releases, adjacent);
  const Window window = window_of(losses);
  const std::size_t size = cells_for(window, losses);
  cell_ = (window.high - window.low) / static_cast<double>(size);
  std::vector<CircularVariable> variables;
  double shift = 0.0;
  for (const RepeatedLoss& loss : losses) {
    OnCircle rounded = on_circle(loss, cell_, size);
    shift += static_cast<double>(loss.times) * rounded.shift;
    variables.push_back(std::move(rounded.variable));
  }
  const std::vector<double> sum = distribution_of_sum(variables);
  const auto lowest = static_cast<std::int64_t>(std::floor((window.low - shift) / cell_));
  first_ = static_cast<double>(lowest) * cell_ + shift;
  above_.assign(size + 1, 0.0);
  discounted_.assign(size + 1, 0.0);
  for (std::size_t i = size; i-- > 0;) {
    const double probability = sum[around(lowest + static_cast<std::int64_t>(i), size)];
    above_[i] = above_[i + 1] + probability;
    discounted_[i] = std::exp(-cell_) * discounted_[i + 1] + probability;
  }
}

double LossDistribution::largest() const { return first_ + cell_ * static_cast<double>(above_.size() - 2); }

double LossDistribution::delta(double epsilon) const {
  const double place = std::floor((epsilon - first_) / cell_) + 1;  // the first cell above epsilon
  if (place >= static_cast<double>(above_.size() - 1)) return 0.0;
  const auto k = static_cast<std::size_t>(std::max(place, 0.0));
  const double loss = first_ + cell_ * static_cast<double>(k);
  return above_[k] - std::exp(epsilon - loss) * discounted_[k];
}

LossDistributions::LossDistributions(const Releases& releases)
    : removed_(releases, Adjacent::removed), added_(releases, Adjacent::added) {}

double LossDistributions::delta(double epsilon) const { return std::max(removed_.delta(epsilon), added_.delta(epsilon)); }

double LossDistributions::epsilon(double wanted) const {
  if (delta(0.0) <= wanted) return 0.0;
  double low = 0.0;
  double high = std::max(removed_.largest(), added_.largest());
  while (high - low > 1e-9 * std::max(1.0, high)) {
    const double middle = 0.5 * (low + high);
    (delta(middle) > wanted ? low : high) = middle;
  }
  return high;
}

}  // namespace polyclinic
