// What was published about the same records: the noisy answers whose losses of privacy add up, whatever round, step or chain
// they come from.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

namespace polyclinic {

// Sums of vectors, each no longer than a bound C, of records of which every one takes part with probability `rate` by an
// independent coin of its own (Poisson sampling); to each sum noise N(0, (noise_multiplier C)^2) is added in every coordinate.
// `rate` = 1: all take part always. Records are added or removed, not replaced.
struct GaussianReleases {
  double rate = 1.0;                   // in (0, 1]
  double noise_multiplier = 1.0;       // above 0
  std::int64_t steps = 1;
  auto operator<=>(const GaussianReleases&) const = default;
};

// Mechanisms of pure epsilon-differential privacy (Laplace noise, the sparse vector technique).
struct PureReleases {
  double epsilon = 1.0;                // of each
  std::int64_t times = 1;
  auto operator<=>(const PureReleases&) const = default;
};

class Releases {
 public:
  // What is alike is kept as one with the sum of the steps, so that the order of adding makes no difference. Nothing is added
  // for no steps. Throws Error for a rate outside (0, 1], or noise or an epsilon that are not above 0.
  void add(const GaussianReleases& releases);
  void add(const PureReleases& releases);
  void add(const Releases& others);

  [[nodiscard]] const std::vector<GaussianReleases>& gaussian() const { return gaussian_; }  // sorted by rate, then noise
  [[nodiscard]] const std::vector<PureReleases>& pure() const { return pure_; }              // sorted by epsilon
  [[nodiscard]] bool empty() const { return gaussian_.empty() && pure_.empty(); }
  // An epsilon of pure differential privacy exists: no delta is needed.
  [[nodiscard]] bool are_pure() const { return gaussian_.empty(); }
  auto operator<=>(const Releases&) const = default;  // any order will do

 private:
  std::vector<GaussianReleases> gaussian_;
  std::vector<PureReleases> pure_;
};

}  // namespace polyclinic
