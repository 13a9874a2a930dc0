#include <ATen/TensorOperators.h>

#include <memory>
#include <utility>

#include "core/sharing/behaviours/behaviour.hpp"

namespace polyclinic {
namespace {

class LabelFlip : public Behaviour {
 public:
  [[nodiscard]] Rows training_rows(Rows rows, const Task& task) const override {
    if (rows.size() == 0) return rows;
    auto flipped = std::make_shared<Dataset>(*rows.dataset);  // shares the inputs
    const std::int64_t highest = task.kind == TaskKind::multi_label ? 1 : task.classes - 1;
    flipped->labels = highest - rows.dataset->labels;
    rows.dataset = std::move(flipped);
    return rows;
  }
};

}  // namespace

std::unique_ptr<Behaviour> make_label_flip(const BehaviourConfig& /*config*/) { return std::make_unique<LabelFlip>(); }

}  // namespace polyclinic
