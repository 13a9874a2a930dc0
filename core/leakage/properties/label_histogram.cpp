#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include "core/leakage/labels/label_attack.hpp"
#include "core/leakage/labels/label_score.hpp"
#include "core/leakage/properties/property_attack.hpp"

namespace polyclinic {
namespace {

class LabelHistogram final : public PropertyAttack {
 public:
  std::string property() const override { return "label_histogram"; }

  std::string obstacle(const Evidence& evidence, const PropertyKnowledge& knowledge) const override {
    return strongest(evidence, knowledge)->obstacle(evidence, knowledge.prior);
  }

  at::Tensor guess(const Evidence& evidence, const PropertyKnowledge& knowledge) const override {
    const at::Tensor counts = strongest(evidence, knowledge)->guess(evidence, knowledge.prior).counts.to(at::kDouble);
    return counts / counts.sum();
  }

  std::vector<at::Tensor> without_update(const Evidence& evidence, const PropertyKnowledge& knowledge) const override {
    const std::int64_t classes = evidence.task.classes;
    return {class_shares({}, classes), class_shares(knowledge.prior, classes)};
  }

  double error(const at::Tensor& guess, const at::Tensor& truth) const override {
    return (guess - truth).abs().sum().item<double>() / 2.0;
  }

 private:
  // The first that can be tried; where none can, the last.
  static std::unique_ptr<const LabelAttack> strongest(const Evidence& evidence, const PropertyKnowledge& knowledge) {
    for (const auto make : {make_class_prior, make_prior_p, make_bias_corrected, make_row_sums}) {
      std::unique_ptr<const LabelAttack> attack = make();
      if (attack->obstacle(evidence, knowledge.prior).empty()) return attack;
    }
    return make_indices_only();
  }
};

}  // namespace

std::unique_ptr<const PropertyAttack> make_label_histogram() { return std::make_unique<LabelHistogram>(); }

}  // namespace polyclinic
