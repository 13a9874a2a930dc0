#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/log.h>

#include "core/leakage/membership/lira.hpp"

namespace polyclinic {
namespace {

at::Tensor log_density(const at::Tensor& signals, const Normals& normals) {
  return -((signals - normals.mean) / normals.deviation).square() / 2.0 - at::log(normals.deviation);
}

class LiraOnline final : public MembershipAttack {
 public:
  std::string obstacle(const MembershipView& view) const override { return obstacle_to_shadows(view, 2, 2); }
  at::Tensor scores(const MembershipView& view) const override {
    const Normals in = fitted_normals(view.shadows, view.in);
    const Normals out = fitted_normals(view.shadows, view.in.logical_not());
    return log_density(view.target, in) - log_density(view.target, out);
  }
};

}  // namespace

std::unique_ptr<const MembershipAttack> make_lira_online() { return std::make_unique<LiraOnline>(); }

}  // namespace polyclinic
