#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/searchsorted.h>

#include <algorithm>
#include <limits>

#include "core/leakage/membership/lira.hpp"
#include "core/leakage/membership/signals.hpp"
#include "core/leakage/roc.hpp"

namespace polyclinic {
namespace {

constexpr double default_a = 0.3;        // the paper's, where there is nothing to tune it with
constexpr int steps_of_a = 10;           // 0, 0.1, ... 1
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t most_trials = 4;  // shadow models that are attacked to tune it

// p(x) of the target over that of an average model, which saw x as often as not.
at::Tensor likelihood_ratios(const at::Tensor& target, const at::Tensor& shadows, const at::Tensor& without, double a) {
  const at::Tensor of_out = counted_mean(probability_of(shadows), without);
  const at::Tensor ratios = probability_of(target) / ((of_out * (1.0 + a) + (1.0 - a)) / 2.0);
  return ratios.nan_to_num(1.0, infinity);  // 0 / 0: both find the record impossible, which tells nothing
}

at::Tensor scores_at(const MembershipView& view, double a) {
  const at::Tensor everything = at::ones_like(view.population_shadows, at::kBool);
  const at::Tensor population = likelihood_ratios(view.population_target, view.population_shadows, everything, a);
  const at::Tensor own = likelihood_ratios(view.target, view.shadows, view.in.logical_not(), a);
  const at::Tensor below = at::searchsorted(std::get<0>(population.sort()), own);  // how many are less than one's own
  // Records above all of a small population would be equal, and no threshold could tell the first of them: the ratio parts equals.
  const at::Tensor among_equals = 1.0 - 1.0 / (own + 1.0);
  return (below.to(at::kDouble) + among_equals) / static_cast<double>(population.size(0));
}

double area(const at::Tensor& scores, const at::Tensor& member) {
  MembershipScores parted;
  for (std::int64_t i = 0; i < scores.size(0); ++i) {
    (member.data_ptr<bool>()[i] ? parted.members : parted.non_members).push_back(scores.data_ptr<double>()[i]);
  }
  return auc(parted).value;
}

std::string missing(const MembershipView& view) {
  const bool has_population = view.population_target.defined() && view.population_target.size(0) > 0;
  return has_population ? obstacle_to_shadows(view, 1) : "there is no population of non-members";
}

double tuned_a(const MembershipView& view) {
  if (view.shadow_models() < 2) return default_a;
  double best = default_a, largest = 0.0;
  for (int step = 0; step <= steps_of_a; ++step) {
    const double a = static_cast<double>(step) / steps_of_a;
    double sum = 0.0;
    for (std::int64_t number = 0; number < std::min(view.shadow_models(), most_trials); ++number) {
      const MembershipView trial = view_of_shadow(view, number);
      if (missing(trial).empty()) sum += area(scores_at(trial, a), view.in[number].contiguous());
    }
    if (sum > largest) best = a, largest = sum;
  }
  return best;
}

class Rmia final : public MembershipAttack {
 public:
  std::string obstacle(const MembershipView& view) const override { return missing(view); }
  at::Tensor scores(const MembershipView& view) const override { return scores_at(view, tuned_a(view)); }
};

}  // namespace

std::unique_ptr<const MembershipAttack> make_rmia() { return std::make_unique<Rmia>(); }

}  // namespace polyclinic
