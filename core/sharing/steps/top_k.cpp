// The largest coordinates by magnitude. With residual, what was not published is remembered and added to the next update
// (Stich et al. 2018, Sparsified SGD with memory): e += delta, publish e on S = top k of |e|, then e = 0 on S.
#include <algorithm>
#include <cassert>
#include <functional>

#include "core/sharing/mask.hpp"
#include "core/sharing/numbers.hpp"
#include "core/sharing/steps/limits.hpp"
#include "core/sharing/steps/step.hpp"

namespace polyclinic {
namespace {

at::Tensor sum(const at::Tensor& a, const at::Tensor& b) {
  at::Tensor result = empty_numbers(a.numel());
  const std::span<const float> left = numbers(a);
  std::transform(left.begin(), left.end(), numbers(b).begin(), writable_numbers(result).begin(), std::plus<>());
  return result;
}

at::Tensor without(const at::Tensor& values, const std::vector<std::uint32_t>& places) {
  at::Tensor rest = values.clone();
  const std::span<float> numbers_left = writable_numbers(rest);
  for (const std::uint32_t place : places) numbers_left[place] = 0.0F;
  return rest;
}

class TopK : public Step {
 public:
  TopK(double fraction, bool residual) : fraction_(fraction), residual_(residual) {}
  [[nodiscard]] Plan plan(Plan plan) const override {
    plan.count = published_count(fraction_, plan.dimension);
    return plan;
  }
  [[nodiscard]] Work apply(Work work, Seed /*seed*/) const override {
    assert(!work.selection.positions);  // the only selection: it sees all coordinates, as the residual does
    if (residual_ && work.state.residual.defined()) {
      work.selection.values = sum(work.selection.values, work.state.residual);
    }
    const std::int64_t count = published_count(fraction_, work.selection.dimension);
    const std::vector<std::uint32_t> places = largest_places(numbers(work.selection.values), count);
    if (residual_) work.state.residual = without(work.selection.values, places);
    work.selection = narrowed(work.selection, places);
    return work;
  }

 private:
  double fraction_;
  bool residual_;
};

}  // namespace

std::unique_ptr<Step> make_top_k(const SharingConfig& config, const Layout& /*layout*/) {
  return std::make_unique<TopK>(valid_fraction(config), config.residual);
}

}  // namespace polyclinic
