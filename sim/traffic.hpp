// How much went over the network.
#pragma once

#include <cstdint>

namespace polyclinic {

struct Traffic {                       // of one chain
  std::uint64_t bytes = 0;
  std::uint64_t messages = 0;
};

}  // namespace polyclinic
