#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include "core/auxiliary/uses/use.hpp"

namespace polyclinic {
namespace {

class Distill final : public Use {
 public:
  void add_terms(LocalObjective& objective, const Lesson& lesson, double weight) const override {
    const double strength = lesson.config.distill * weight;
    if (!lesson.predictions.defined() || strength == 0.0) return;
    const std::int64_t outputs = lesson.pupil.collection.task.outputs();
    const std::vector<std::int64_t> classes = shared_classes(lesson.config, outputs, lesson.predictions.size(1));
    const at::Tensor shared = at::tensor(classes, at::kLong);
    at::Tensor teacher = at::zeros({lesson.predictions.size(0), outputs}, at::kFloat);
    teacher.index_copy_(1, shared, lesson.predictions.index_select(1, shared));
    const bool is_partial = std::ssize(classes) < outputs;
    objective.distillations.push_back(
        {lesson.reference, std::move(teacher), is_partial ? shared : at::Tensor(), lesson.config.temperature, strength});
  }
};

}  // namespace

std::unique_ptr<const Use> make_distill() { return std::make_unique<Distill>(); }

}  // namespace polyclinic
