#include "core/learning/remembered.hpp"

#include "core/learning/job_key.hpp"
#include "core/learning/job_result.hpp"

namespace polyclinic {

TrainResult train(const TrainingTask& task, const Pool& pool) {
  if (pool.store() == nullptr) return train(task, pool.device());
  return remembered(
      *pool.store(), training_key(task, pool.device(), pool.store()->digests()), [&] { return train(task, pool.device()); },
      encode_training, [&](ByteView bytes) { return decode_training(bytes, task.start.layout()); });
}

at::Tensor predict(const Model& model, const ParameterSet& parameters, const Rows& rows, const Collection& collection,
                   const Pool& pool) {
  const auto compute = [&] { return predict(model, parameters, rows, collection, pool.device()); };
  if (pool.store() == nullptr) return compute();
  const PredictionTask task{model, parameters, rows, collection};
  return remembered(*pool.store(), prediction_key("probabilities", task, pool.device(), pool.store()->digests()), compute,
                    encode_probabilities, decode_probabilities);
}

Metrics evaluate(const Model& model, const ParameterSet& parameters, const Rows& rows, const Collection& collection,
                 const Pool& pool) {
  const auto compute = [&] { return evaluate(model, parameters, rows, collection, pool.device()); };
  if (pool.store() == nullptr) return compute();
  const PredictionTask task{model, parameters, rows, collection};
  return remembered(*pool.store(), prediction_key("metrics", task, pool.device(), pool.store()->digests()), compute,
                    encode_metrics, decode_metrics);
}

}  // namespace polyclinic
