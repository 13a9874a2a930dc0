// What a chain publishes for others to learn from, as bytes: the body of its model, its predictions on a public reference set,
// or one institution's prototypes.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/sharing/values.hpp"

namespace polyclinic {

struct BodyTensor {
  std::string name;                     // PyTorch's state_dict name
  std::vector<std::int64_t> shape;
  at::Tensor numbers;                   // float32, flat
};

// Class means of one institution's features, as far as its share policy let them leave.
struct PublishedPrototypes {
  std::int64_t classes = 0;             // of the task; 0: none are published
  std::int64_t features = 0;
  std::vector<std::int64_t> present;    // classes that have one, sorted
  Bytes update;                         // a shared update over present.size() x features numbers, see prototypes.hpp
};

struct AuxiliaryObject {
  std::vector<BodyTensor> body;         // empty: not published
  at::Tensor predictions;               // probabilities, float32 (reference rows, outputs); undefined: not published
  PublishedPrototypes prototypes;
};

// object.cpp describes the format. Every number must be finite (encode() asserts).
[[nodiscard]] Bytes encode(const AuxiliaryObject& object, ValueType values);
// Throws Error for bytes that encode() cannot have written: sizes that do not add up, numbers that are not finite, prototypes of
// classes out of order or range. Takes no more memory than a small multiple of `bytes`.
[[nodiscard]] AuxiliaryObject decode_object(ByteView bytes);

// "body", "predictions", "prototypes", joined by "+".
[[nodiscard]] std::string content_name(const AuxiliaryObject& object);

}  // namespace polyclinic
