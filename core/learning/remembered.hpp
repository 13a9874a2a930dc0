// The jobs of the learning as a pool carries them out: computed on its device, unless its store knows the result already. What
// is remembered is bit for bit what would be computed; failures are never kept.
#pragma once

#include "core/compute/pool.hpp"
#include "core/learning/evaluation.hpp"
#include "core/learning/features.hpp"
#include "core/learning/trainer.hpp"

namespace polyclinic {

[[nodiscard]] TrainResult train(const TrainingTask& task, const Pool& pool);
[[nodiscard]] at::Tensor predict(const Model& model, const ParameterSet& parameters, const Rows& rows,
                                 const Collection& collection, const Pool& pool);
[[nodiscard]] at::Tensor extract_features(const Model& model, const ParameterSet& parameters, const Rows& rows,
                                          const Collection& collection, const Pool& pool);
[[nodiscard]] Metrics evaluate(const Model& model, const ParameterSet& parameters, const Rows& rows,
                               const Collection& collection, const Pool& pool);

}  // namespace polyclinic
