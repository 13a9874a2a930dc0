// What personalizing takes.
#pragma once

#include <cstdint>

namespace polyclinic {

// Samples that pass through the network, counting repetitions: what simulated time is computed from.
struct PersonalVolume {
  std::int64_t trained = 0;
  std::int64_t evaluated = 0;
};

}  // namespace polyclinic
