// Two tasks whose models have a body in common, small enough to compute by hand.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/full.h>

#include "core/auxiliary/guidance.hpp"
#include "core/learning/library.hpp"

namespace polyclinic::test {

// A multilayer perceptron of 3 inputs, one hidden layer of 2, `outputs` classes: hidden1.weight (2, 3), hidden1.bias (2), then the
// head: 8 body coordinates first.
inline std::shared_ptr<const Model> small_model(std::int64_t outputs = 2, std::int64_t inputs = 3) {
  ModelConfig config;
  config.kind = "mlp";
  config.widths = {2};
  return make_model(config, {inputs, 1, 1}, outputs);
}

inline ParameterSet filled(const Model& model, float value) {
  return {model.layout(), at::full({model.layout()->size()}, value, at::kFloat)};
}

inline Collection small_collection(std::int64_t classes = 2) {
  Collection collection;
  collection.name = "small";
  collection.task = {TaskKind::multi_class, classes, {}};
  collection.shape = {3, 1, 1};
  collection.normalization = {{0.0F, 0.0F, 0.0F}, {1.0F, 1.0F, 1.0F}};
  return collection;
}

inline std::shared_ptr<const SharePolicy> full_policy(const Model& model) {
  return make_share_policy(SharingConfig{}, model.layout());
}

inline AuxiliaryConfig config_of(std::vector<std::string> uses) {
  AuxiliaryConfig config;
  config.source = "source";
  config.uses = std::move(uses);
  return config;
}

// A chain that begins with all numbers 0, and has one source.
inline Classroom classroom_of(const AuxiliaryConfig& config) {
  Classroom classroom;
  classroom.pupil.model = small_model();
  classroom.pupil.initial = filled(*classroom.pupil.model, 0.0F);
  classroom.pupil.collection = small_collection();
  classroom.configs = {config};
  classroom.references = {Rows{}};
  classroom.sharing = {SharingConfig{}};
  return classroom;
}

// The source's model with all numbers `value`, after `round` rounds of its own.
inline ReceivedObject model_object(float value, std::int64_t round) {
  const auto model = small_model(5);
  AuxiliaryObject object;
  object.body = body_of(*model, filled(*model, value), *full_policy(*model));
  return {0, InstitutionId{7}, round, 10, std::make_shared<const AuxiliaryObject>(std::move(object))};
}

inline Received received(std::vector<ReceivedObject> objects) {
  return std::make_shared<const std::vector<ReceivedObject>>(std::move(objects));
}

inline std::vector<float> numbers_of(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

}  // namespace polyclinic::test
