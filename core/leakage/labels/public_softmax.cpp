#include "core/leakage/labels/public_softmax.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/cat.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include <algorithm>
#include <vector>

#include "core/leakage/labels/head.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t images_at_once = 64;

at::Tensor softmax_at(const Evidence& evidence, const at::Tensor& flat, const at::Tensor& images) {
  const c10::impl::ExcludeDispatchKeyGuard no_autograd(c10::autograd_dispatch_keyset_with_ADInplaceOrView);
  std::vector<at::Tensor> parts;
  for (const at::Tensor& some : images.split(images_at_once)) {
    const at::Tensor own = flat.clone();  // training mode writes into its buffers
    const at::Tensor logits = evidence.model->forward(evidence.model->layout()->views(own),
                                                      normalized(some, evidence.normalization), Mode::training);
    parts.push_back(logits.to(at::kDouble).softmax(1));
  }
  return at::cat(parts);
}

}  // namespace

at::Tensor public_softmax(const Evidence& evidence, const ObservedUpdate& update, const ImagePrior& prior) {
  const at::Tensor before = softmax_at(evidence, update.before, prior.images);
  if (local_steps(evidence, update) == 1) return before;
  const at::Tensor after = update.before.index_add(0, update.positions, update.values);
  return (before + softmax_at(evidence, after, prior.images)) / 2.0;
}

std::string obstacle_to_softmax(const Evidence& evidence, const ImagePrior& prior) {
  const std::string of_bias = obstacle_to_bias(evidence);
  if (!of_bias.empty()) return of_bias;
  if (!knows_scale(evidence)) return "the learning rate is not known, or the optimizer is not sgd";
  if (!prior.images.defined() || prior.images.size(0) == 0) return "there are no public images";
  const bool unknown = std::ranges::any_of(
      evidence.updates, [](const ObservedUpdate& update) { return update.before.isnan().any().item<bool>(); });
  return unknown ? "the model that members trained on is not wholly public" : "";
}

}  // namespace polyclinic
