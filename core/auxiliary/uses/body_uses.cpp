// The three uses of a source's body.
#include <ATen/core/Tensor.h>
#include <ATen/ops/lerp.h>
#include <ATen/ops/where.h>

#include <algorithm>

#include "core/auxiliary/uses/use.hpp"

namespace polyclinic {
namespace {

void mix(at::Tensor& flat, const BodyOverlay& body, double share) {
  if (share == 0.0) return;
  const at::Tensor mixed = share >= 1.0 ? body.numbers : at::lerp(flat, body.numbers, share);
  flat = at::where(body.mask.gt(0.0), mixed, flat);
}

class WarmStart final : public Use {
 public:
  void change(at::Tensor& flat, const Lesson& lesson, double weight) const override {
    const std::int64_t bound = lesson.config.warm_start_below;
    const bool is_due = bound == 0 ? lesson.is_first : lesson.is_new && lesson.rounds < bound;
    if (lesson.body && is_due) mix(flat, *lesson.body, std::min(weight, 1.0));
  }
};

class Blend final : public Use {
 public:
  void change(at::Tensor& flat, const Lesson& lesson, double weight) const override {
    if (lesson.body) mix(flat, *lesson.body, std::min(lesson.config.blend * weight, 1.0));
  }
};

class Anchor final : public Use {
 public:
  void add_terms(LocalObjective& objective, const Lesson& lesson, double weight) const override {
    const double mu = lesson.config.anchor * weight;
    if (!lesson.body || mu == 0.0) return;
    const std::int64_t weights = lesson.pupil.model->layout()->weights_size();
    objective.anchors.push_back({lesson.body->numbers.narrow(0, 0, weights), lesson.body->mask.narrow(0, 0, weights), mu});
  }
};

}  // namespace

std::unique_ptr<const Use> make_warm_start() { return std::make_unique<WarmStart>(); }
std::unique_ptr<const Use> make_blend() { return std::make_unique<Blend>(); }
std::unique_ptr<const Use> make_anchor() { return std::make_unique<Anchor>(); }

}  // namespace polyclinic
