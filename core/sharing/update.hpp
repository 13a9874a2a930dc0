// What an institution learned, and the part of it that leaves the building. The two types cannot be mistaken: a channel
// carries only types with a `simulated_bytes`, and PrivateUpdate has none.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "core/base/bytes.hpp"
#include "core/base/digest.hpp"
#include "core/learning/parameters.hpp"

namespace polyclinic {

// Difference that a round of training made, over the whole layout. It cannot be sent.
struct PrivateUpdate {
  std::shared_ptr<const Layout> layout;
  at::Tensor delta;           // float32, flat over the layout: trained - start
  at::Tensor control_delta;   // SCAFFOLD: new - old control variate, flat over the weights; undefined elsewhere
};

// What left: the encoded bytes, immutable, shared by pointer, identified by their hash.
class SharedUpdate {
 public:
  explicit SharedUpdate(Bytes payload);
  [[nodiscard]] ByteView payload() const { return payload_; }
  [[nodiscard]] std::uint64_t bytes() const { return payload_.size(); }
  [[nodiscard]] const Digest& digest() const { return digest_; }  // SHA-256 of the payload

 private:
  Bytes payload_;
  Digest digest_;
};
using SharedUpdatePointer = std::shared_ptr<const SharedUpdate>;

// What the update weighs on a wire or in a block: its encoded bytes, nothing else.
[[nodiscard]] inline std::uint64_t simulated_bytes(const SharedUpdate& update) { return update.bytes(); }

}  // namespace polyclinic
