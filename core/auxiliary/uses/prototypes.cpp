#include <ATen/core/Tensor.h>
#include <ATen/ops/zeros.h>

#include "core/auxiliary/uses/use.hpp"

namespace polyclinic {
namespace {

class Prototypes final : public Use {
 public:
  void add_terms(LocalObjective& objective, const Lesson& lesson, double weight) const override {
    const double strength = lesson.config.prototypes * weight;
    if (!lesson.prototypes || strength == 0.0) return;
    const auto& [means, known] = *lesson.prototypes;
    const std::int64_t classes = lesson.pupil.collection.task.classes;
    PrototypeTerm term{at::zeros({classes, means.size(1)}, at::kFloat), at::zeros({classes, means.size(1)}, at::kBool), strength};
    for (const std::int64_t label : shared_classes(lesson.config, classes, means.size(0))) {
      term.means[label].copy_(means[label]);
      term.known[label].copy_(known[label]);
    }
    objective.prototypes.push_back(std::move(term));
  }
};

}  // namespace

std::unique_ptr<const Use> make_prototypes() { return std::make_unique<Prototypes>(); }

}  // namespace polyclinic
