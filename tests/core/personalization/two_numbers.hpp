// A model of two numbers, whose steps can be taken by hand: logistic regression of one feature x and two classes, kept at
// opposite rows, weight (-s, s) and bias (-c, c). The logits differ by d = 2 (s x + c), class 1 has the probability p = 1 /
// (1 + exp(-d)). Of a row of class 1 the loss -log p has the gradient p - 1 by the logit of class 1 and 1 - p by the other:
// the rows stay opposite, and a step of length eta moves (s, c) by eta (1 - p) (x, 1). Of a row of class 0, by -eta p (x, 1).
#pragma once

#include <ATen/ops/arange.h>
#include <ATen/ops/tensor.h>

#include <cmath>
#include <vector>

#include "core/personalization/personalizer.hpp"

namespace polyclinic::test {

struct Row {
  float x;
  std::int64_t label;
};

inline Rows rows_of(const std::vector<Row>& rows) {
  const auto data = std::make_shared<Dataset>();
  std::vector<float> inputs;
  std::vector<std::int64_t> labels;
  for (const Row& row : rows) {
    inputs.push_back(row.x);
    labels.push_back(row.label);
  }
  data->inputs = at::tensor(inputs).view({-1, 1});
  data->labels = at::tensor(labels, at::kLong);
  return all_rows(data);
}

inline Collection one_feature() {
  Collection collection;
  collection.name = "two numbers";
  collection.task = {TaskKind::binary, 2, {}};
  collection.shape = {1, 1, 1};
  collection.normalization = {{0.0F}, {1.0F}};
  return collection;
}

inline std::shared_ptr<const Model> two_number_model() {
  ModelConfig config;
  config.kind = "logistic";
  return make_model(config, {1, 1, 1}, 2);
}

inline ParameterSet model_at(double s, double c) {
  static const std::shared_ptr<const Model> model = two_number_model();
  return {model->layout(), at::tensor(std::vector<float>{static_cast<float>(-s), static_cast<float>(s), static_cast<float>(-c),
                                                         static_cast<float>(c)})};
}

inline double s_of(const ParameterSet& model) { return model.flat()[1].item<double>(); }
inline double c_of(const ParameterSet& model) { return model.flat()[3].item<double>(); }
inline bool is_opposite(const ParameterSet& model) {
  const at::Tensor numbers = model.flat();
  return std::abs(numbers[0].item<double>() + numbers[1].item<double>()) < 1e-6 &&
         std::abs(numbers[2].item<double>() + numbers[3].item<double>()) < 1e-6;
}

// Plain steps of length `lr`, one an epoch for up to 8 rows, from the model (0, 0).
inline PersonalSetting two_number_setting(double lr) {
  TrainingConfig training;
  training.lr = lr;
  training.batch_size = 8;
  return {two_number_model(), model_at(0.0, 0.0), one_feature(), training, 1, 1.0};
}

inline PersonalizationConfig method(const std::string& kind) {
  PersonalizationConfig config;
  config.kind = kind;
  return config;
}

// p = 3/4 of a row with d = log 3.
inline const double log3 = std::log(3.0);

}  // namespace polyclinic::test
