#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include "core/leakage/membership/lira.hpp"

namespace polyclinic {
namespace {

class LiraOffline final : public MembershipAttack {
 public:
  std::string obstacle(const MembershipView& view) const override { return obstacle_to_shadows(view, 2); }
  at::Tensor scores(const MembershipView& view) const override {
    const Normals out = fitted_normals(view.shadows, view.in.logical_not());
    return (view.target - out.mean) / out.deviation;
  }
};

}  // namespace

std::unique_ptr<const MembershipAttack> make_lira_offline() { return std::make_unique<LiraOffline>(); }

}  // namespace polyclinic
