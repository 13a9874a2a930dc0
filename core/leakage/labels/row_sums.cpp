#include <ATen/core/Tensor.h>

#include "core/leakage/labels/head.hpp"

namespace polyclinic {
namespace {

class RowSums final : public LabelAttack {
 public:
  std::string obstacle(const Evidence& evidence, const ImagePrior&) const override { return obstacle_to_weights(evidence); }
  LabelGuess guess(const Evidence& evidence, const ImagePrior&) const override {
    const double impact = 1.0 + 1.0 / static_cast<double>(head_of(*evidence.model).classes);
    return mean_guess(telling(evidence, row_gradient), [&](const ObservedUpdate& update) {
      return greedy_counts(row_gradient(evidence, update), update.samples, impact);
    });
  }
};

}  // namespace

std::unique_ptr<const LabelAttack> make_row_sums() { return std::make_unique<RowSums>(); }

}  // namespace polyclinic
