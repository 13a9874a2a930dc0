// Scores whose exact figures are known: members' are normal with mean d and variance 1, non-members' with mean 0.
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/seed.hpp"
#include "core/leakage/roc.hpp"

namespace polyclinic::test {

inline std::vector<double> normal_scores(std::size_t count, double mean, Seed seed) {
  Random random(seed);
  std::vector<double> scores;
  for (std::size_t i = 0; i < count; ++i) scores.push_back(mean + random.normal());
  return scores;
}

inline MembershipScores gaussian_scores(std::size_t members, std::size_t non_members, double d, Seed seed) {
  return {normal_scores(members, d, seed / "members"), normal_scores(non_members, 0.0, seed / "others")};
}

inline bool covers(const Bounded& figure, double truth) { return figure.low <= truth && truth <= figure.high; }

}  // namespace polyclinic::test
