#include "core/privacy/releases.hpp"

#include <algorithm>
#include <tuple>

#include "core/base/error.hpp"

namespace polyclinic {

void Releases::add(const GaussianReleases& releases) {
  require(releases.rate > 0.0 && releases.rate <= 1.0, "privacy: a sampling rate is {}, needs more than 0 and at most 1",
          releases.rate);
  require(releases.noise_multiplier > 0.0, "privacy: a noise multiplier is {}, needs more than 0",
          releases.noise_multiplier);
  if (releases.steps == 0) return;
  const auto key = [](const GaussianReleases& r) { return std::tie(r.rate, r.noise_multiplier); };
  const auto place = std::ranges::lower_bound(gaussian_, key(releases), {}, key);
  if (place != gaussian_.end() && key(*place) == key(releases)) {
    place->steps += releases.steps;
  } else {
    gaussian_.insert(place, releases);
  }
}

void Releases::add(const PureReleases& releases) {
  require(releases.epsilon > 0.0, "privacy: an epsilon is {}, needs more than 0", releases.epsilon);
  if (releases.times == 0) return;
  const auto place = std::ranges::lower_bound(pure_, releases.epsilon, {}, &PureReleases::epsilon);
  if (place != pure_.end() && place->epsilon == releases.epsilon) {
    place->times += releases.times;
  } else {
    pure_.insert(place, releases);
  }
}

void Releases::add(const Releases& others) {
  for (const GaussianReleases& releases : others.gaussian_) add(releases);
  for (const PureReleases& releases : others.pure_) add(releases);
}

}  // namespace polyclinic
