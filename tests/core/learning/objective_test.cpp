// What a LocalObjective adds to training, term by term.
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/kl_div.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>

#include "core/base/error.hpp"
#include "core/learning/evaluation.hpp"
#include "core/learning/features.hpp"
#include "tests/core/learning/clinic.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

const ModelConfig with_buffers{.kind = "cnn", .widths = {4, 8}, .norm = "batch"};
const ModelConfig small_mlp{.kind = "mlp", .widths = {5}};

std::int64_t weights_of(const Clinic& clinic) { return clinic.model->layout()->weights_size(); }
at::Tensor weights(const Clinic& clinic, const TrainResult& result) {
  return result.parameters.flat().narrow(0, 0, weights_of(clinic));
}
at::Tensor start_of(const Clinic& clinic) { return clinic.start.flat().narrow(0, 0, weights_of(clinic)); }

// 1 for each second coordinate of the layout.
at::Tensor every_other(std::int64_t size) { return at::arange(size, at::kLong).remainder(2).to(at::kFloat); }

// What one step over all rows adds to the plain gradient.
at::Tensor added_gradient(const Clinic& clinic, const LocalObjective& objective) {
  const at::Tensor plain = clinic.train(whole_batch).parameters.flat();
  return (plain - clinic.train(whole_batch, objective).parameters.flat()).narrow(0, 0, weights_of(clinic)) / whole_batch.lr;
}

// Prototypes far from any feature, so that the pull is much larger than rounding; none for the last class.
PrototypeTerm some_prototypes(const Clinic& clinic, double weight) {
  const at::Tensor known = at::tensor({1, 1, 0}, at::kLong).to(at::kBool);
  return {normal({3, feature_size(*clinic.model)}, Seed(21)) * 3.0, known, weight};
}

// The first `size` rows as a reference set, with predictions that the model does not make.
DistillationTerm some_reference(const Clinic& clinic, double weight, std::int64_t size = 20) {
  return {.rows = rows_of(clinic.collection, 0, size), .teacher = at::softmax(normal({size, 3}, Seed(22)) * 2.0, 1),
          .classes = {}, .temperature = 2.0, .weight = weight};
}

at::Tensor inputs_of(const Clinic& clinic) { return clinic.collection.train->inputs.to(at::kFloat).sub(127.5).div(127.5); }

// Weights with a gradient by autograd, and that gradient, flat.
struct Leaves {
  explicit Leaves(const Clinic& clinic) : tensors(clinic.model->layout()->views(clinic.start.flat().clone())) {
    for (at::Tensor& tensor : tensors) tensor = tensor.clone().set_requires_grad(true);
  }
  at::Tensor gradient() const {
    std::vector<at::Tensor> parts;
    for (const at::Tensor& tensor : tensors) {
      parts.push_back((tensor.grad().defined() ? tensor.grad() : at::zeros_like(tensor)).flatten());
    }
    return at::cat(parts);
  }
  std::vector<at::Tensor> tensors;
};

}  // namespace

TEST_CASE("terms of weight 0 are plain training bit for bit, buffers and optimizer too") {
  const Clinic clinic(with_buffers);
  const TrainResult plain = clinic.train(everything);
  LocalObjective nothing;
  nothing.anchors.push_back({at::full({weights_of(clinic)}, 3.0F), {}, 0.0});
  nothing.prototypes.push_back(some_prototypes(clinic, 0.0));
  nothing.distillations.push_back(some_reference(clinic, 0.0));
  const TrainResult result = clinic.train(everything, nothing);
  CHECK(same_bits(plain.parameters.flat(), result.parameters.flat()));
  CHECK(same_bits(plain.optimizer.first, result.optimizer.first));
  CHECK(plain.mean_loss == result.mean_loss);
}

TEST_CASE("an anchor adds mu (w - numbers) where its mask is 1, several add up") {
  const Clinic clinic(small_mlp);
  const at::Tensor numbers = normal({weights_of(clinic)}, Seed(20));
  const at::Tensor mask = every_other(weights_of(clinic));
  const at::Tensor distance = start_of(clinic) - numbers;
  CHECK(largest_difference(added_gradient(clinic, {.anchors = {{numbers, {}, 0.5}}}), distance * 0.5) < 1e-5);
  CHECK(largest_difference(added_gradient(clinic, {.anchors = {{numbers, mask, 0.5}}}), distance * mask * 0.5) < 1e-5);
  CHECK(largest_difference(added_gradient(clinic, {.anchors = {{numbers, mask, 0.5}, {numbers, {}, 0.25}}}),
                           distance * mask * 0.5 + distance * 0.25) < 1e-5);
}

TEST_CASE("an anchor does not touch a bit of what its mask leaves out") {
  const Clinic clinic(small_mlp);
  const at::Tensor mask = every_other(weights_of(clinic));
  const at::Tensor plain = weights(clinic, clinic.train(whole_batch));
  const at::Tensor pulled = weights(clinic, clinic.train(whole_batch, {.anchors = {{at::ones_like(mask), mask, 0.5}}}));
  CHECK(same_bits(plain.masked_fill(mask.eq(1), 0.0), pulled.masked_fill(mask.eq(1), 0.0)));
  CHECK_FALSE(same_bits(plain, pulled));
}

// Not bit for bit: FedProx adds mu w and subtracts mu start one after the other, an anchor adds mu times their difference.
TEST_CASE("an anchor at the start over all weights is FedProx up to rounding, and its first step is plain exactly") {
  const Clinic clinic(small_mlp);
  const LocalObjective anchored{.anchors = {{start_of(clinic), {}, 0.5}}};
  const at::Tensor proximal = clinic.train(everything, {.proximal_mu = 0.5}).parameters.flat();
  CHECK(largest_difference(clinic.train(everything, anchored).parameters.flat(), proximal) < 1e-5);
  CHECK(largest_difference(clinic.train(everything).parameters.flat(), proximal) > 1e-3);
  CHECK(same_bits(clinic.train(whole_batch, anchored).parameters.flat(), clinic.train(whole_batch).parameters.flat()));
}

TEST_CASE("what is not trainable keeps every bit, under momentum, moments, weight decay and correction, buffers too") {
  const Clinic clinic(with_buffers);
  const at::Tensor trainable = every_other(clinic.model->layout()->size());
  const at::Tensor frozen = trainable.eq(0);
  TrainingConfig config = everything;
  config.weight_decay = 0.1;
  for (const char* optimizer : {"sgd", "adam", "adamw"}) {
    config.optimizer = optimizer;
    LocalObjective objective{.gradient_correction = at::ones({weights_of(clinic)}), .trainable = trainable};
    const at::Tensor result = clinic.train(config, objective).parameters.flat();
    CHECK(same_bits(result.masked_select(frozen), clinic.start.flat().masked_select(frozen)));
    CHECK(result.ne(clinic.start.flat()).sum().item<std::int64_t>() > trainable.sum().item<float>() * 0.9);
  }
}

TEST_CASE("with everything trainable nothing changes") {
  const Clinic clinic(with_buffers);
  const at::Tensor all = at::ones({clinic.model->layout()->size()});
  CHECK(same_bits(clinic.train(everything, {.trainable = all}).parameters.flat(), clinic.train(everything).parameters.flat()));
}

TEST_CASE("what is frozen does not count where a step is clipped") {
  TrainingConfig config = whole_batch;
  config.clip_norm = 1e-3;
  const Clinic clinic(small_mlp);
  const at::Tensor few = at::arange(clinic.model->layout()->size(), at::kLong).lt(7).to(at::kFloat);
  const at::Tensor moved = clinic.train(config, {.trainable = few}).parameters.flat() - clinic.start.flat();
  CHECK(moved.norm().item<double>() == doctest::Approx(0.1 * 1e-3).epsilon(5e-3));
}

TEST_CASE("prototypes, by hand: 2 weight / (n d) (feature - prototype) x through one hidden layer, nothing for the head") {
  const Clinic clinic(small_mlp);
  const PrototypeTerm term = some_prototypes(clinic, 0.7);
  const at::Tensor x = inputs_of(clinic).flatten(1);
  const at::Tensor labels = clinic.collection.train->labels;
  const at::Tensor hidden = (x.matmul(clinic.start.tensor(0).t()) + clinic.start.tensor(1)).clamp_min(0.0);
  at::Tensor pull = (hidden - term.means.index_select(0, labels)) * (2.0 * 0.7 / (50.0 * 5.0));
  pull = pull * labels.lt(2).unsqueeze(1) * hidden.gt(0.0);  // no prototype for class 2; ReLU
  const at::Tensor added = added_gradient(clinic, {.prototypes = {term}});
  const auto of_added = clinic.model->layout()->views(added);
  CHECK(largest_difference(of_added[0], pull.t().matmul(x)) < 1e-5);
  CHECK(largest_difference(of_added[1], pull.sum(0)) < 1e-5);
  CHECK(added.abs().max().item<double>() > 0.01);
  CHECK(of_added[2].abs().max().item<double>() == 0.0);
  CHECK(of_added[3].abs().max().item<double>() == 0.0);
}

TEST_CASE("prototypes' gradient through convolutions is autograd's, several terms add up") {
  const Clinic clinic(small_cnn);
  const PrototypeTerm term = some_prototypes(clinic, 2.0);
  const Leaves leaves(clinic);
  const at::Tensor labels = clinic.collection.train->labels;
  const at::Tensor distance = clinic.model->features(leaves.tensors, inputs_of(clinic), Mode::training) - term.means.index_select(0, labels);
  (distance * labels.lt(2).unsqueeze(1)).square().mean().mul(2.0 + 0.5).backward();
  PrototypeTerm other = term;
  other.weight = 0.5;
  CHECK(largest_difference(added_gradient(clinic, {.prototypes = {term, other}}), leaves.gradient()) < 1e-5);
  CHECK(leaves.gradient().abs().max().item<double>() > 0.01);
}

TEST_CASE("what stands in place of an unknown prototype is not looked at, without any, training is plain") {
  const Clinic clinic(small_cnn);
  PrototypeTerm term = some_prototypes(clinic, 1.0);
  const at::Tensor before = clinic.train(everything, {.prototypes = {term}}).parameters.flat();
  term.means[2].fill_(std::nanf(""));
  CHECK(same_bits(clinic.train(everything, {.prototypes = {term}}).parameters.flat(), before));
  term.known = at::zeros({3}, at::kBool);
  CHECK(largest_difference(clinic.train(everything, {.prototypes = {term}}).parameters.flat(),
                           clinic.train(everything).parameters.flat()) == 0.0);
}

TEST_CASE("prototypes draw features near: their distance falls below plain training's") {
  const Clinic clinic(small_cnn);
  PrototypeTerm term = some_prototypes(clinic, 1.0);
  term.means.clamp_min_(0.0);  // features come from a ReLU
  const TrainingConfig config{.lr = 0.05, .batch_size = 10, .epochs = 10};
  const auto distance = [&](const LocalObjective& objective) {
    const ParameterSet trained = clinic.train(config, objective).parameters;
    const at::Tensor features = extract_features(*clinic.model, trained, clinic.rows, clinic.collection, Device::cpu);
    const at::Tensor labels = clinic.collection.train->labels;
    return ((features - term.means.index_select(0, labels)) * labels.lt(2).unsqueeze(1)).square().mean().item<double>();
  };
  CHECK(distance({.prototypes = {term}}) < 0.8 * distance({}));
}

TEST_CASE("distillation, by hand: weight T (softmax(z / T) - q) x / n for logistic regression") {
  const Clinic clinic({.kind = "logistic"});
  const DistillationTerm term = some_reference(clinic, 0.7);
  const at::Tensor x = inputs_of(clinic).flatten(1).narrow(0, 0, 20);
  const at::Tensor z = x.matmul(clinic.start.tensor(0).t()) + clinic.start.tensor(1);
  const at::Tensor root = term.teacher.sqrt();  // T = 2
  const at::Tensor error = (at::softmax(z / 2.0, 1) - root / root.sum(1, true)) * (0.7 * 2.0 / 20.0);
  const auto added = clinic.model->layout()->views(added_gradient(clinic, {.distillations = {term}}));
  CHECK(largest_difference(added[0], error.t().matmul(x)) < 1e-5);
  CHECK(largest_difference(added[1], error.sum(0)) < 1e-5);
  CHECK(added[0].abs().max().item<double>() > 0.01);
}

TEST_CASE("distillation's gradient is autograd's of weight T^2 KL(teacher || student), over the classes that count") {
  const Clinic clinic(small_cnn);
  DistillationTerm term = some_reference(clinic, 1.5);
  const at::Tensor classes = at::tensor({2, 0}, at::kLong);
  const Leaves leaves(clinic);
  const at::Tensor logits = clinic.model->forward(leaves.tensors, inputs_of(clinic).narrow(0, 0, 20), Mode::training);
  const at::Tensor teacher = term.teacher.index_select(1, classes).sqrt();
  const at::Tensor student = at::log_softmax(logits.index_select(1, classes) / 2.0, 1);
  const at::Tensor divergence = at::kl_div(student, teacher / teacher.sum(1, true), at::Reduction::Sum) / 20.0;
  divergence.mul(1.5 * 2.0 * 2.0).backward();
  term.classes = classes;
  const at::Tensor added = added_gradient(clinic, {.distillations = {term}});
  CHECK(largest_difference(added, leaves.gradient()) < 1e-5);
  CHECK(leaves.gradient().abs().max().item<double>() > 0.01);
  const at::Tensor head_bias = clinic.model->layout()->views(added)[clinic.model->head()[1]];
  CHECK(head_bias[1].item<double>() == 0.0);  // class 1 does not count
}

TEST_CASE("a student that agrees with its teacher is left alone, terms add up, whatever the reference's labels") {
  const Clinic clinic(small_cnn);
  DistillationTerm agreeing = some_reference(clinic, 1.0);
  agreeing.teacher = predict(*clinic.model, clinic.start, agreeing.rows, clinic.collection, Device::cpu);
  CHECK(added_gradient(clinic, {.distillations = {agreeing}}).abs().max().item<double>() < 1e-5);
  DistillationTerm foreign = some_reference(clinic, 1.0);
  const at::Tensor alone = added_gradient(clinic, {.distillations = {foreign}});
  auto data = std::make_shared<Dataset>(*foreign.rows.dataset);
  data->labels = at::full_like(data->labels, 7);  // of a task with more classes
  foreign.rows.dataset = data;
  CHECK(same_bits(added_gradient(clinic, {.distillations = {foreign}}), alone));
  CHECK(largest_difference(added_gradient(clinic, {.distillations = {foreign, foreign}}), alone * 2.0) < 1e-5);
}

TEST_CASE("a probability that was rounded to 0 costs no finite training") {
  const Clinic clinic(small_cnn);
  DistillationTerm term = some_reference(clinic, 1.0);
  term.teacher = at::zeros({20, 3});
  term.teacher.narrow(1, 0, 1).fill_(1.0);
  CHECK(std::isfinite(clinic.train(everything, {.distillations = {term}}).mean_loss));
  term.classes = at::tensor({1, 2}, at::kLong);  // of which the teacher knows nothing: uniform
  term.temperature = 1.0;
  const at::Tensor added = added_gradient(clinic, {.distillations = {term}});
  term.teacher = at::full({20, 3}, 1.0 / 3.0);
  CHECK(largest_difference(added, added_gradient(clinic, {.distillations = {term}})) < 1e-6);
}

TEST_CASE("reference batches leave own ones as they are: their order, their loss, the running statistics that they make") {
  const Clinic clinic(with_buffers);
  const LocalObjective distilled{.distillations = {some_reference(clinic, 1.0)}};
  const TrainResult plain = clinic.train(everything, {}, 1);
  const TrainResult result = clinic.train(everything, distilled, 1);
  const auto buffers = [&](const TrainResult& of) { return of.parameters.flat().slice(0, weights_of(clinic)); };
  CHECK(same_bits(buffers(plain), buffers(result)));
  CHECK_FALSE(same_bits(buffers(plain), clinic.start.flat().slice(0, weights_of(clinic))));
  CHECK_FALSE(same_bits(weights(clinic, plain), weights(clinic, result)));
  CHECK(plain.mean_loss == result.mean_loss);
  const LocalObjective faint{.distillations = {some_reference(clinic, 1e-9)}};
  CHECK(largest_difference(clinic.train(everything, faint).parameters.flat(),
                           clinic.train(everything).parameters.flat()) < 1e-5);
}

TEST_CASE("a job with terms gives the same bits again, a term without weight moves no other's draws") {
  const Clinic clinic(with_buffers);
  LocalObjective objective{.prototypes = {some_prototypes(clinic, 1.0)}, .distillations = {some_reference(clinic, 1.0)}};
  const at::Tensor first = clinic.train(everything, objective).parameters.flat();
  CHECK(same_bits(first, clinic.train(everything, objective).parameters.flat()));
  objective.distillations.insert(objective.distillations.begin(), some_reference(clinic, 0.0, 13));
  CHECK(same_bits(first, clinic.train(everything, objective).parameters.flat()));
}

TEST_CASE("terms that do not fit are refused") {
  const Clinic clinic(small_cnn);
  const auto train = [&](const LocalObjective& objective) { (void)clinic.train(whole_batch, objective); };
  PrototypeTerm narrow = some_prototypes(clinic, 1.0);
  narrow.means = at::zeros({3, 5});
  CHECK_THROWS_WITH_AS(train({.prototypes = {narrow}}), doctest::Contains("prototypes: 15 numbers for 3 classes"), Error);
  DistillationTerm cold = some_reference(clinic, 1.0);
  cold.temperature = 0.0;
  CHECK_THROWS_WITH_AS(train({.distillations = {cold}}), doctest::Contains("auxiliary.temperature is 0"), UsageError);
  DistillationTerm empty = some_reference(clinic, 1.0);
  empty.rows = rows_of(clinic.collection, 0, 0);
  CHECK_THROWS_WITH_AS(train({.distillations = {empty}}), doctest::Contains("no rows"), Error);
  DistillationTerm short_of_rows = some_reference(clinic, 1.0);
  short_of_rows.teacher = short_of_rows.teacher.narrow(0, 0, 19);
  CHECK_THROWS_WITH_AS(train({.distillations = {short_of_rows}}), doctest::Contains("do not fit 20 reference rows"), Error);
}
