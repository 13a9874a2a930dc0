#include "core/learning/dp_sgd.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <cmath>

#include "core/base/error.hpp"
#include "tests/core/learning/clinic.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

constexpr double huge = 1e6;  // no sample's gradient is as long

TrainingConfig with_dp(TrainingConfig config, double bound, double noise) {
  config.sample_clip_norm = bound;
  config.noise_multiplier = noise;
  return config;
}

std::string complaint(const Clinic& clinic, const TrainingConfig& config, const LocalObjective& objective = {}) {
  try {
    std::ignore = clinic.train(config, objective);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

// How far a job with plain steps went, over the learning rate: its gradient, where it took a single step.
at::Tensor step_of(const Clinic& clinic, const TrainingConfig& config, const LocalObjective& objective = {}) {
  return (clinic.start.flat() - clinic.train(config, objective, 1).parameters.flat()) / config.lr;
}

struct Moments {
  double mean, deviation;
};

Moments moments(const at::Tensor& numbers) {
  const at::Tensor precise = numbers.to(at::kDouble);
  return {precise.mean().item<double>(), precise.std().item<double>()};
}

}  // namespace

TEST_CASE("without noise, with a bound that nobody reaches, a full batch's private step is the ordinary one") {
  const ModelConfig kinds[] = {{.kind = "logistic"}, {.kind = "mlp", .widths = {7}}, {.kind = "lenet_sigmoid"}, small_cnn,
                               {.kind = "cnn", .widths = {4, 8}, .hidden = 6, .norm = "group"}};
  for (const ModelConfig& kind : kinds) {
    CAPTURE(kind.kind);
    const Clinic clinic(kind);
    const at::Tensor plain = step_of(clinic, whole_batch);  // 50 of 50 rows: sampled with probability 1
    CHECK(largest_difference(step_of(clinic, with_dp(whole_batch, huge, 0.0)), plain) < 2e-5);
    CHECK(plain.abs().max().item<double>() > 1e-3);
  }
}

TEST_CASE("a private step by hand: logistic regression, each row's gradient (p - onehot) (x, 1)' cut to the bound") {
  const Clinic clinic({.kind = "logistic"});
  const at::Tensor x = clinic.collection.train->inputs.to(at::kFloat).sub(127.5).div(127.5).flatten(1);
  const at::Tensor p = at::softmax(x.matmul(clinic.start.tensor(0).t()) + clinic.start.tensor(1), 1);
  const at::Tensor error = p - at::one_hot(clinic.collection.train->labels, 3).to(at::kFloat);
  const at::Tensor norms = (error.square().sum(1) * (x.square().sum(1) + 1.0)).sqrt();
  const double bound = norms.median().item<double>();  // half of the rows are cut
  const at::Tensor cut = error * norms.reciprocal().mul(bound).clamp_max(1.0).unsqueeze(1);
  const TrainResult result = clinic.train(with_dp(whole_batch, bound, 0.0), {}, 1);
  CHECK(largest_difference(result.parameters.tensor(0), clinic.start.tensor(0) - cut.t().matmul(x) * (0.1 / 50.0)) < 1e-6);
  CHECK(largest_difference(result.parameters.tensor(1), clinic.start.tensor(1) - cut.sum(0) * (0.1 / 50.0)) < 1e-6);
}

TEST_CASE("no row moves the sum of a step by more than the bound") {
  const Clinic clinic({.kind = "cnn", .widths = {4, 8}, .norm = "group"}, 1);
  for (const double bound : {1e-3, 0.1}) {
    CAPTURE(bound);
    const double length = step_of(clinic, with_dp(whole_batch, bound, 0.0)).to(at::kDouble).norm().item<double>();
    CHECK(length == doctest::Approx(bound).epsilon(1e-3));  // one expected row: the sum is the step, rounded with the weights
  }
}

TEST_CASE("the noise of a step: mean 0, deviation noise_multiplier x bound / expected rows, over 14,626 weights") {
  const Clinic clinic({.kind = "cnn"}, 50, {1, 28, 28}, 2);
  const at::Tensor quiet = step_of(clinic, with_dp(whole_batch, 0.5, 0.0));
  const at::Tensor noise = step_of(clinic, with_dp(whole_batch, 0.5, 8.0)) - quiet;
  REQUIRE(noise.numel() == 14626);
  const double deviation = 8.0 * 0.5 / 50.0;
  const auto [mean, found] = moments(noise);
  CHECK(std::abs(mean) < 4.0 * deviation / std::sqrt(14626.0));
  CHECK(found == doctest::Approx(deviation).epsilon(4.0 / std::sqrt(2.0 * 14626.0)));
}

TEST_CASE("Gaussian noise: moments, tails and independence of neighbours") {
  at::Tensor numbers = at::zeros({400001}, at::kFloat);  // odd: draws come in pairs
  Random random(Seed(3));
  add_gaussian_noise(numbers, 2.0, random);
  const at::Tensor unit = numbers.to(at::kDouble) / 2.0;
  const double n = 400001.0;
  const auto mean_of = [](const at::Tensor& values) { return values.mean().item<double>(); };
  CHECK(std::abs(mean_of(unit)) < 4.0 / std::sqrt(n));
  CHECK(std::abs(mean_of(unit.square()) - 1.0) < 4.0 * std::sqrt(2.0 / n));         // fourth moment 3
  CHECK(std::abs(mean_of(unit.pow(4)) - 3.0) < 4.0 * std::sqrt(96.0 / n));          // eighth moment 105
  const double beyond = unit.abs().gt(3.0).to(at::kDouble).mean().item<double>();
  CHECK(beyond == doctest::Approx(0.0026998).epsilon(4.0 / std::sqrt(0.0027 * n)));  // 2 (1 - Phi(3))
  for (const std::int64_t lag : {1, 2}) {
    const at::Tensor products = unit.narrow(0, 0, 400000 - lag) * unit.narrow(0, lag, 400000 - lag);
    CHECK(std::abs(mean_of(products)) < 4.0 / std::sqrt(n));
  }
}

TEST_CASE("no noise leaves the sum alone and draws nothing") {
  at::Tensor numbers = at::ones({3}, at::kFloat);
  Random random(Seed(3)), untouched(Seed(3));
  add_gaussian_noise(numbers, 0.0, random);
  CHECK(same_bits(numbers, at::ones({3}, at::kFloat)));
  CHECK(random.bits() == untouched.bits());
}

TEST_CASE("Poisson batches: sizes of mean n q and variance n q (1 - q), each row as often as the others") {
  constexpr std::int64_t rows = 200, batches = 4000;
  constexpr double q = 0.16;
  PoissonBatches poisson(rows, q, Seed(4));
  const at::Tensor sizes = at::zeros({batches}, at::kDouble), hits = at::zeros({rows}, at::kDouble);
  for (std::int64_t i = 0; i < batches; ++i) {
    const at::Tensor batch = poisson.next();
    sizes[i] = static_cast<double>(batch.numel());
    hits.index_add_(0, batch, at::ones({batch.numel()}, at::kDouble));
  }
  const double variance = rows * q * (1.0 - q);
  const auto [mean, deviation] = moments(sizes);
  CHECK(mean == doctest::Approx(rows * q).epsilon(4.0 * std::sqrt(variance / batches) / (rows * q)));
  CHECK(deviation * deviation == doctest::Approx(variance).epsilon(4.0 * std::sqrt(2.0 / batches)));
  CHECK(hits.sub(batches * q).abs().max().item<double>() < 4.5 * std::sqrt(batches * q * (1.0 - q)));
}

TEST_CASE("batches at rate 1 have every row, in order, small ones may be empty, and then a step is noise alone") {
  CHECK(PoissonBatches(5, 1.0, Seed(1)).next().equal(at::tensor({0, 1, 2, 3, 4}, at::kLong)));
  CHECK(PoissonBatches(5, 1e-9, Seed(1)).next().numel() == 0);
  const Clinic clinic(small_cnn, 50);
  TrainingConfig config = with_dp({.lr = 0.1, .batch_size = 1, .steps = 30}, 0.5, 1.0);  // 36 of 100 batches are empty
  const TrainResult result = clinic.train(config);
  CHECK(std::isfinite(result.mean_loss));
  CHECK(result.samples == 30);
  config.noise_multiplier = 0.0;
  config.batch_size = 1;
  std::int64_t unmoved = 0;
  for (std::int64_t seed = 0; seed < 40; ++seed) {
    const TrainResult one = train({.model = *clinic.model, .start = clinic.start, .rows = clinic.rows,
                                   .collection = clinic.collection, .config = config, .seed = Seed(1) / seed, .steps = 1},
                                  Device::cpu);
    const bool is_empty = std::isnan(one.mean_loss);
    CHECK(is_empty == same_bits(one.parameters.flat(), clinic.start.flat()));
    unmoved += is_empty ? 1 : 0;
  }
  CHECK(unmoved > 5);   // 40 x 0.98^50 = 14.6, deviation 3.0
  CHECK(unmoved < 25);
}

TEST_CASE("a private job gives the same bits again, and others with another seed") {
  const Clinic clinic(small_cnn);
  const TrainingConfig config = with_dp(everything, 0.5, 1.0);
  const TrainResult first = clinic.train(config), second = clinic.train(config);
  CHECK(same_bits(first.parameters.flat(), second.parameters.flat()));
  CHECK(first.mean_loss == second.mean_loss);
  const TrainResult other = train({.model = *clinic.model, .start = clinic.start, .rows = clinic.rows,
                                   .collection = clinic.collection, .config = config, .seed = Seed(10)},
                                  Device::cpu);
  CHECK_FALSE(same_bits(first.parameters.flat(), other.parameters.flat()));
}

TEST_CASE("noise hangs on the seed alone: other rows and other bounds stretch the same draws") {
  const Clinic clinic(small_cnn);
  const auto noise = [&](double bound, double multiplier) {
    return step_of(clinic, with_dp(whole_batch, bound, multiplier)) - step_of(clinic, with_dp(whole_batch, bound, 0.0));
  };
  CHECK(largest_difference(noise(0.5, 2.0), noise(0.25, 4.0)) < 1e-5);
}

TEST_CASE("volume: as many steps as ordinary training, of the expected number of rows") {
  TrainingConfig config = with_dp({.batch_size = 16, .epochs = 3}, 1.0, 1.0);
  CHECK(training_volume(config, 60).steps == 12);
  CHECK(training_volume(config, 60).samples == 12 * 16);
  CHECK(training_volume(config, 60, 5).samples == 5 * 16);
  CHECK(training_volume(config, 10).steps == 3);
  CHECK(training_volume(config, 10).samples == 30);
  CHECK(sampling_rate(config, 64) == 0.25);
  CHECK(sampling_rate(config, 10) == 1.0);
  CHECK(training_volume(without_dp_sgd(config), 60).samples == 180);
  CHECK(Clinic(small_cnn).train(config).samples == training_volume(config, 50).samples);
}

TEST_CASE("pulls that look at no row come after the noise: FedProx, anchors, SCAFFOLD, and clip_norm over all") {
  const Clinic clinic(small_cnn);
  const TrainingConfig config = with_dp(whole_batch, 0.5, 1.0);
  const std::int64_t weights = clinic.model->layout()->weights_size();
  const at::Tensor plain = step_of(clinic, config);
  CHECK(largest_difference(step_of(clinic, config, {.gradient_correction = at::ones({weights}) * 0.25}), plain + 0.25) < 1e-5);
  const LocalObjective anchored{.anchors = {{at::zeros({weights}), {}, 2.0}}};
  CHECK(largest_difference(step_of(clinic, config, anchored), plain + clinic.start.flat() * 2.0) < 1e-5);
  TrainingConfig short_steps = config;
  short_steps.clip_norm = 1e-2;
  CHECK(step_of(clinic, short_steps).norm().item<double>() == doctest::Approx(1e-2).epsilon(1e-2));
}

TEST_CASE("what is frozen neither moves nor counts in a sample's norm") {
  const Clinic clinic(small_cnn);
  const at::Tensor trainable = at::zeros({clinic.model->layout()->size()}, at::kFloat);
  const TensorSpec& head = clinic.model->layout()->tensors()[clinic.model->head().front()];
  const std::int64_t size = clinic.model->layout()->size() - head.offset;
  trainable.narrow(0, head.offset, size).fill_(1.0);
  const Clinic single(small_cnn, 1);
  const at::Tensor step = step_of(single, with_dp(whole_batch, 1e-3, 0.0), {.trainable = trainable});
  CHECK(step.narrow(0, head.offset, size).norm().item<double>() == doctest::Approx(1e-3).epsilon(1e-2));
  const at::Tensor noisy = step_of(clinic, with_dp(whole_batch, 1e-3, 5.0), {.trainable = trainable});
  CHECK(noisy.narrow(0, 0, head.offset).abs().max().item<double>() == 0.0);
  CHECK(noisy.narrow(0, head.offset, size).abs().max().item<double>() > 0.0);
}

TEST_CASE("private training learns: the loss of a full batch falls in 20 steps") {
  const Clinic clinic(small_cnn);
  TrainingConfig config = with_dp({.lr = 0.3, .batch_size = 50, .steps = 20}, 1.0, 0.5);
  const double before = clinic.train(config, {}, 1).mean_loss;  // at the start
  Clinic after = clinic;
  after.start = clinic.train(config).parameters;
  CHECK(after.train(config, {}, 1).mean_loss < 0.8 * before);
}

TEST_CASE("what looks at more than one row at once is refused by name") {
  const TrainingConfig config = with_dp({.batch_size = 8}, 1.0, 1.0);
  CHECK(complaint(Clinic({.kind = "cnn", .widths = {4}, .norm = "batch"}), config).find("model.norm") != std::string::npos);
  TrainingConfig weighted = config;
  weighted.loss = "weighted_cross_entropy";
  const Clinic clinic(small_cnn);
  CHECK(complaint(clinic, weighted).find("training.loss") != std::string::npos);
  CHECK(complaint(clinic, config, {.mixture = {.other = clinic.start.flat(), .share = 0.5}}).find("mixture") !=
        std::string::npos);
  const std::int64_t features = clinic.model->layout()->tensors()[clinic.model->head().front()].shape.back();
  const PrototypeTerm prototypes{at::zeros({3, features}), at::ones({3}, at::kBool), 1.0};
  CHECK(complaint(clinic, config, {.prototypes = {prototypes}}).find("prototypes") != std::string::npos);
  CHECK(complaint(clinic, config, {.prototypes = {{prototypes.means, prototypes.known, 0.0}}}).empty());
  CHECK(complaint(clinic, config).empty());
}
