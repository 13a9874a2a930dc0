#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include "core/leakage/membership/lira.hpp"

namespace polyclinic {
namespace {

class Difference final : public MembershipAttack {
 public:
  std::string obstacle(const MembershipView& view) const override {
    return view.shadow_models() == 0 ? obstacle_to_target(view) : obstacle_to_shadows(view, 1);
  }
  at::Tensor scores(const MembershipView& view) const override {
    if (view.shadow_models() == 0) return view.target;
    return view.target - counted_mean(view.shadows, view.in.logical_not());
  }
};

}  // namespace

std::unique_ptr<const MembershipAttack> make_difference() { return std::make_unique<Difference>(); }

}  // namespace polyclinic
