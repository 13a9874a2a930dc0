#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include <cmath>
#include <limits>

#include "core/leakage/labels/head.hpp"
#include "core/leakage/properties/property_attack.hpp"

namespace polyclinic {
namespace {

constexpr double momentum = 0.1;  // core/learning/layers/normalization.cpp

// Positions of all running means, in layout order.
at::Tensor running_means(const Layout& layout) {
  std::vector<at::Tensor> parts = {at::empty({0}, at::kLong)};
  for (const TensorSpec& tensor : layout.tensors()) {
    const bool is_mean = tensor.is_buffer && tensor.name.ends_with("running_mean");
    if (is_mean) parts.push_back(at::arange(tensor.offset, tensor.offset + tensor.numel, at::kLong));
  }
  return at::cat(parts);
}

at::Tensor whole(const Evidence& evidence, const ObservedUpdate& update) {
  const at::Tensor all =
      at::full({evidence.model->layout()->size()}, std::numeric_limits<double>::quiet_NaN(), at::kDouble);
  return all.index_copy_(0, update.positions, update.values.to(at::kDouble));
}

class BatchNormStatistics final : public PropertyAttack {
 public:
  std::string property() const override { return "batch_means"; }

  std::string obstacle(const Evidence& evidence, const PropertyKnowledge& knowledge) const override {
    if (running_means(*evidence.model->layout()).numel() == 0) return "the model has no running means";
    const bool unknown = guess(evidence, knowledge).isnan().any().item<bool>();
    return unknown ? "the running means are not wholly published" : "";
  }

  at::Tensor guess(const Evidence& evidence, const PropertyKnowledge&) const override {
    const ObservedUpdate& update = evidence.updates.back();
    const at::Tensor places = running_means(*evidence.model->layout());
    const double kept = std::pow(1.0 - momentum, static_cast<double>(local_steps(evidence, update)));
    const at::Tensor before = update.before.index_select(0, places).to(at::kDouble);
    const at::Tensor after = before + whole(evidence, update).index_select(0, places);
    return (after - before * kept) / (1.0 - kept);
  }

  std::vector<at::Tensor> without_update(const Evidence& evidence, const PropertyKnowledge&) const override {
    return {evidence.updates.back().before.index_select(0, running_means(*evidence.model->layout())).to(at::kDouble)};
  }

  double error(const at::Tensor& guess, const at::Tensor& truth) const override {
    return (guess - truth).norm().item<double>() / truth.norm().item<double>();
  }
};

}  // namespace

std::unique_ptr<const PropertyAttack> make_batch_norm_statistics() { return std::make_unique<BatchNormStatistics>(); }

at::Tensor batch_means(const Model& model, const at::Tensor& numbers, const at::Tensor& images,
                       const Normalization& normalization) {
  const c10::impl::ExcludeDispatchKeyGuard no_autograd(c10::autograd_dispatch_keyset_with_ADInplaceOrView);
  const at::Tensor own = numbers.clone();
  const at::Tensor places = running_means(*model.layout());
  own.index_fill_(0, places, 0.0);
  (void)model.forward(model.layout()->views(own), normalized(images, normalization), Mode::training);
  return own.index_select(0, places).to(at::kDouble) / momentum;
}

}  // namespace polyclinic
