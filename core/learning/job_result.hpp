// Results of jobs as bytes, and back: exactly, not a number's bit is lost.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/base/bytes.hpp"
#include "core/learning/evaluation.hpp"
#include "core/learning/trainer.hpp"

namespace polyclinic {

// Each decode() throws Error for bytes that its encode() cannot have written.
[[nodiscard]] Bytes encode_training(const TrainResult& result);
[[nodiscard]] TrainResult decode_training(ByteView bytes, const std::shared_ptr<const Layout>& layout);
[[nodiscard]] Bytes encode_metrics(const Metrics& metrics);
[[nodiscard]] Metrics decode_metrics(ByteView bytes);
[[nodiscard]] Bytes encode_table(const at::Tensor& table);  // float32, (rows, outputs)
[[nodiscard]] at::Tensor decode_table(ByteView bytes);

}  // namespace polyclinic
