#include "core/sharing/mask.hpp"
#include "core/sharing/steps/limits.hpp"
#include "core/sharing/steps/step.hpp"

namespace polyclinic {
namespace {

class RandomFraction : public Step {
 public:
  explicit RandomFraction(double fraction) : fraction_(fraction) {}
  [[nodiscard]] Plan plan(Plan plan) const override {
    plan.count = published_count(fraction_, plan.dimension);
    plan.public_mask = true;
    return plan;
  }
  [[nodiscard]] Work apply(Work work, Seed seed) const override {
    const std::int64_t dimension = work.selection.dimension;
    const std::uint64_t mask_seed = (seed / "mask").value();
    work.selection = narrowed(work.selection, public_mask(mask_seed, dimension, published_count(fraction_, dimension)));
    work.selection.mask_seed = mask_seed;
    return work;
  }

 private:
  double fraction_;
};

}  // namespace

std::unique_ptr<Step> make_random(const SharingConfig& config, const Layout& /*layout*/) {
  return std::make_unique<RandomFraction>(valid_fraction(config));
}

}  // namespace polyclinic
