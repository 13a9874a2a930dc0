// How much went over the network.
#pragma once

#include <cstdint>

namespace polyclinic {

struct Traffic {                       // of one chain
  std::uint64_t bytes = 0;
  std::uint64_t messages = 0;
  Traffic& operator+=(const Traffic& other) {
    bytes += other.bytes;
    messages += other.messages;
    return *this;
  }
};

}  // namespace polyclinic
