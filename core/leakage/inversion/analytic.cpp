// What a linear first layer gives away without any search: the gradient of row c of its weight is that of its bias times the input,
// for one record whatever the number of steps. Of several records each row gives a mixture; units that a single record activates give
// that record itself.
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/full.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/where.h>

#include <algorithm>
#include <limits>

#include "core/leakage/inversion/attack.hpp"
#include "core/leakage/inversion/labels.hpp"
#include "core/leakage/inversion/pixels.hpp"
#include "core/learning/library.hpp"

namespace polyclinic {
namespace {

// Gradients of the first layer and what is published of them, (units, inputs) and (units).
struct FirstLayer {
  at::Tensor weight, weight_published;
  at::Tensor bias, bias_published;
};

bool is_linear(const Evidence& evidence) {
  const std::vector<TensorSpec>& tensors = evidence.model->layout()->tensors();
  return tensors.size() > 1 && tensors[0].shape.size() == 2 && tensors[0].shape[1] == evidence.shape.numel() && !tensors[1].is_buffer &&
         tensors[1].shape == std::vector<std::int64_t>{tensors[0].shape[0]};
}

FirstLayer first_layer(const Evidence& evidence) {
  const Target target = targets_of(evidence).front();
  const std::vector<TensorSpec>& tensors = evidence.model->layout()->tensors();
  at::Tensor gradient = target.gradient;
  if (target.training.weight_decay != 0.0 && target.training.steps == 1 && target.unknown.numel() == 0) {
    gradient = gradient - target.start.narrow(0, 0, gradient.numel()) * target.published * target.training.weight_decay;
  }
  const auto part = [&](const at::Tensor& flat, std::size_t place) {
    return flat.narrow(0, tensors[place].offset, tensors[place].numel).view(tensors[place].shape);
  };
  const FirstLayer all{part(gradient, 0), part(target.published, 0), part(gradient, 1), part(target.published, 1)};
  const at::Tensor usable = (all.bias * all.bias_published).ne(0.0).logical_and(all.weight_published.sum(1).gt(0.0)).nonzero().flatten();
  return {all.weight.index_select(0, usable), all.weight_published.index_select(0, usable), all.bias.index_select(0, usable),
          all.bias_published.index_select(0, usable)};
}

// One record: the least-squares solution over the rows that published a pixel, and the share of it that they do not explain.
struct Recovered {
  at::Tensor inputs;  // (records, inputs); NaN where nothing says
  double loss = 0.0;
};

Recovered one_record(const FirstLayer& layer) {
  const at::Tensor weights = layer.weight_published * layer.bias.unsqueeze(1);
  const at::Tensor inputs = (layer.weight * layer.bias.unsqueeze(1)).sum(0) / weights.square().sum(0);
  const at::Tensor rest = layer.weight - weights * inputs.nan_to_num().unsqueeze(0);
  return {inputs.unsqueeze(0), (rest.square().sum() / layer.weight.square().sum()).item<double>()};
}

// Several: the rows that lie closest to the box of real images, each as far as possible from those chosen before.
at::Tensor several_records(const FirstLayer& layer, std::int64_t records, const Box& box) {
  const at::Tensor candidates = (layer.weight / layer.bias.unsqueeze(1)).masked_fill(layer.weight_published.eq(0.0), NAN);
  const at::Tensor low = box.low.flatten(), high = box.high.flatten();
  const at::Tensor clamped = candidates.maximum(low).minimum(high);
  const at::Tensor outside = (candidates - clamped).nan_to_num().square().mean(1);
  at::Tensor distance = at::full({candidates.size(0)}, std::numeric_limits<float>::max());
  std::vector<at::Tensor> chosen;
  for (std::int64_t record = 0; record < records; ++record) {
    const std::int64_t best = chosen.empty() ? outside.argmin().item<std::int64_t>() : (distance - outside).argmax().item<std::int64_t>();
    chosen.push_back(candidates[best]);
    distance = distance.minimum((clamped - clamped[best]).nan_to_num().square().mean(1));
  }
  return at::stack(chosen);
}

class Analytic final : public InversionAttack {
 public:
  std::string obstacle(const Evidence& evidence) const override {
    const std::string none = no_images_at_all(evidence);
    if (!none.empty()) return none;
    if (!is_linear(evidence)) return "the first layer is not linear";
    return first_layer(evidence).bias.numel() > 0 ? "" : "no unit of the first layer published both its bias and its weights";
  }

  Reconstruction reconstruct(const Evidence& evidence, const ImagePrior& prior, Seed) const override {
    const ComputeScope scope;
    const FirstLayer layer = first_layer(evidence);
    const std::int64_t records = rows_behind(evidence);
    const Recovered recovered =
        records == 1 ? one_record(layer)
                     : Recovered{several_records(layer, records, box_of(evidence.shape, evidence.normalization)), 0.0};
    const at::Tensor images = pixels(recovered.inputs.view({records, evidence.shape.channels, evidence.shape.height, evidence.shape.width}),
                                     evidence.normalization);
    return {.images = at::where(images.isnan(), prior.mean().unsqueeze(0), images).clamp(0.0, 1.0).narrow(0, 0, records_behind(evidence)),
            .labels = records == 1 ? labels_behind(evidence) : at::Tensor(),
            .loss = recovered.loss};
  }
};

}  // namespace

std::unique_ptr<const InversionAttack> make_analytic(const InversionSettings&) { return std::make_unique<Analytic>(); }

}  // namespace polyclinic
