#include "core/leakage/inversion/matching.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

// More than this is a matter of hours, and no published attack recovers recognisable images from it.
constexpr std::int64_t most_rows = 64;
constexpr std::int64_t most_steps = 64;

at::Tensor known_numbers(const Evidence& evidence, const ObservedUpdate& update) {
  const at::Tensor& told = evidence.assistance.private_numbers;
  return told.defined() ? at::where(update.before.isnan(), told, update.before) : update.before;
}

at::Tensor unknown_places(const Model& model, const at::Tensor& known) {
  return known.narrow(0, 0, model.layout()->weights_size()).isnan().nonzero().flatten();
}

Target target_of(const Evidence& evidence, const ObservedUpdate& update) {
  const std::int64_t weights = evidence.model->layout()->weights_size();
  Target target;
  target.training = local_training(evidence, update);
  const at::Tensor known = known_numbers(evidence, update);
  target.unknown = unknown_places(*evidence.model, known);
  target.start = at::where(known.isnan(), evidence.model->initial(Seed(0)).flat(), known);
  const at::Tensor positions = update.positions.masked_select(update.positions.lt(weights));
  const at::Tensor values = update.values.narrow(0, 0, positions.size(0));  // buffers come last
  target.published = at::zeros({weights}).index_fill_(0, positions, 1.0);
  target.gradient = at::zeros({weights}).index_copy_(0, positions, values.div(-target.training.lr));
  target.length = target.gradient.norm().item<double>();
  return target;
}

at::Tensor cosine_distance(const Target& target, const at::Tensor& simulated) {
  const at::Tensor seen = simulated * target.published;
  return 1.0 - seen.dot(target.gradient) / (seen.norm() * target.length);
}

}  // namespace

std::vector<Target> targets_of(const Evidence& evidence) {
  std::vector<Target> targets;
  for (const ObservedUpdate& update : evidence.updates) targets.push_back(target_of(evidence, update));
  return targets;
}

std::int64_t body_size(const Model& model) { return model.layout()->tensors()[model.head().front()].offset; }

std::vector<Target> without_head(std::vector<Target> targets, const Model& model) {
  const std::int64_t body = body_size(model);
  for (Target& target : targets) {
    target.published.narrow(0, body, target.published.numel() - body).zero_();
    target.gradient.mul_(target.published);
    target.length = target.gradient.norm().item<double>();
    target.unknown = target.unknown.masked_select(target.unknown.lt(body));
  }
  return targets;
}

at::Tensor distance(Distance kind, const Target& target, const at::Tensor& simulated) {
  if (kind == Distance::cosine) return cosine_distance(target, simulated);
  if (target.training.scale_known) return (simulated * target.published - target.gradient).square().sum();
  const at::Tensor off = cosine_distance(target, simulated);
  return off * (2.0 - off) * (target.length * target.length);
}

std::string no_images_at_all(const Evidence& evidence) {
  if (!evidence.shape.is_image()) return "rows are not images";
  if (evidence.task.kind == TaskKind::multi_label) return "rows have several labels at once";
  for (const ObservedUpdate& update : evidence.updates) {
    if (update.samples != evidence.updates.front().samples) return "the updates are about different numbers of records";
    if (update.samples > most_rows) return fmt::format("{} records in one update, tried up to {}", update.samples, most_rows);
    const Target target = target_of(evidence, update);
    if (target.training.steps > most_steps) return fmt::format("{} local steps, tried up to {}", target.training.steps, most_steps);
    if (!(target.length > 0.0)) return "no weight that was published moved";
  }
  return "";
}

std::string unknown_weights(const Evidence& evidence) {
  for (const ObservedUpdate& update : evidence.updates) {
    const at::Tensor unknown = unknown_places(*evidence.model, known_numbers(evidence, update));
    if (unknown.numel() > 0) return fmt::format("{} weights of the victim's model are not public", unknown.numel());
  }
  return "";
}

std::string no_body(const Evidence& evidence) {
  if (body_size(*evidence.model) == 0) return "the model has no body";
  double length = 0.0;
  for (const Target& target : without_head(targets_of(evidence), *evidence.model)) length += target.length;
  return length > 0.0 ? "" : "nothing that is published of the body moved";
}

}  // namespace polyclinic
