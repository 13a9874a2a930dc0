#include "core/leakage/inversion/attack.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/cat.h>

#include <limits>

#include "core/leakage/inversion/labels.hpp"
#include "core/leakage/inversion/pixels.hpp"
#include "core/learning/library.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t dlg_iterations = 300;

// What a distance to one target is when nothing of it is matched.
double full_distance(const Hypothesis& hypothesis, Distance kind) {
  if (kind == Distance::cosine) return 1.0;
  double sum = 0.0;
  for (const Target& target : hypothesis.targets()) sum += target.length * target.length;
  return sum / static_cast<double>(hypothesis.targets().size());
}

void keep_better(Reconstruction& best, Reconstruction own) {
  if (!best.images.defined() || own.loss < best.loss) best = std::move(own);
}

}  // namespace

Descent::Descent(const Evidence& evidence, const Hypothesis& hypothesis, Distance kind, double smoothness)
    : evidence_(evidence),
      hypothesis_(hypothesis),
      kind_(kind),
      smoothness_(smoothness * full_distance(hypothesis, kind)),
      shape_{rows_behind(evidence), evidence.shape.channels, evidence.shape.height, evidence.shape.width},
      numel_(shape_[0] * evidence.shape.numel()) {}

at::Tensor Descent::start(const at::Tensor& inputs, Seed seed) const {
  return at::cat({inputs.reshape(-1), hypothesis_.start(seed)});
}

at::Tensor Descent::random_start(Seed seed) const { return start(normal_numbers(shape_, seed / "images"), seed); }

Objective Descent::smoothed(const Misfit& misfit) const {
  return [this, misfit](const at::Tensor& point) {
    const at::Tensor guess = inputs(point);
    const at::Tensor value = misfit(guess, open(point));
    return smoothness_ > 0.0 ? value + total_variation(pixels(guess, evidence_.normalization)) * smoothness_ : value;
  };
}

Objective Descent::objective() const {
  return smoothed([this](const at::Tensor& guess, const at::Tensor& open) { return mismatch(hypothesis_, kind_, guess, open); });
}

std::vector<Objective> Descent::objectives() const {
  std::vector<Objective> parts;
  const auto count = static_cast<double>(hypothesis_.targets().size());
  for (std::size_t place = 0; place < hypothesis_.targets().size(); ++place) {
    parts.push_back(smoothed([this, place, count](const at::Tensor& guess, const at::Tensor& open) {
      return mismatch_of(hypothesis_, place, kind_, guess, open) * count;
    }));
  }
  return parts;
}

std::function<void(at::Tensor&)> Descent::into_box() const {
  const Box box = box_of(evidence_.shape, evidence_.normalization);
  return [this, box](at::Tensor& point) {
    at::Tensor images = inputs(point);
    images.copy_(images.maximum(box.low).minimum(box.high));
  };
}

Reconstruction Descent::reconstruction(const Minimum& minimum) const {
  const std::int64_t records = records_behind(evidence_);
  const at::Tensor labels = hypothesis_.labels(open(minimum.point));
  return {.images = pixels(inputs(minimum.point), evidence_.normalization).clamp(0.0, 1.0).narrow(0, 0, records),
          .labels = labels.defined() ? labels.narrow(0, 0, records) : labels,
          .loss = minimum.value};
}

at::Tensor Descent::inputs(const at::Tensor& point) const { return point.narrow(0, 0, numel_).view(shape_); }
at::Tensor Descent::open(const at::Tensor& point) const { return point.narrow(0, numel_, point.numel() - numel_); }

Reconstruction best_attempt(std::int64_t attempts, Seed seed,
                            const std::function<Reconstruction(std::int64_t number, Seed own)>& attempt) {
  const ComputeScope scope;
  Reconstruction best;
  for (std::int64_t number = 0; number < attempts; ++number) {
    keep_better(best, attempt(number, seed / "attempt" / number));
  }
  return best;
}

Reconstruction best_of_labels(const Evidence& evidence, const ImagePrior& prior,
                              const std::function<Reconstruction(const Hypothesis& hypothesis, const at::Tensor& labels)>& attack) {
  Reconstruction best;
  for (const at::Tensor& labels : labels_to_try(evidence, prior)) {
    const auto hypothesis = labels.defined() ? with_labels(evidence, labels) : with_open_labels(evidence);
    keep_better(best, attack(*hypothesis, labels));
  }
  return best;
}

Evidence first_and_last(const Evidence& evidence) {
  Evidence part = evidence;
  if (part.updates.size() > 2) part.updates = {evidence.updates.front(), evidence.updates.back()};
  return part;
}

Reconstruction match_by_lbfgs(const Evidence& evidence, const Hypothesis& hypothesis, const InversionSettings& settings,
                              double smoothness, Seed seed) {
  const Descent descent(evidence, hypothesis, Distance::squared, smoothness);
  const LbfgsSettings lbfgs{.iterations = iterations_or(settings, dlg_iterations)};
  return best_attempt(settings.restarts, seed, [&](std::int64_t, Seed own) {
    return descent.reconstruction(minimise_by_lbfgs(descent.objective(), descent.random_start(own), lbfgs));
  });
}

std::int64_t iterations_or(const InversionSettings& settings, std::int64_t own) {
  return settings.iterations > 0 ? settings.iterations : own;
}

double smoothness_or(const InversionSettings& settings, double own) {
  return settings.total_variation >= 0.0 ? settings.total_variation : own;
}

}  // namespace polyclinic
