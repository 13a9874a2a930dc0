#include "core/leakage/membership/update_signals.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>
#include <memory>
#include <utility>

#include "core/base/error.hpp"
#include "core/leakage/roc.hpp"
#include "core/learning/loss.hpp"
#include "core/learning/trainer.hpp"
#include "tests/core/learning/clinic.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using polyclinic::test::Clinic;
using polyclinic::test::rows_of;

namespace {

const ModelConfig small_net{.kind = "cnn", .widths = {4, 8}};

ObservedUpdate published(const ParameterSet& before, const ParameterSet& after, const at::Tensor& positions) {
  return {
      .positions = positions, .values = (after.flat() - before.flat()).index_select(0, positions), .before = before.flat()};
}

at::Tensor everything(const Clinic& clinic) { return at::arange(clinic.model->layout()->size(), at::kLong); }

// The gradient of one row's loss, flat, in closed form.
at::Tensor gradient_of(const Clinic& clinic, std::int64_t row) {
  const at::Tensor image = clinic.collection.train->inputs.narrow(0, row, 1);
  const at::Tensor gradient = at::zeros_like(clinic.start.flat());
  const std::vector<at::Tensor> tensors = clinic.model->layout()->views(clinic.start.flat());
  Tape tape;
  const at::Tensor logits =
      clinic.model->forward(tensors, normalized(image.to(at::kFloat) / 255.0, clinic.collection.normalization), tape);
  const LossValue loss =
      (*make_loss("cross_entropy", clinic.collection.task, {}))(logits, clinic.collection.train->labels.narrow(0, row, 1));
  clinic.model->backward(tensors, clinic.model->layout()->views(gradient), {.logits = loss.gradient}, tape);
  return gradient;
}

// Labels without a reason: they can only be learned by heart.
Clinic senseless(const ModelConfig& model, std::int64_t rows) {
  Clinic clinic(model, rows);
  Dataset data = *clinic.collection.train;
  Random random(Seed(31));
  data.labels = at::empty({rows}, at::kLong);
  for (std::int64_t row = 0; row < rows; ++row) data.labels[row] = static_cast<std::int64_t>(random.below(3));
  clinic.collection.train = std::make_shared<const Dataset>(std::move(data));
  clinic.rows = rows_of(clinic.collection, 0, rows);
  return clinic;
}

double area_of(const at::Tensor& signals, std::int64_t members) {
  MembershipScores scores;
  for (std::int64_t i = 0; i < signals.size(0); ++i) {
    (i < members ? scores.members : scores.non_members).push_back(signals[i].item<double>());
  }
  return auc(scores).value;
}

}  // namespace

TEST_CASE("alignment is the gradient's product with the published direction, for all rows at once") {
  const Clinic clinic(small_net, 30);
  const ParameterSet trained = clinic.train({.lr = 0.1, .batch_size = 10}).parameters;
  const at::Tensor half = at::arange(0, clinic.model->layout()->size(), 2, at::kLong);
  const ObservedUpdate update = published(clinic.start, trained, half);
  const at::Tensor found =
      update_signal(MembershipSignal::update_alignment, {update}, *clinic.model, clinic.rows, clinic.collection);
  at::Tensor expected = at::empty({30}, at::kDouble);
  for (std::int64_t row = 0; row < 30; ++row) {
    const at::Tensor on_published = gradient_of(clinic, row).index_select(0, half);
    expected[row] = -(on_published * update.values).sum() / update.values.norm();
  }
  CHECK(expected.std().item<double>() > 0.01);
  CHECK((found - expected).norm().item<double>() / expected.norm().item<double>() < 0.02);
}

TEST_CASE("a drop of the loss is that between the public model and the one with the update") {
  const Clinic clinic(small_net, 30);
  const TrainingConfig whole{.lr = 0.5, .batch_size = 30};
  const ParameterSet first = clinic.train(whole).parameters;
  const ObservedUpdate update = published(clinic.start, first, everything(clinic));
  const at::Tensor drop =
      update_signal(MembershipSignal::loss_drop, {update, update}, *clinic.model, clinic.rows, clinic.collection);
  const double before = clinic.train(whole).mean_loss;  // a batch of all rows: of the start
  const double after = polyclinic::train({.model = *clinic.model,
                                          .start = first,
                                          .rows = clinic.rows,
                                          .collection = clinic.collection,
                                          .config = whole,
                                          .seed = Seed(9)},
                                         Device::cpu)
                           .mean_loss;
  CHECK(drop.mean().item<double>() == doctest::Approx(2 * (before - after)).epsilon(1e-4));
}

TEST_CASE("published updates give members away") {
  const Clinic clinic = senseless({.kind = "mlp", .widths = {64}}, 80);
  const Rows members = rows_of(clinic.collection, 0, 40);
  const TrainingConfig config{.lr = 0.1, .batch_size = 8, .epochs = 4};
  std::vector<ObservedUpdate> updates;
  ParameterSet model = clinic.start;
  for (int round = 0; round < 5; ++round) {
    const ParameterSet trained = polyclinic::train({.model = *clinic.model,
                                                    .start = model,
                                                    .rows = members,
                                                    .collection = clinic.collection,
                                                    .config = config,
                                                    .seed = Seed(9) / round},
                                                   Device::cpu)
                                     .parameters;
    updates.push_back(published(model, trained, everything(clinic)));
    model = trained;
  }
  for (const MembershipSignal signal : {MembershipSignal::update_alignment, MembershipSignal::loss_drop}) {
    CHECK(area_of(update_signal(signal, updates, *clinic.model, clinic.rows, clinic.collection), 40) > 0.6);
  }
}

TEST_CASE("what is not public cannot be asked, and an update of zeros says nothing") {
  const Clinic clinic(small_net, 10);
  ObservedUpdate update = published(clinic.start, clinic.start, everything(clinic));
  const auto signal = [&] {
    return update_signal(MembershipSignal::update_alignment, {update}, *clinic.model, clinic.rows, clinic.collection);
  };
  CHECK(signal().abs().max().item<double>() == 0.0);
  update.before = update.before.clone();
  update.before[3] = std::nan("");
  CHECK(signal().isnan().all().item<bool>());
  CHECK_THROWS_AS(
      (void)update_signal(MembershipSignal::confidence, {update}, *clinic.model, clinic.rows, clinic.collection),
      UsageError);
}
