#include <algorithm>
#include <numeric>

#include "core/data/allocation.hpp"
#include "core/data/demand.hpp"

namespace polyclinic {
namespace {

constexpr int most_attempts = 10;

Allocation divided_classes(const std::vector<RowList>& classes, std::size_t members, double alpha, Seed seed) {
  Allocation shares(members);
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const std::vector<double> weights = Random(seed / "proportions" / c).dirichlet(alpha, members);
    const Allocation pieces = cut(classes[c], apportioned(weights, static_cast<std::int64_t>(classes[c].size())));
    for (std::size_t i = 0; i < members; ++i) shares[i].insert(shares[i].end(), pieces[i].begin(), pieces[i].end());
  }
  return shares;
}

std::int64_t smallest(const Allocation& shares) {
  const auto shorter = [](const RowList& a, const RowList& b) { return a.size() < b.size(); };
  return static_cast<std::int64_t>(std::min_element(shares.begin(), shares.end(), shorter)->size());
}

// A share lies sorted by class; what a large one gives away must be of all its classes.
Allocation mixed(Allocation shares, Seed seed) {
  for (std::size_t i = 0; i < shares.size(); ++i) shares[i] = shuffled(shares[i], seed / i);
  return shares;
}

// An index drawn with these weights, of which one at least is above 0.
std::size_t drawn(const std::vector<double>& weights, Random& random) {
  double left = random.uniform() * std::accumulate(weights.begin(), weights.end(), 0.0);
  std::size_t last = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0.0) continue;
    last = i;
    left -= weights[i];
    if (left < 0.0) return i;
  }
  return last;
}

std::vector<double> sizes_of(const std::vector<RowList>& classes) {
  std::vector<double> sizes;
  for (const RowList& rows : classes) sizes.push_back(static_cast<double>(rows.size()));
  return sizes;
}

// Where every draw underflowed (tiny alpha), all weight is on one class.
std::vector<double> class_mix(const std::vector<double>& prior, double alpha, Random& random) {
  const double sum = std::accumulate(prior.begin(), prior.end(), 0.0);
  std::vector<double> mix;
  for (const double weight : prior) mix.push_back(random.gamma(alpha * weight / sum));
  if (std::accumulate(mix.begin(), mix.end(), 0.0) <= 0.0) mix[drawn(prior, random)] = 1.0;
  return mix;
}

Allocation equal_sized(std::vector<RowList> classes, const AllocationRequest& request, Seed seed) {
  const std::vector<double> prior = sizes_of(classes);
  Allocation shares(request.institutions.size());
  for (std::size_t i = 0; i < shares.size(); ++i) {
    Random random(seed / "mix" / i);
    std::vector<double> mix = class_mix(prior, request.config.alpha, random);
    for (std::int64_t row = 0; row < request.config.rows_per_institution; ++row) {
      for (std::size_t c = 0; c < mix.size(); ++c) mix[c] = classes[c].empty() ? 0.0 : mix[c];
      const bool exhausted = std::accumulate(mix.begin(), mix.end(), 0.0) <= 0.0;  // then whatever is left, as it is left
      RowList& chosen = classes[drawn(exhausted ? sizes_of(classes) : mix, random)];
      shares[i].push_back(chosen.back());
      chosen.pop_back();
    }
  }
  return shares;
}

}  // namespace

Allocation allocate_dirichlet(const AllocationRequest& request, Seed seed) {
  demand(request.config.alpha > 0.0, "partition.alpha is {}, must be above 0", request.config.alpha);
  const std::vector<RowList> classes = rows_by_class(request, seed);
  if (request.config.rows_per_institution > 0) return equal_sized(classes, request, seed);
  Allocation shares;
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    shares = divided_classes(classes, request.institutions.size(), request.config.alpha, seed / "attempt" / attempt);
    if (smallest(shares) >= request.needed) return shares;
  }
  return topped_up(mixed(std::move(shares), seed / "mixed"), request.needed);
}

}  // namespace polyclinic
