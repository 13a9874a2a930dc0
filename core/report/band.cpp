#include "core/report/band.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/study/statistics.hpp"

namespace polyclinic {

namespace {

std::vector<double> thinned(const std::vector<double>& values, std::size_t most) {
  if (values.size() <= most) return values;
  std::vector<double> kept;
  for (std::size_t i = 0; i < most; ++i) kept.push_back(values[i * (values.size() - 1) / (most - 1)]);
  return kept;
}

std::vector<double> grid_of(std::span<const Steps> runs, std::size_t most) {
  double first = -std::numeric_limits<double>::infinity();
  std::set<double> moments;
  for (const Steps& run : runs) {
    if (!run.empty()) first = std::max(first, run.front().first);
    for (const auto& [x, y] : run) moments.insert(x);
  }
  return thinned({moments.lower_bound(first), moments.end()}, most);
}

double value_at(const Steps& run, double x) {
  const auto next = std::ranges::upper_bound(run, x, {}, &Steps::value_type::first);
  return std::prev(next)->second;
}

}  // namespace

Band band_of(std::span<const Steps> runs, std::size_t most) {
  Band band;
  band.x = grid_of(runs, most);
  for (const double x : band.x) {
    std::vector<double> values;
    for (const Steps& run : runs) {
      if (!run.empty()) values.push_back(value_at(run, x));
    }
    const Estimate at_x = estimate(values);
    band.mean.push_back(at_x.mean);
    band.low.push_back(at_x.low);
    band.high.push_back(at_x.high);
  }
  return band;
}

Band distribution_of(std::vector<double> values, std::size_t most) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  std::ranges::sort(values);
  Band band;
  band.x = thinned(values, most);
  if (!band.x.empty()) band.x.insert(band.x.begin(), band.x.front());
  for (std::size_t i = 0; i < band.x.size(); ++i) {
    const auto until = std::ranges::upper_bound(values, band.x[i]) - values.begin();
    band.mean.push_back(i == 0 ? 0.0 : static_cast<double>(until) / static_cast<double>(values.size()));
  }
  band.low.assign(band.x.size(), std::numeric_limits<double>::quiet_NaN());
  band.high = band.low;
  return band;
}

}  // namespace polyclinic
