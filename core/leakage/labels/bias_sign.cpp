#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include "core/leakage/labels/head.hpp"

namespace polyclinic {
namespace {

at::Tensor counts_by_sign(const at::Tensor& gradient, std::int64_t samples) {
  const at::Tensor negative = gradient.neg().clamp_min(0.0);
  const at::Tensor present = negative.gt(0.0).to(at::kDouble);
  const double left = static_cast<double>(samples) - present.sum().item<double>();
  if (left <= 0.0) return negative;  // apportioning gives the most negative ones their record
  return present + negative * (left / negative.sum().clamp_min(1e-300).item<double>());
}

class BiasSign final : public LabelAttack {
 public:
  std::string obstacle(const Evidence& evidence, const ImagePrior&) const override { return obstacle_to_bias(evidence); }
  LabelGuess guess(const Evidence& evidence, const ImagePrior&) const override {
    return mean_guess(telling(evidence, bias_gradient), [&](const ObservedUpdate& update) {
      return counts_by_sign(bias_gradient(evidence, update), update.samples);
    });
  }
};

}  // namespace

std::unique_ptr<const LabelAttack> make_bias_sign() { return std::make_unique<BiasSign>(); }

}  // namespace polyclinic
