#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include "core/leakage/labels/head.hpp"
#include "core/leakage/labels/public_softmax.hpp"

namespace polyclinic {
namespace {

class PriorP final : public LabelAttack {
 public:
  std::string obstacle(const Evidence& evidence, const ImagePrior& prior) const override {
    return obstacle_to_softmax(evidence, prior);
  }
  LabelGuess guess(const Evidence& evidence, const ImagePrior& prior) const override {
    return mean_guess(telling(evidence, bias_gradient), [&](const ObservedUpdate& update) {
      return public_softmax(evidence, update, prior).mean(0) - bias_gradient(evidence, update);
    });
  }
};

}  // namespace

std::unique_ptr<const LabelAttack> make_prior_p() { return std::make_unique<PriorP>(); }

}  // namespace polyclinic
