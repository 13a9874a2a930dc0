// What attacks unroll against what train() computes: the same update, up to rounding.
#include "core/leakage/inversion/local_training.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>

#include "core/leakage/inversion/hypothesis.hpp"
#include "tests/support/check.hpp"
#include "tools/known_answers/victim.hpp"

using namespace polyclinic;
using namespace polyclinic::known_answers;

namespace {

const Gallery& gallery() {
  static const Gallery images = phantom_gallery();
  return images;
}

// Largest difference of the true update and its replay, relative to the update's largest number.
double replay_error(const Staging& staging) {
  const Victim victim = stage(gallery(), staging, 0);
  const auto hypothesis = with_labels(victim.evidence, victim.labels);
  const at::Tensor inputs = normalized(victim.images, victim.evidence.normalization);
  const at::Tensor& truth = hypothesis->targets().front().gradient;
  const at::Tensor simulated = hypothesis->simulate(0, inputs, at::empty({0}));
  return ((simulated - truth).abs().max() / truth.abs().max()).item<double>();
}

TrainingConfig with(std::function<void(TrainingConfig&)> change) {
  TrainingConfig config;
  config.lr = 0.1;
  config.batch_size = 4;
  config.steps = 3;
  change(config);
  return config;
}

}  // namespace

TEST_CASE("a replay with the true images and labels is the update, whatever the local training does") {
  const auto error = [](std::function<void(TrainingConfig&)> change) {
    return replay_error({.records = 4, .training = with(std::move(change))});
  };
  CHECK(error([](TrainingConfig& config) { config.steps = 1; }) < 1e-4);
  CHECK(error([](TrainingConfig&) {}) < 1e-4);
  CHECK(error([](TrainingConfig& config) { config.weight_decay = 0.01; }) < 1e-4);
  CHECK(error([](TrainingConfig& config) { config.momentum = 0.9; }) < 1e-4);
  CHECK(error([](TrainingConfig& config) { config.momentum = 0.9, config.nesterov = true; }) < 1e-4);
  CHECK(error([](TrainingConfig& config) { config.clip_norm = 0.05; }) < 1e-4);
  CHECK(error([](TrainingConfig& config) { config.loss = "weighted_cross_entropy"; }) < 1e-4);
}

TEST_CASE("a replay is the update through every kind of layer") {
  const auto error = [](const ModelConfig& model) {
    return replay_error({.model = model, .records = 4, .training = with([](TrainingConfig&) {})});
  };
  CHECK(error({.kind = "cnn", .widths = {4, 4}}) < 1e-4);
  CHECK(error({.kind = "cnn", .widths = {8, 8}, .norm = "group"}) < 1e-4);
  CHECK(error({.kind = "mlp", .widths = {12}}) < 1e-4);
}

TEST_CASE("a body's update is the same without its head, given the gradient of the features") {
  const Staging staging{.records = 2, .training = with([](TrainingConfig& config) { config.steps = 1, config.batch_size = 2; })};
  const Victim victim = stage(gallery(), staging, 0);
  const at::Tensor inputs = normalized(victim.images, victim.evidence.normalization);
  const Model& model = *victim.evidence.model;
  const std::vector<at::Tensor> tensors = model.layout()->views(victim.evidence.updates.front().before);
  const at::Tensor logits = model.forward(tensors, inputs, Mode::training);
  const at::Tensor of_logits = (at::softmax(logits, 1) - at::one_hot(victim.labels, 5)) / 2.0;
  const at::Tensor of_features = of_logits.matmul(tensors[model.head().front()]);
  const auto hypothesis = with_open_head(victim.evidence);
  const Target& target = hypothesis->targets().front();
  const at::Tensor simulated = hypothesis->simulate(0, inputs, of_features.flatten());
  CHECK(distance(Distance::squared, target, simulated).item<double>() < 1e-8 * target.length * target.length);
}

TEST_CASE("nothing of the training configuration is known at T0, and Adam's first step keeps signs alone") {
  Victim victim = stage(gallery(), {.records = 4, .training = with([](TrainingConfig&) {})}, 0);
  Evidence& evidence = victim.evidence;
  CHECK(local_training(evidence, evidence.updates.front()).steps == 3);
  evidence.training->optimizer = "adam";
  CHECK_FALSE(local_training(evidence, evidence.updates.front()).scale_known);
  evidence.training.reset();
  const LocalTraining training = local_training(evidence, evidence.updates.front());
  CHECK_FALSE(training.scale_known);
  CHECK(training.steps == 1);
  CHECK(training.batch == 4);
}

TEST_CASE("a distance looks at published numbers alone, and where the scale is unknown at no scale") {
  Target target;
  target.published = at::tensor({1.0F, 1.0F, 0.0F});
  target.gradient = at::tensor({3.0F, 4.0F, 0.0F});
  target.length = 5.0;
  const at::Tensor guess = at::tensor({6.0F, 8.0F, 77.0F});
  CHECK(distance(Distance::squared, target, guess).item<double>() == doctest::Approx(9.0 + 16.0));
  CHECK(distance(Distance::cosine, target, guess).item<double>() == doctest::Approx(0.0));
  target.training.scale_known = false;
  CHECK(distance(Distance::squared, target, guess).item<double>() == doctest::Approx(0.0));
  // cosine 0.8 with (1, 0): the rest of the best scale is 25 (1 - 0.64).
  CHECK(distance(Distance::squared, target, at::tensor({0.0F, 1.0F, 0.0F})).item<double>() == doctest::Approx(9.0));
}

TEST_CASE("visits count the batches of all epochs") {
  CHECK(visits({.rows = 10, .batch = 4, .steps = 3}) == 10);
  CHECK(visits({.rows = 10, .batch = 4, .steps = 4}) == 14);
  CHECK(visits({.rows = 4, .batch = 8, .steps = 5}) == 20);
}
