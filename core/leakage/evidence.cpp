#include "core/leakage/evidence.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>

#include <array>
#include <limits>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

constexpr std::array<const char*, 4> tier_names{"T0", "T1", "T2", "T3"};
constexpr double largest_pixel = 255.0;

at::Tensor per_channel(const std::vector<float>& numbers, const at::Tensor& images) {
  at::Tensor values = at::tensor(numbers).to(images.device());
  return numbers.size() == 1 ? values : values.view({-1, 1, 1});
}

}  // namespace

Tier tier_of(const std::string& name) {
  for (std::size_t tier = 0; tier < tier_names.size(); ++tier) {
    if (name == tier_names[tier]) return static_cast<Tier>(tier);
  }
  throw UsageError(fmt::format("probe.tier is \"{}\", allowed: T0, T1, T2, T3", name));
}

const char* tier_name(Tier tier) { return tier_names[static_cast<std::size_t>(tier)]; }

ObservedUpdate observe(const PublishedUpdate& update) {
  const DecodedUpdate decoded = update.policy.decode(update.payload);
  ObservedUpdate observed;
  observed.round = update.round;
  observed.positions = decoded.positions.defined() ? decoded.positions : update.policy.shareable();
  observed.values = decoded.values;
  observed.before = update.before.flat().clone();
  observed.samples = update.samples;
  if (update.policy.has_private_part() && !update.initial_is_public) {
    const at::Tensor known = update.before.flat().index_select(0, update.policy.shareable());
    observed.before.fill_(std::numeric_limits<float>::quiet_NaN()).index_copy_(0, update.policy.shareable(), known);
  }
  return observed;
}

at::Tensor ImagePrior::mean() const { return images.mean(0); }

at::Tensor ImagePrior::class_mean(std::int64_t kind) const {
  const at::Tensor of_class = images.index_select(0, labels.eq(kind).nonzero().flatten());
  return of_class.size(0) > 0 ? of_class.mean(0) : mean();
}

ImagePrior prior_of(const Rows& public_rows) {
  return {images_of(public_rows), public_rows.labels()};
}

at::Tensor images_of(const Rows& rows) {
  return rows.dataset->inputs.index_select(0, rows.index).to(at::kFloat).div_(largest_pixel);
}

at::Tensor normalized(const at::Tensor& images, const Normalization& normalization) {
  return (images * largest_pixel - per_channel(normalization.mean, images)) / per_channel(normalization.deviation, images);
}

}  // namespace polyclinic
