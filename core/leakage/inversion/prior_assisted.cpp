// For updates that leave more unknowns than equations: starts from what public images look like and stays close to what images are,
// smooth and between black and white. Where the head is not known, its part is guessed as the head-agnostic attack does.
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/stack.h>

#include "core/leakage/inversion/attack.hpp"
#include "core/leakage/inversion/pixels.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t own_iterations = 1500;
constexpr double own_smoothness = 1e-3;
constexpr double lr = 0.05;
constexpr double apart = 0.05;  // standard deviation by which rows of one batch start apart, in pixels

class PriorAssisted final : public InversionAttack {
 public:
  explicit PriorAssisted(const InversionSettings& settings) : settings_(settings) {}

  std::string obstacle(const Evidence& evidence) const override {
    std::string why = no_images_at_all(evidence);
    if (why.empty() && !unknown_weights(evidence).empty()) why = no_body(evidence);
    return why;
  }

  Reconstruction reconstruct(const Evidence& evidence, const ImagePrior& prior, Seed seed) const override {
    if (!unknown_weights(evidence).empty()) return with_any_head(first_and_last(evidence), prior, seed);
    return best_of_labels(evidence, prior, [&](const Hypothesis& hypothesis, const at::Tensor& labels) {
      const Descent descent = descent_of(evidence, hypothesis);
      return descend(evidence, descent, descent.objectives(), labels, prior, seed);
    });
  }

 private:
  [[nodiscard]] Reconstruction with_any_head(const Evidence& evidence, const ImagePrior& prior, Seed seed) const {
    const auto hypothesis = with_open_head(evidence);
    const Descent descent = descent_of(evidence, *hypothesis);
    return descend(evidence, descent, {descent.objective()}, {}, prior, seed);
  }

  [[nodiscard]] Descent descent_of(const Evidence& evidence, const Hypothesis& hypothesis) const {
    return {evidence, hypothesis, Distance::cosine, smoothness_or(settings_, own_smoothness)};
  }

  [[nodiscard]] Reconstruction descend(const Evidence& evidence, const Descent& descent, const std::vector<Objective>& objectives,
                                       const at::Tensor& labels, const ImagePrior& prior, Seed seed) const {
    const AdamSettings adam{.iterations = iterations_or(settings_, own_iterations), .lr = lr, .project = descent.into_box()};
    return best_attempt(settings_.restarts, seed, [&](std::int64_t number, Seed own) {
      const at::Tensor images = first_images(number, prior, labels, descent.shape(), own);
      const at::Tensor start = descent.start(normalized(images, evidence.normalization), own);
      return descent.reconstruction(minimise_by_adam(objectives, start, adam));
    });
  }

  // The mean image, then in the second attempt each label's own, then random public images.
  static at::Tensor first_images(std::int64_t attempt, const ImagePrior& prior, const at::Tensor& labels,
                                 const std::vector<std::int64_t>& shape, Seed seed) {
    std::vector<at::Tensor> images;
    Random random(seed / "public image");
    for (std::int64_t row = 0; row < shape[0]; ++row) {
      const auto any = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(prior.images.size(0))));
      const bool by_class = attempt == 1 && labels.defined();
      images.push_back(attempt > 1 ? prior.images[any] : by_class ? prior.class_mean(labels[row].item<std::int64_t>()) : prior.mean());
    }
    const at::Tensor stacked = at::stack(images);
    return shape[0] > 1 ? stacked + normal_numbers(shape, seed / "apart").mul_(apart) : stacked;
  }

  InversionSettings settings_;
};

}  // namespace

std::unique_ptr<const InversionAttack> make_prior_assisted(const InversionSettings& settings) {
  return std::make_unique<PriorAssisted>(settings);
}

}  // namespace polyclinic
