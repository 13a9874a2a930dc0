// Selective upload of Shokri & Shmatikov (Privacy-preserving deep learning, CCS 2015, section 5): at most a fraction of the
// coordinates, cut to [-gamma, gamma] (gamma = 0: not cut), namely
//   largest  those of largest magnitude before cutting, which cutting leaves among the largest: it only makes ties;
//   random   any of those whose cut magnitude exceeds the threshold, fewer than the fraction when there are fewer.
// Their noise for differential privacy is not part of this step, nor is their order of download by how often a coordinate
// was updated: SharePolicy::compose draws the downloaded share at random.
#include <cmath>

#include "core/base/error.hpp"
#include "core/sharing/mask.hpp"
#include "core/sharing/names.hpp"
#include "core/sharing/numbers.hpp"
#include "core/sharing/steps/limits.hpp"
#include "core/sharing/steps/step.hpp"

namespace polyclinic {
namespace {

std::vector<std::uint32_t> random_above(std::span<const float> values, double threshold, std::int64_t count, Seed seed) {
  std::vector<std::uint32_t> candidates;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::abs(values[i]) > threshold) candidates.push_back(static_cast<std::uint32_t>(i));
  }
  const auto available = static_cast<std::int64_t>(candidates.size());
  if (available <= count) return candidates;
  std::vector<std::uint32_t> chosen = public_mask(seed.value(), available, count);
  for (std::uint32_t& place : chosen) place = candidates[place];
  return chosen;
}

class Selective : public Step {
 public:
  explicit Selective(const SharingConfig& config)
      : fraction_(valid_fraction(config)),
        gamma_(config.gamma),
        threshold_(config.threshold),
        random_(config.selection == "random") {}

  [[nodiscard]] Plan plan(Plan plan) const override {
    plan.count = published_count(fraction_, plan.dimension);
    plan.exact = plan.exact && !random_;
    plan.faithful = plan.faithful && gamma_ == 0.0;
    return plan;
  }

  [[nodiscard]] Work apply(Work work, Seed seed) const override {
    const std::int64_t count = published_count(fraction_, work.selection.dimension);
    const at::Tensor original = work.selection.values;
    work.selection.values = clipped(original, gamma_);
    const auto places = random_ ? random_above(numbers(work.selection.values), threshold_, count, seed / "selective")
                                : largest_places(numbers(original), count);
    work.selection = narrowed(work.selection, places);
    return work;
  }

 private:
  double fraction_;
  double gamma_;
  double threshold_;
  bool random_;
};

}  // namespace

std::unique_ptr<Step> make_selective(const SharingConfig& config, const Layout& /*layout*/) {
  if (config.selection != "largest" && config.selection != "random") {
    unknown_name("sharing.selection", config.selection, {"largest", "random"});
  }
  if (!(config.gamma >= 0.0)) throw UsageError(fmt::format("sharing.gamma is {}, needs at least 0", config.gamma));
  if (!(config.threshold >= 0.0) || (config.gamma > 0.0 && config.threshold >= config.gamma)) {
    throw UsageError(
        fmt::format("sharing.threshold is {}, needs at least 0 and less than sharing.gamma = {}: no cut "
                    "coordinate could exceed it",
                    config.threshold, config.gamma));
  }
  return std::make_unique<Selective>(config);
}

}  // namespace polyclinic
