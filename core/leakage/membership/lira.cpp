#include "core/leakage/membership/lira.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/nanquantile.h>
#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace polyclinic {
namespace {

constexpr double least_deviation = 1e-12;  // signals that are all equal have none

// NaN stands for what does not count.
at::Tensor counted_only(const at::Tensor& signals, const at::Tensor& counted) {
  return signals.masked_fill(counted.logical_not(), std::numeric_limits<double>::quiet_NaN());
}

// Of an even number the mean of the middle two, which LibTorch's own median is not.
at::Tensor medians(const at::Tensor& signals, const at::Tensor& counted) {
  return at::nanquantile(counted_only(signals, counted), 0.5, 0);
}

std::int64_t fewest(const at::Tensor& counted) {
  return counted.size(1) == 0 ? counted.size(0) : counted.sum(0).min().item<std::int64_t>();
}

}  // namespace

at::Tensor counted_mean(const at::Tensor& signals, const at::Tensor& counted) {
  return signals.masked_fill(counted.logical_not(), 0.0).sum(0) / counted.sum(0).to(at::kDouble);
}

Normals fitted_normals(const at::Tensor& signals, const at::Tensor& counted) {
  const at::Tensor residuals = (signals - counted_mean(signals, counted)).masked_fill(counted.logical_not(), 0.0);
  at::Tensor squares = residuals.square().sum(0);
  at::Tensor freedom = counted.sum(0).to(at::kDouble) - 1.0;
  if (signals.size(0) < least_shadows_for_own_variance) {
    squares = squares.sum().expand_as(squares);
    freedom = freedom.sum().expand_as(freedom);
  }
  return {medians(signals, counted), (squares / freedom).sqrt().clamp_min(least_deviation)};
}

std::string obstacle_to_target(const MembershipView& view) {
  return view.target.isnan().any().item<bool>() ? "the model that updates were added to is not wholly public" : "";
}

std::string obstacle_to_shadows(const MembershipView& view, std::int64_t least_without, std::int64_t least_with) {
  if (const std::string of_target = obstacle_to_target(view); !of_target.empty()) return of_target;
  if (view.shadow_models() == 0) return "there are no shadow models";
  if (fewest(view.in) < least_with)
    return fmt::format("fewer than {} shadow models were trained on some record", least_with);
  if (fewest(view.in.logical_not()) >= least_without) return {};
  return fmt::format("fewer than {} shadow models were trained without some record", least_without);
}

}  // namespace polyclinic
