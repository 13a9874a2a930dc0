// Inverting Gradients (Geiping et al. 2020): the cosine, a total-variation prior, Adam on the gradient's sign, within the box of real
// pixels.
#include "core/leakage/inversion/attack.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t own_iterations = 2400;
constexpr double own_smoothness = 1e-2;  // best on one small network (known answer R11); the published command line has 1e-4
constexpr double lr = 0.1;

class InvertingGradients final : public InversionAttack {
 public:
  explicit InvertingGradients(const InversionSettings& settings) : settings_(settings) {}

  std::string obstacle(const Evidence& evidence) const override {
    const std::string none = no_images_at_all(evidence);
    return none.empty() ? unknown_weights(evidence) : none;
  }

  Reconstruction reconstruct(const Evidence& evidence, const ImagePrior& prior, Seed seed) const override {
    return best_of_labels(evidence, prior,
                          [&](const Hypothesis& hypothesis, const at::Tensor&) { return descend(evidence, hypothesis, seed); });
  }

 private:
  [[nodiscard]] Reconstruction descend(const Evidence& evidence, const Hypothesis& hypothesis, Seed seed) const {
    const Descent descent(evidence, hypothesis, Distance::cosine, smoothness_or(settings_, own_smoothness));
    const AdamSettings adam{.iterations = iterations_or(settings_, own_iterations), .lr = lr, .by_sign = true,
                            .project = descent.into_box()};
    return best_attempt(settings_.restarts, seed, [&](std::int64_t, Seed own) {
      return descent.reconstruction(minimise_by_adam(descent.objectives(), descent.random_start(own), adam));
    });
  }

  InversionSettings settings_;
};

}  // namespace

std::unique_ptr<const InversionAttack> make_inverting_gradients(const InversionSettings& settings) {
  return std::make_unique<InvertingGradients>(settings);
}

}  // namespace polyclinic
