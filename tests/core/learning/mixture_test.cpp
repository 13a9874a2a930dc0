#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>

#include "core/learning/trainer.hpp"
#include "tests/core/learning/small_data.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

// A model to be moved from `start`, beside another one.
struct Pair {
  TrainResult train(const ParameterSet& from, const Mixture& mixture, const TrainingConfig& config) const {
    LocalObjective objective;
    objective.mixture = mixture;
    return polyclinic::train({.model = *model,
                              .start = from,
                              .rows = rows,
                              .collection = collection,
                              .config = config,
                              .seed = Seed(3),
                              .objective = objective},
                             Device::cpu);
  }

  Collection collection = noisy_images(24, {1, 12, 12}, 3);
  Rows rows = rows_of(collection, 0, 24);
  std::shared_ptr<const Model> model = make_model({.kind = "cnn", .widths = {4}, .norm = "batch"}, {1, 12, 12}, 3);
  ParameterSet start = model->initial(Seed(1));
  at::Tensor other = model->initial(Seed(2)).flat().narrow(0, 0, model->layout()->weights_size());
};

const TrainingConfig several_steps{.lr = 0.05, .momentum = 0.9, .batch_size = 8, .epochs = 2};
const TrainingConfig one_step{.lr = 0.05, .batch_size = 24};

}  // namespace

TEST_CASE("with the whole share a mixture trains as without one, with none the weights stay") {
  const Pair pair;
  const TrainResult plain = pair.train(pair.start, {}, several_steps);
  CHECK(same_bits(pair.train(pair.start, {pair.other, 1.0, false}, several_steps).parameters.flat(),
                  plain.parameters.flat()));
  const at::Tensor still = pair.train(pair.start, {pair.other, 0.0, false}, several_steps).parameters.flat();
  const std::int64_t weights = pair.model->layout()->weights_size();
  CHECK(same_bits(still.narrow(0, 0, weights), pair.start.flat().narrow(0, 0, weights)));
}

// Another implementation: the mixed model trained by itself moves by -lr g; w, by share times that.
TEST_CASE("a step moves the weights by share times the step of the mixed model") {
  const Pair pair;
  const std::int64_t weights = pair.model->layout()->weights_size();
  const double share = 0.25;
  at::Tensor mixed = pair.start.flat().clone();
  mixed.narrow(0, 0, weights).mul_(share).add_(pair.other, 1.0 - share);
  const at::Tensor step = pair.train({pair.start.layout(), mixed}, {}, one_step).parameters.flat() - mixed;
  const TrainResult result = pair.train(pair.start, {pair.other, share, false}, one_step);
  const at::Tensor moved = result.parameters.flat() - pair.start.flat();
  CHECK(largest_difference(moved.narrow(0, 0, weights), step.narrow(0, 0, weights) * share) < 1e-6);
  CHECK(step.narrow(0, 0, weights).abs().max().item<double>() > 1e-3);
  CHECK(result.share == share);
}

TEST_CASE("a share that adapts goes against its gradient and stays within 0 and 1") {
  const Pair pair;
  const std::int64_t weights = pair.model->layout()->weights_size();
  const double share = 0.5;
  at::Tensor mixed = pair.start.flat().clone();
  mixed.narrow(0, 0, weights).mul_(share).add_(pair.other, 1.0 - share);
  const at::Tensor gradient =
      (mixed - pair.train({pair.start.layout(), mixed}, {}, one_step).parameters.flat()).narrow(0, 0, weights) /
      one_step.lr;
  const double slope = (pair.start.flat().narrow(0, 0, weights) - pair.other).mul(gradient).sum().item<double>();
  CHECK(pair.train(pair.start, {pair.other, share, true}, one_step).share ==
        doctest::Approx(share - one_step.lr * slope).epsilon(1e-3));
  TrainingConfig far = one_step;
  far.lr = 1e3;
  CHECK(pair.train(pair.start, {pair.other, share, true}, far).share == (slope > 0.0 ? 0.0 : 1.0));
}
