#include "core/base/error.hpp"
#include "core/sharing/steps/limits.hpp"
#include "core/sharing/steps/step.hpp"

namespace polyclinic {
namespace {

class Clip : public Step {
 public:
  explicit Clip(double gamma) : gamma_(gamma) {}
  [[nodiscard]] Plan plan(Plan plan) const override {
    plan.faithful = false;
    return plan;
  }
  [[nodiscard]] Work apply(Work work, Seed /*seed*/) const override {
    work.selection.values = clipped(work.selection.values, gamma_);
    return work;
  }

 private:
  double gamma_;
};

}  // namespace

std::unique_ptr<Step> make_clip(const SharingConfig& config, const Layout& /*layout*/) {
  if (!(config.gamma > 0.0)) {
    throw UsageError(fmt::format("sharing.gamma is {}, but the step \"clip\" needs more than 0", config.gamma));
  }
  return std::make_unique<Clip>(config.gamma);
}

}  // namespace polyclinic
