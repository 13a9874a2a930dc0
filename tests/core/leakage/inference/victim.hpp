// An institution that trains on some rows and publishes what came of it: the vocabulary of these tests.
#pragma once

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/tensor.h>

#include <memory>

#include "core/leakage/evidence.hpp"
#include "core/leakage/labels/label_attack.hpp"
#include "core/leakage/labels/label_score.hpp"
#include "core/learning/trainer.hpp"
#include "tests/core/learning/small_data.hpp"

namespace polyclinic::test {

struct World {
  Collection collection;
  std::shared_ptr<const Model> model;
  ParameterSet public_model;
  TrainingConfig config{.lr = 0.1, .batch_size = 1000000};  // one step with all rows

  World(Collection data, const ModelConfig& kind)
      : collection(std::move(data)),
        model(make_model(kind, collection.shape, collection.task.outputs())),
        public_model(model->initial(Seed(5))) {}

  [[nodiscard]] ParameterSet trained(const Rows& rows, const TrainingConfig& how) const {
    return train({.model = *model, .start = public_model, .rows = rows, .collection = collection, .config = how,
                  .seed = Seed(6)}, Device::cpu).parameters;
  }

  [[nodiscard]] ObservedUpdate update_of(const Rows& rows) const {
    const at::Tensor difference = trained(rows, config).flat() - public_model.flat();
    return {.positions = at::arange(difference.size(0), at::kLong), .values = difference, .before = public_model.flat(),
            .samples = rows.size()};
  }

  [[nodiscard]] Evidence evidence_of(const Rows& rows) const {
    return {.model = model, .task = collection.task, .shape = collection.shape, .normalization = collection.normalization,
            .training = config, .updates = {update_of(rows)}};
  }

  // Rows [begin, end) of an order by chance, so that classes are mixed.
  [[nodiscard]] Rows some_rows(std::int64_t begin, std::int64_t end) const {
    const std::vector<std::int64_t> order = Random(Seed(7)).permutation(collection.train->size());
    return {collection.train, at::tensor(order).slice(0, begin, end)};
  }

  [[nodiscard]] at::Tensor counts_of(const Rows& rows) const { return at::tensor(class_histogram(rows, collection.task)); }
};

// What remains of an update when only these positions leave.
inline ObservedUpdate only(const ObservedUpdate& update, const at::Tensor& positions) {
  ObservedUpdate part = update;
  part.positions = positions;
  part.values = update.values.index_select(0, positions);
  return part;
}

inline at::Tensor largest(const ObservedUpdate& update, std::int64_t count) {
  return std::get<0>(std::get<1>(update.values.abs().topk(count)).sort());
}

}  // namespace polyclinic::test
