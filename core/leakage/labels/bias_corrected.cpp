#include "core/leakage/labels/head.hpp"

namespace polyclinic {
namespace {

class BiasCorrected final : public LabelAttack {
 public:
  std::string obstacle(const Evidence& evidence, const ImagePrior&) const override { return obstacle_to_bias(evidence); }
  LabelGuess guess(const Evidence& evidence, const ImagePrior&) const override {
    return mean_guess(telling(evidence, bias_gradient), [&](const ObservedUpdate& update) {
      return greedy_counts(bias_gradient(evidence, update), update.samples, 1.0);
    });
  }
};

}  // namespace

std::unique_ptr<const LabelAttack> make_bias_corrected() { return std::make_unique<BiasCorrected>(); }

}  // namespace polyclinic
