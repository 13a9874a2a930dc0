#include "core/sharing/steps/noise_order.hpp"

#include <algorithm>
#include <string>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

bool chooses_by_data(const std::string& step) { return step == "top_k" || step == "selective" || step == "sparse_vector"; }

}  // namespace

void require_noise_in_order(const SharingConfig& config) {
  const std::vector<std::string>& steps = config.steps;
  const auto noise = std::ranges::find(steps, "noise");
  if (noise == steps.end()) return;
  if (std::ranges::count(steps, "noise") > 1) throw UsageError("sharing.steps: \"noise\" is there twice, allowed is once");
  if (std::ranges::count(steps, "sparse_vector") > 0) {
    throw UsageError("sharing.steps: \"noise\" does not go with \"sparse_vector\", which adds noise of its own");
  }
  const auto choice = std::find_if(steps.begin(), noise, chooses_by_data);
  if (choice != noise) {
    throw UsageError(
        fmt::format("sharing.steps: \"{0}\" before \"noise\" is not private: the indices that it chose leak; put \"noise\" "
                    "before \"{0}\"",
                    *choice));
  }
  if (std::find(steps.begin(), noise, "clip_norm") == noise) {
    throw UsageError(
        "sharing.steps: \"noise\" needs \"clip_norm\" before it: without a bound on the update no noise is enough");
  }
}

}  // namespace polyclinic
