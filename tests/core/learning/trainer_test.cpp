#include "core/learning/trainer.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/softmax.h>

#include <cmath>
#include <thread>

#include "core/base/error.hpp"
#include "core/learning/evaluation.hpp"
#include "tests/core/learning/clinic.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

TEST_CASE("one step of logistic regression is w - lr (softmax - onehot)' x / n") {
  const Clinic clinic({.kind = "logistic"});
  const TrainResult result = clinic.train(whole_batch);
  const at::Tensor x = clinic.collection.train->inputs.to(at::kFloat).sub(127.5).div(127.5).flatten(1);
  const at::Tensor labels = clinic.collection.train->labels;
  const at::Tensor p = at::softmax(x.matmul(clinic.start.tensor(0).t()) + clinic.start.tensor(1), 1);
  const at::Tensor error = (p - at::one_hot(labels, 3).to(at::kFloat)) / 50.0;
  CHECK(largest_difference(result.parameters.tensor(0), clinic.start.tensor(0) - error.t().matmul(x) * 0.1) < 1e-6);
  CHECK(largest_difference(result.parameters.tensor(1), clinic.start.tensor(1) - error.sum(0) * 0.1) < 1e-6);
  CHECK(result.mean_loss == doctest::Approx(-p.gather(1, labels.unsqueeze(1)).log().mean().item<double>()).epsilon(1e-5));
  CHECK(result.lr == 0.1);
}

TEST_CASE("a job gives the same bits again, on any thread, and beside other jobs") {
  for (const ModelConfig& kind : {small_cnn, ModelConfig{.kind = "cnn", .widths = {4, 8}, .norm = "batch"}}) {
    const Clinic clinic(kind);
    const TrainResult first = clinic.train(everything);
    TrainResult elsewhere[2];
    std::thread one([&] { elsewhere[0] = clinic.train(everything); });
    std::thread two([&] { elsewhere[1] = clinic.train(everything); });
    one.join();
    two.join();
    for (const TrainResult& other : {clinic.train(everything), elsewhere[0], elsewhere[1]}) {
      CHECK(same_bits(first.parameters.flat(), other.parameters.flat()));
      CHECK(first.mean_loss == other.mean_loss);
    }
  }
}

TEST_CASE("the start stays as it was, and the result is the caller's own") {
  const Clinic clinic(small_cnn);
  const Digest before = clinic.start.digest();
  const TrainResult result = clinic.train(everything);
  CHECK(clinic.start.digest() == before);
  CHECK(result.parameters.digest() != before);
}

TEST_CASE("FedProx: mu 0 is plain training bit for bit, else the second step is drawn back by lr mu (w1 - w0)") {
  Clinic clinic({.kind = "mlp", .widths = {5}});
  const at::Tensor plain = clinic.train(everything).parameters.flat();
  CHECK(same_bits(plain, clinic.train(everything, {.proximal_mu = 0.0}).parameters.flat()));
  const at::Tensor w0 = clinic.start.flat();
  const at::Tensor w2 = clinic.train(whole_batch, {.proximal_mu = 0.5}, 2).parameters.flat();
  const at::Tensor w1 = clinic.train(whole_batch).parameters.flat();
  clinic.start = ParameterSet(clinic.model->layout(), w1.clone());
  const at::Tensor unbound = clinic.train(whole_batch).parameters.flat();
  CHECK(largest_difference(w2, unbound - (w1 - w0) * (0.1 * 0.5)) < 1e-6);
  CHECK(largest_difference(w2, unbound) > 1e-4);
}

TEST_CASE("SCAFFOLD's correction is added to the gradient of every step") {
  const Clinic clinic(small_cnn);
  const at::Tensor plain = clinic.train(whole_batch).parameters.flat();
  const at::Tensor correction = at::ones({clinic.model->layout()->weights_size()}) * 0.25;
  const at::Tensor corrected = clinic.train(whole_batch, {.gradient_correction = correction}).parameters.flat();
  CHECK(largest_difference(corrected, plain - 0.1 * 0.25) < 1e-6);
}

TEST_CASE("clipping bounds the length of a step") {
  TrainingConfig config = whole_batch;
  config.clip_norm = 1e-3;
  const Clinic clinic(small_cnn);
  const double length = (clinic.train(config).parameters.flat() - clinic.start.flat()).norm().item<double>();
  CHECK(length == doctest::Approx(0.1 * 1e-3).epsilon(2e-3));  // torch's 1e-6 against a norm of zero
}

TEST_CASE("an optimizer's state carries over: two calls are one") {
  Clinic clinic({.kind = "logistic"});
  for (const char* optimizer : {"sgd", "adam", "adamw"}) {
    Clinic again = clinic;
    TrainingConfig config{.optimizer = optimizer, .lr = 0.01, .momentum = 0.9, .weight_decay = 0.1, .batch_size = 50};
    const TrainResult both = again.train(config, {}, 2);
    const TrainResult first = again.train(config);
    again.start = first.parameters;
    const TrainResult second = again.train(config, {}, {}, first.optimizer);
    CHECK(second.optimizer.steps == 2);
    CHECK(largest_difference(both.parameters.flat(), second.parameters.flat()) < 1e-5);
  }
}

TEST_CASE("a job's volume: the last batch is kept, steps go round the rows") {
  const TrainingConfig epochs{.batch_size = 16, .epochs = 3};
  CHECK(training_volume(epochs, 60).steps == 12);
  CHECK(training_volume(epochs, 60).samples == 180);
  CHECK(training_volume(epochs, 0).steps == 0);
  CHECK(training_volume(epochs, 60, 5).samples == 60 + 16);
  CHECK(training_volume({.batch_size = 16, .epochs = 0, .steps = 4}, 60).samples == 60);
  CHECK(training_volume({.batch_size = 100, .epochs = 0, .steps = 3}, 60).samples == 180);
}

TEST_CASE("train() takes the volume that was announced") {
  const Clinic clinic({.kind = "logistic"});
  for (const std::int64_t steps : {0, 1, 7, 8, 20}) {
    const TrainResult result = clinic.train({.batch_size = 8}, {}, steps);
    const TrainingVolume volume = training_volume({.batch_size = 8}, 50, steps);
    CHECK(result.steps == volume.steps);
    CHECK(result.samples == volume.samples);
  }
  CHECK(same_bits(clinic.train({}, {}, 0).parameters.flat(), clinic.start.flat()));
  CHECK(std::isnan(clinic.train({}, {}, 0).mean_loss));
}

TEST_CASE("a small CNN learns what is there to be learnt") {
  for (const char* norm : {"none", "batch", "group"}) {
    CAPTURE(norm);
    const Clinic clinic({.kind = "cnn", .widths = {8, 8}, .norm = norm}, 240);
    const TrainResult result = clinic.train({.optimizer = "adam", .lr = 0.01, .batch_size = 16, .epochs = 5});
    const Metrics metrics = evaluate(*clinic.model, result.parameters, clinic.rows, clinic.collection, Device::cpu);
    CHECK(metrics.accuracy > 0.95);
    CHECK(metrics.auc > 0.98);
  }
}

TEST_CASE("a last batch of one row, down to one value a channel, trains on") {
  const Clinic clinic({.kind = "resnet18", .norm = "batch"}, 3, {1, 8, 8}, 2);
  CHECK(std::isfinite(clinic.train({.lr = 1e-3, .batch_size = 2}).mean_loss));
}

TEST_CASE("several labels a row, a table of features, an optimizer over either") {
  const auto data = std::make_shared<Dataset>();
  data->inputs = normal({64, 13}, Seed(4));
  data->labels = (data->inputs.narrow(1, 0, 3) > 0.0).to(at::kFloat);
  const Collection table{.name = "table", .source = "test", .task = {TaskKind::multi_label, 3, {}}, .shape = {13, 1, 1},
                         .normalization = {{0.0F}, {1.0F}}, .train = data, .validation = {}, .test = {}, .site_names = {}};
  const auto model = make_model({.kind = "logistic"}, table.shape, 3);
  const ParameterSet start = model->initial(Seed(1));
  const TrainingConfig config{.lr = 1.0, .batch_size = 16, .epochs = 30, .loss = "bce"};
  const TrainResult result = train({.model = *model, .start = start, .rows = rows_of(table, 0, 64), .collection = table,
                                    .config = config, .seed = Seed(2)}, Device::cpu);
  CHECK(evaluate(*model, result.parameters, rows_of(table, 0, 64), table, Device::cpu).accuracy > 0.95);
}

TEST_CASE("what cannot be trained is said") {
  Clinic clinic(small_cnn);
  CHECK_THROWS_WITH_AS((void)clinic.train({.lr = 1e30, .batch_size = 8}), doctest::Contains("training diverged"), Error);
  CHECK_THROWS_AS((void)clinic.train({.batch_size = 0}), Error);
  clinic.rows = rows_of(clinic.collection, 0, 0);
  CHECK_THROWS_WITH_AS((void)clinic.train({}), doctest::Contains("no rows"), Error);
}
