// What a job is a function of, as one digest: equal keys, equal results, bit for bit.
#pragma once

#include "core/base/digest.hpp"
#include "core/learning/evaluation.hpp"
#include "core/learning/trainer.hpp"
#include "core/store/digest_memo.hpp"

namespace polyclinic {

// Besides the task itself, in all its parts, that is the code, the libraries with the kernels that they choose, the processor
// (which they choose by), and the device. `memo` knows data sets already read.
[[nodiscard]] Digest training_key(const TrainingTask& task, Device device, DigestMemo& memo);

struct PredictionTask {
  const Model& model;
  const ParameterSet& parameters;
  const Rows& rows;
  const Collection& collection;
};
// `purpose`: what is kept of the predictions ("metrics", "probabilities", "features").
[[nodiscard]] Digest prediction_key(const char* purpose, const PredictionTask& task, Device device, DigestMemo& memo);

}  // namespace polyclinic
