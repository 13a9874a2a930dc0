#include "core/auxiliary/prototypes.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

at::Tensor label_tensor(const std::vector<std::int64_t>& labels) { return at::tensor(labels, at::kLong); }

}  // namespace

std::shared_ptr<const SharePolicy> prototype_policy(const SharingConfig& config, std::int64_t classes, std::int64_t features) {
  SharingConfig own = config;
  std::erase(own.steps, "layers");
  if (own.steps.empty()) own.steps = {"full"};
  own.residual = false;
  own.shared.clear();
  own.private_.clear();
  own.buffers = "share";
  own.download_fraction = 1.0;
  std::vector<TensorSpec> tensors = {{.name = "prototypes", .shape = {classes, features}}};
  return make_share_policy(own, std::make_shared<const Layout>(std::move(tensors)));
}

SharedPrototypes share_prototypes(const at::Tensor& means, const at::Tensor& counts, std::int64_t min_rows,
                                  const SharingConfig& config, const ShareSeeds& seeds) {
  SharedPrototypes result;
  std::vector<std::int64_t> present;
  for (std::int64_t label = 0; label < counts.numel(); ++label) {
    if (counts[label].item<std::int64_t>() >= min_rows) present.push_back(label);
  }
  if (present.empty()) return result;
  const auto policy = prototype_policy(config, std::ssize(present), means.size(1));
  std::vector<TensorSpec> tensors = {{.name = "prototypes", .shape = {std::ssize(present), means.size(1)}}};
  const PrivateUpdate update{std::make_shared<const Layout>(std::move(tensors)),
                             means.index_select(0, label_tensor(present)).reshape({-1}).contiguous(), {}};
  const Shared shared = policy->share(update, {}, seeds);
  const ByteView bytes = shared.update->payload();
  result.published = {means.size(0), means.size(1), std::move(present), Bytes(bytes.begin(), bytes.end())};
  result.egress = shared.egress;
  return result;
}

MergedPrototypes merge(const std::vector<WeightedPrototypes>& published, const SharingConfig& config) {
  const PublishedPrototypes& first = *published.front().published;
  at::Tensor sums = at::zeros({first.classes, first.features}, at::kDouble);
  at::Tensor weights = at::zeros_like(sums);
  for (const auto& [prototypes, samples] : published) {
    require(prototypes->classes == first.classes && prototypes->features == first.features,
            "prototypes of {} classes and {} features beside those of {} and {}", prototypes->classes, prototypes->features,
            first.classes, first.features);
    const auto policy = prototype_policy(config, std::ssize(prototypes->present), first.features);
    const DecodedUpdate decoded = policy->decode(prototypes->update);
    const at::Tensor positions = decoded.positions.defined() ? decoded.positions : policy->shareable();
    at::Tensor numbers = at::zeros({std::ssize(prototypes->present) * first.features}, at::kDouble);
    at::Tensor weight = at::zeros_like(numbers);
    numbers.index_copy_(0, positions, decoded.values.to(at::kDouble));
    weight.index_fill_(0, positions, static_cast<double>(samples));
    const at::Tensor rows = label_tensor(prototypes->present);
    sums.index_add_(0, rows, (numbers * weight).view({-1, first.features}));
    weights.index_add_(0, rows, weight.view({-1, first.features}));
  }
  const at::Tensor known = weights.gt(0.0);
  return {at::where(known, sums / weights.clamp_min(1e-300), at::zeros_like(sums)).to(at::kFloat), known};
}

}  // namespace polyclinic
