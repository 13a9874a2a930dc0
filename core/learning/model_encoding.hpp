// A model's parameters as one byte string that says their names and shapes too: nothing else is needed to read them again.
#pragma once

#include "core/base/bytes.hpp"
#include "core/learning/parameters.hpp"

namespace polyclinic {

[[nodiscard]] Bytes encode_model(const ParameterSet& parameters);
// Throws Error for bytes that encode_model() cannot have written.
[[nodiscard]] ParameterSet decode_model(ByteView bytes);

}  // namespace polyclinic
