// Something to train: the vocabulary of the trainer's tests.
#pragma once

#include <memory>
#include <optional>

#include "core/learning/trainer.hpp"
#include "tests/core/learning/small_data.hpp"

namespace polyclinic::test {

// One institution with a model to train.
struct Clinic {
  explicit Clinic(ModelConfig kind, std::int64_t size = 50, InputShape shape = {1, 12, 12}, std::int64_t classes = 3)
      : collection(noisy_images(size, shape, classes)),
        rows(rows_of(collection, 0, size)),
        model(make_model(kind, shape, classes)),
        start(model->initial(Seed(1))) {}

  TrainResult train(const TrainingConfig& config, const LocalObjective& objective = {},
                    std::optional<std::int64_t> steps = {}, const OptimizerState& state = {}) const {
    return polyclinic::train({.model = *model, .start = start, .rows = rows, .collection = collection, .config = config,
                              .seed = Seed(9), .objective = objective, .optimizer = state, .steps = steps},
                             Device::cpu);
  }

  Collection collection;
  Rows rows;
  std::shared_ptr<const Model> model;
  ParameterSet start;
};

inline const ModelConfig small_cnn{.kind = "cnn", .widths = {4, 8}};
inline const TrainingConfig everything{.lr = 0.02, .momentum = 0.9, .batch_size = 8, .epochs = 2, .clip_norm = 5.0,
                                .augment = {.flip = true, .shift_pixels = 1.0, .rotate_degrees = 10.0}};
inline const TrainingConfig whole_batch{.lr = 0.1, .batch_size = 50};

}  // namespace polyclinic::test
