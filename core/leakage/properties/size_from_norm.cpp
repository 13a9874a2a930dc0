#include <ATen/core/Tensor.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>

#include "core/leakage/properties/property_attack.hpp"

namespace polyclinic {
namespace {

constexpr std::size_t least_simulated = 3;  // for a line and at least one degree of freedom

double log_length(const ObservedUpdate& update) { return std::log(update.values.to(at::kDouble).norm().item<double>()); }

bool is_zero(const ObservedUpdate& update) { return update.values.abs().max().item<double>() == 0.0; }

at::Tensor number(double value) { return at::full({1}, value, at::kDouble); }

class SizeFromNorm final : public PropertyAttack {
 public:
  std::string property() const override { return "samples"; }

  std::string obstacle(const Evidence& evidence, const PropertyKnowledge& knowledge) const override {
    if (knowledge.simulated.size() < least_simulated) return "there are fewer than 3 simulated updates";
    const bool empty = std::ranges::any_of(evidence.updates, is_zero) || std::ranges::any_of(knowledge.simulated, is_zero);
    if (empty) return "an update is all zeros";
    const std::int64_t size = knowledge.simulated.front().samples;
    const auto same_size = [&](const ObservedUpdate& update) { return update.samples == size; };
    return std::ranges::all_of(knowledge.simulated, same_size) ? "all simulated data sets are of one size" : "";
  }

  at::Tensor guess(const Evidence& evidence, const PropertyKnowledge& knowledge) const override {
    const auto count = static_cast<double>(knowledge.simulated.size());
    double x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
    for (const ObservedUpdate& update : knowledge.simulated) {
      const double length = log_length(update), size = std::log(static_cast<double>(update.samples));
      x += length, y += size, xx += length * length, xy += length * size;
    }
    const double spread = xx - x * x / count;
    const double slope = spread > 0.0 ? (xy - x * y / count) / spread : 0.0;
    double own = 0.0;
    for (const ObservedUpdate& update : evidence.updates)
      own += log_length(update) / static_cast<double>(evidence.updates.size());
    return number(std::exp(y / count + slope * (own - x / count)));
  }

  std::vector<at::Tensor> without_update(const Evidence&, const PropertyKnowledge& knowledge) const override {
    std::vector<double> sizes;
    for (const ObservedUpdate& update : knowledge.simulated) sizes.push_back(static_cast<double>(update.samples));
    const at::Tensor all = at::tensor(sizes, at::kDouble);
    return {all.mean().view({1}), all.quantile(0.5).view({1})};
  }

  double error(const at::Tensor& guess, const at::Tensor& truth) const override {
    return std::abs(guess.item<double>() / truth.item<double>() - 1.0);
  }
};

}  // namespace

std::unique_ptr<const PropertyAttack> make_size_from_norm() { return std::make_unique<SizeFromNorm>(); }

}  // namespace polyclinic
