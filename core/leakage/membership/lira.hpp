// What shadow models say of each record: the normal distributions that their signals fit.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "core/leakage/membership/attack.hpp"

namespace polyclinic {

// float64 (n) each.
struct Normals {
  at::Tensor mean;
  at::Tensor deviation;
};

// Below so many shadow models a record's own variance is too uncertain, and all records share one (Carlini et al. 2022, figure
// 9).
constexpr std::int64_t least_shadows_for_own_variance = 64;

// Of the signals (N, n) that `counted` (bool, alike) says, column by column: the median, as the authors' code takes it for a
// mean, and the sample deviation: each column's own, or, with fewer than 64 models, one of all columns, from the squared
// distances to each column's own mean (as TF-Privacy does; the authors' code centres all records together). Each column has to
// count at least two.
[[nodiscard]] Normals fitted_normals(const at::Tensor& signals, const at::Tensor& counted);

// Mean of each column's counted signals.
[[nodiscard]] at::Tensor counted_mean(const at::Tensor& signals, const at::Tensor& counted);

// Why an attack cannot work: empty, or that the target's signal is not known ...
[[nodiscard]] std::string obstacle_to_target(const MembershipView& view);
// ... or that there are no shadow models, or, for some record, fewer than so many without it, or with it.
[[nodiscard]] std::string obstacle_to_shadows(const MembershipView& view, std::int64_t least_without,
                                              std::int64_t least_with = 0);

}  // namespace polyclinic
