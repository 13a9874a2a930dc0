// An inversion attack on what an observer has, scored against the images that are behind it.
#pragma once

#include <string>
#include <vector>

#include "core/leakage/inversion/inversion.hpp"
#include "core/probing/findings.hpp"
#include "core/probing/observers.hpp"

namespace polyclinic {

// More images than this behind one update are not tried: an attempt takes minutes, and nothing comes out of it.
inline constexpr std::int64_t most_inverted_images = 64;

struct InversionCase {
  View view;
  std::string attack;
  InversionSettings settings;
  std::int64_t run_seed = 0;
  Seed seed{0};
};

// `everybody`: all members' images, among which one is to be identified. The attack gets neither these nor the records behind the
// view. A row for each image, matched one to one by least error; a skipped row where there is an obstacle.
[[nodiscard]] Findings invert(const InversionCase& attempt, const ChainPlan& plan, const ImagePrior& prior,
                              const ImagePrior& everybody);
// That, of a chain.
[[nodiscard]] ImagePrior images_of_everybody(const ChainPlan& plan);

}  // namespace polyclinic
