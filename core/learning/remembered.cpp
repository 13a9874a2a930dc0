#include "core/learning/remembered.hpp"

#include "core/learning/job_key.hpp"
#include "core/learning/job_result.hpp"

namespace polyclinic {
namespace {

// `key_of(memo)` is asked for where there is a store alone: without one nothing is hashed.
template <class KeyOf, class Compute, class Encode, class Decode>
auto looked_up(const Pool& pool, KeyOf key_of, Compute compute, Encode encode, Decode decode) {
  ResultStore* const store = pool.store();
  if (store == nullptr) return compute();
  return remembered(*store, key_of(store->digests()), compute, encode, decode);
}

}  // namespace

TrainResult train(const TrainingTask& task, const Pool& pool) {
  return looked_up(
      pool, [&](DigestMemo& memo) { return training_key(task, pool.device(), memo); },
      [&] { return train(task, pool.device()); }, encode_training,
      [&](ByteView bytes) { return decode_training(bytes, task.start.layout()); });
}

at::Tensor predict(const Model& model, const ParameterSet& parameters, const Rows& rows, const Collection& collection,
                   const Pool& pool) {
  const PredictionTask task{model, parameters, rows, collection};
  return looked_up(
      pool, [&](DigestMemo& memo) { return prediction_key("probabilities", task, pool.device(), memo); },
      [&] { return predict(model, parameters, rows, collection, pool.device()); }, encode_table, decode_table);
}

at::Tensor extract_features(const Model& model, const ParameterSet& parameters, const Rows& rows, const Collection& collection,
                            const Pool& pool) {
  const PredictionTask task{model, parameters, rows, collection};
  return looked_up(
      pool, [&](DigestMemo& memo) { return prediction_key("features", task, pool.device(), memo); },
      [&] { return extract_features(model, parameters, rows, collection, pool.device()); }, encode_table, decode_table);
}

Metrics evaluate(const Model& model, const ParameterSet& parameters, const Rows& rows, const Collection& collection,
                 const Pool& pool) {
  const PredictionTask task{model, parameters, rows, collection};
  return looked_up(
      pool, [&](DigestMemo& memo) { return prediction_key("metrics", task, pool.device(), memo); },
      [&] { return evaluate(model, parameters, rows, collection, pool.device()); }, encode_metrics, decode_metrics);
}

}  // namespace polyclinic
