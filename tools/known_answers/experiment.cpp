#include "tools/known_answers/experiment.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace polyclinic::known_answers {
namespace {

constexpr double tolerance_db = 6.0;
constexpr double risk = 0.025;  // on each side of an interval

Proportion share_of(const std::vector<Outcome>& outcomes, const std::function<bool(const Outcome&)>& succeeded) {
  return {std::count_if(outcomes.begin(), outcomes.end(), succeeded), static_cast<std::int64_t>(outcomes.size())};
}

// The k-th smallest and k-th largest of n hold the median between them but for a risk of 2 P(Binomial(n, 1/2) < k).
Bounded median_of(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t size = values.size();
  double below = 0.0;
  double probability = std::pow(0.5, static_cast<double>(size));
  std::size_t k = 0;
  while (k < size / 2 && below + probability <= risk) {
    below += probability;
    ++k;
    probability *= static_cast<double>(size - k + 1) / static_cast<double>(k);
  }
  const std::size_t low = k == 0 ? 0 : k - 1;
  return {0.5 * (values[(size - 1) / 2] + values[size / 2]), values[low], values[size - 1 - low]};
}

// Student's interval.
Bounded mean_of(const std::vector<Outcome>& outcomes, double Outcome::*member) {
  const auto size = static_cast<double>(outcomes.size());
  double sum = 0.0, squares = 0.0;
  for (const Outcome& outcome : outcomes) sum += outcome.*member;
  for (const Outcome& outcome : outcomes) squares += (outcome.*member - sum / size) * (outcome.*member - sum / size);
  if (outcomes.size() < 2) return {sum, sum, sum};
  const double quantile = boost::math::quantile(boost::math::students_t(size - 1.0), 1.0 - risk);
  const double half = quantile * std::sqrt(squares / (size - 1.0) / size);
  return {sum / size, sum / size - half, sum / size + half};
}

bool is_share(Measure measure) { return measure != Measure::median_psnr_db; }

}  // namespace

const char* measure_name(Measure measure) {
  switch (measure) {
    case Measure::median_psnr_db: return "median PSNR, dB";
    case Measure::share_below_1e_3: return "share MSE < 1e-3";
    case Measure::share_below_1e_2: return "share MSE < 1e-2";
    case Measure::labels_right: return "labels right";
    case Measure::label_counts: return "label counts";
  }
  return "";
}

Bounded measured(Measure measure, const std::vector<Outcome>& outcomes) {
  const auto below = [&](double mse) { return clopper_pearson(share_of(outcomes, [&](const Outcome& o) { return o.score.mse < mse; })); };
  switch (measure) {
    case Measure::share_below_1e_3: return below(1e-3);
    case Measure::share_below_1e_2: return below(1e-2);
    case Measure::labels_right: return clopper_pearson(share_of(outcomes, [](const Outcome& o) { return o.labels_right > 0.999; }));
    case Measure::label_counts: return mean_of(outcomes, &Outcome::labels_right);
    case Measure::median_psnr_db: break;
  }
  std::vector<double> psnr;
  for (const Outcome& outcome : outcomes) psnr.push_back(outcome.score.psnr_db);
  return median_of(psnr);
}

std::string verdict(const Figure& figure, const Bounded& found) {
  const double tolerance = is_share(figure.measure) ? 0.0 : tolerance_db;
  const double low = is_share(figure.measure) ? found.low : found.value, high = is_share(figure.measure) ? found.high : found.value;
  if (high + tolerance < figure.expected) return "weaker";
  return low - tolerance > figure.expected ? "stronger" : "ok";
}

}  // namespace polyclinic::known_answers
