#include <cmath>
#include <string>

#include "core/base/error.hpp"
#include "core/leakage/labels/head.hpp"
#include "core/leakage/labels/label_attack.hpp"
#include "tests/core/data/support.hpp"
#include "tests/core/leakage/inference/victim.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using polyclinic::test::largest;
using polyclinic::test::noisy_images;
using polyclinic::test::only;
using polyclinic::test::World;

namespace {

const ModelConfig small_cnn{.kind = "cnn", .widths = {4, 8}};
const ImagePrior no_images;

World noise() { return World(noisy_images(600, {1, 20, 20}, 10), small_cnn); }

World digits() {
  DataConfig config;
  config.dataset = "mnist";
  config.max_train_rows = 6000;
  return World(load_collection(config, real_data(), seeds()), small_cnn);
}

// Mean count accuracy of an attack on `batches` batches of so many rows; the prior is the last 200 rows, which are in none.
double accuracy(const World& world, const std::string& attack, std::int64_t size, std::int64_t batches = 6) {
  const ImagePrior prior = prior_of(world.some_rows(world.collection.train->size() - 200, world.collection.train->size()));
  double sum = 0.0;
  for (std::int64_t batch = 0; batch < batches; ++batch) {
    const Rows rows = world.some_rows(batch * size, (batch + 1) * size);
    const LabelGuess guess = make_label_attack(attack)->guess(world.evidence_of(rows), prior);
    sum += scored(guess, world.counts_of(rows), class_shares(prior, 10)).count_accuracy;
  }
  return sum / static_cast<double>(batches);
}

}  // namespace

TEST_CASE("with what the model says of the batch itself, counts follow exactly from the bias gradient") {
  const World world = noise();
  const Rows rows = world.some_rows(0, 50);
  const Evidence evidence = world.evidence_of(rows);
  const at::Tensor logits = world.model->forward(world.model->layout()->views(world.public_model.flat()),
                                                 normalized(images_of(rows), evidence.normalization), Mode::inference);
  const at::Tensor mean = logits.to(at::kDouble).softmax(1).mean(0);
  const at::Tensor counts = (mean - bias_gradient(evidence, evidence.updates[0])) * 50.0;
  CHECK((counts - world.counts_of(rows)).abs().max().item<double>() < 1e-3);
}

TEST_CASE("several steps with momentum still give the mean gradient") {
  World world = noise();
  const Rows rows = world.some_rows(0, 40);
  const at::Tensor single = bias_gradient(world.evidence_of(rows), world.update_of(rows));
  for (const bool nesterov : {false, true}) {
    world.config = {.lr = 1e-4,
                    .momentum = 0.9,
                    .nesterov = nesterov,
                    .batch_size = 40,
                    .epochs = 6};  // too short to move the gradient
    const Evidence evidence = world.evidence_of(rows);
    CHECK(local_steps(evidence, evidence.updates[0]) == 6);
    CHECK((bias_gradient(evidence, evidence.updates[0]) - single).norm().item<double>() <
          0.02 * single.norm().item<double>());
  }
}

TEST_CASE("one record has one label, and every attack finds it") {
  for (const std::string attack : {"bias_sign", "bias_corrected", "row_sums", "prior_p"}) {
    CHECK_MESSAGE(accuracy(noise(), attack, 1) == 1.0, attack);
  }
}

TEST_CASE("untrained, public images tell all counts, and signs fewer the larger the batch") {  // leakage.md, R13
  const World world = noise();
  CHECK(accuracy(world, "prior_p", 8) > 0.97);
  CHECK(accuracy(world, "prior_p", 32) > 0.97);
  CHECK(accuracy(world, "bias_corrected", 8) > 0.9);
  CHECK(accuracy(world, "prior_p", 64) > accuracy(world, "bias_corrected", 64));
  CHECK(accuracy(world, "bias_corrected", 64) < 0.8);
}

TEST_CASE("digits: the order of leakage.md, R13 and R14") {
  if (!have_real_data()) return;
  World world = digits();
  CHECK(accuracy(world, "bias_corrected", 1) == 1.0);
  CHECK(accuracy(world, "prior_p", 8) > 0.95);
  CHECK(accuracy(world, "prior_p", 32) > 0.95);
  CHECK(accuracy(world, "prior_p", 128) > 0.95);
  CHECK(accuracy(world, "bias_corrected", 128) < 0.85);
  world.public_model =
      world.trained(world.some_rows(2000, 5800), {.lr = 0.1, .momentum = 0.9, .batch_size = 32, .epochs = 3});
  CHECK(accuracy(world, "bias_corrected", 1) == 1.0);
  CHECK(accuracy(world, "prior_p", 128) > accuracy(world, "bias_corrected", 128));
}

TEST_CASE("records of few classes: answers by class say more than those to a mixture") {
  if (!have_real_data()) return;
  World world = digits();
  world.public_model = world.trained(world.some_rows(2000, 5800), {.lr = 0.1, .batch_size = 32, .epochs = 1});
  const ImagePrior prior = prior_of(world.some_rows(5800, 6000));
  const Rows some = world.some_rows(0, 2000);
  const at::Tensor labels = some.labels();
  const Rows lopsided{some.dataset, some.index.masked_select(labels.lt(3)).slice(0, 0, 200)};
  const auto accuracy_of = [&](const std::string& attack) {
    const LabelGuess guess = make_label_attack(attack)->guess(world.evidence_of(lopsided), prior);
    return scored(guess, world.counts_of(lopsided), class_shares(prior, 10)).count_accuracy;
  };
  CHECK(accuracy_of("class_prior") > accuracy_of("prior_p") + 0.1);
  CHECK(accuracy_of("class_prior") > 0.7);
}

TEST_CASE("what a part of the head says of the whole follows from gradients that sum to zero over classes") {
  const World world = noise();
  const Rows rows = world.some_rows(0, 20);
  Evidence whole = world.evidence_of(rows);
  const Head head = head_of(*world.model);
  const auto published = [&](const at::Tensor& positions) {
    Evidence part = whole;
    part.updates[0] = only(part.updates[0], positions);
    return part;
  };
  const auto error = [&](ClassGradient gradient, const Evidence& part) {
    return (gradient(part, part.updates[0]) - gradient(whole, whole.updates[0])).abs().max().item<double>();
  };
  SUBCASE("one class's is missing: it is what the others lack") {
    CHECK(error(bias_gradient, published(at::arange(head.bias, head.bias + 9))) < 1e-6);
    CHECK(error(row_gradient, published(at::arange(head.weight, head.weight + 9 * head.features))) < 1e-5);
  }
  SUBCASE("several are missing: they share it") {
    const Evidence part = published(at::arange(head.bias, head.bias + 4));
    const at::Tensor gradient = bias_gradient(part, part.updates[0]);
    CHECK(std::abs(gradient.sum().item<double>()) < 1e-12);
    CHECK(at::equal(gradient.slice(0, 5), gradient.slice(0, 4, 9)));
    CHECK(telling(part, bias_gradient).updates.size() == (gradient.argmin().item<std::int64_t>() < 4 ? 1 : 0));
  }
  SUBCASE("an update without a head says nothing, beside one that has it") {
    whole.updates.push_back(only(whole.updates[0], at::arange(head.weight, at::kLong)));
    CHECK(telling(whole, bias_gradient).updates.size() == 1);
    const LabelGuess both = make_bias_corrected()->guess(whole, no_images);
    whole.updates.pop_back();
    CHECK(at::equal(both.counts, make_bias_corrected()->guess(whole, no_images).counts));
  }
}

TEST_CASE("a random tenth of the head's weights tells one record's label") {
  const World world = noise();
  const Head head = head_of(*world.model);
  for (std::int64_t record = 0; record < 6; ++record) {
    Evidence evidence = world.evidence_of(world.some_rows(record, record + 1));
    const std::vector<std::int64_t> chosen = Random(Seed(record)).sample(head.classes * head.features, head.classes * head.features / 10);
    evidence.updates[0] = only(evidence.updates[0], std::get<0>((at::tensor(chosen) + head.weight).sort()));
    CHECK(at::equal(make_row_sums()->guess(evidence, no_images).counts, world.counts_of(world.some_rows(record, record + 1))));
  }
}

TEST_CASE("positions of a sparse update alone say which classes there are") {
  const World world = noise();
  const Rows rows = world.some_rows(3, 4);
  Evidence evidence = world.evidence_of(rows);
  CHECK_FALSE(make_label_attack("indices_only")->obstacle(evidence, no_images).empty());
  evidence.updates[0] = only(evidence.updates[0], largest(evidence.updates[0], 100));
  evidence.updates[0].values = at::zeros_like(evidence.updates[0].values);  // nothing else is looked at
  CHECK(make_label_attack("indices_only")->obstacle(evidence, no_images).empty());
  const LabelGuess guess = make_label_attack("indices_only")->guess(evidence, no_images);
  CHECK(at::equal(guess.counts, world.counts_of(rows)));
  CHECK(guess.exists.masked_select(world.counts_of(rows).gt(0)).all().item<bool>());
}

TEST_CASE("an attack says what it lacks") {
  const World world = noise();
  Evidence evidence = world.evidence_of(world.some_rows(0, 10));
  const auto obstacle = [&](const std::string& attack) { return make_label_attack(attack)->obstacle(evidence, no_images); };
  CHECK(obstacle("bias_sign").empty());
  CHECK(obstacle("prior_p") == "there are no public images");
  evidence.training.reset();
  CHECK(obstacle("bias_corrected").empty());
  CHECK(obstacle("class_prior") == "the learning rate is not known, or the optimizer is not sgd");
  const Head head = head_of(*world.model);
  evidence.updates[0] = only(evidence.updates[0], at::arange(head.weight, at::kLong));
  CHECK(obstacle("bias_sign") == "nothing that is published of the last layer's bias tells classes apart");
  CHECK(obstacle("row_sums") == "nothing that is published of the last layer's weights tells classes apart");
  evidence.task.kind = TaskKind::multi_label;
  CHECK(obstacle("bias_sign") == "a record has several labels");
  CHECK_THROWS_AS((void)make_label_attack("guess"), UsageError);
}

TEST_CASE("a total is shared out by the largest remainders") {
  CHECK(at::equal(apportioned(at::tensor({0.5, 0.3, 0.2}, at::kDouble), 4), at::tensor({2L, 1L, 1L})));
  CHECK(at::equal(apportioned(at::tensor({0.4, -1.0, 0.4}, at::kDouble), 3), at::tensor({2L, 0L, 1L})));
  CHECK(at::equal(apportioned(at::zeros({3}, at::kDouble), 4), at::tensor({2L, 1L, 1L})));
}

TEST_CASE("greedy counts take out what each record adds") {
  // By hand: negative sum -1.2, so that of 4 records each pulls by -0.3. First -0.9 and -0.3 get one each: -0.6 and 0; then the
  // first twice more.
  CHECK(at::equal(greedy_counts(at::tensor({-0.9, 0.5, -0.3}, at::kDouble), 4, 1.0),
                  at::tensor({3.0, 0.0, 1.0}, at::kDouble)));
}

TEST_CASE(
    "drawing at random from ten equal classes has the known accuracy") {  // leakage.md, section 1a.6: measured, so to 0.025
  const at::Tensor ten = at::full({10}, 0.1, at::kDouble);
  const double known[][2] = {{1, .08}, {4, .32}, {8, .43}, {32, .70}, {128, .85}};
  for (const auto& [samples, accuracy] : known) {
    CHECK(std::abs(accuracy_of_drawing(static_cast<std::int64_t>(samples), ten) - accuracy) < 0.025);
  }
  CHECK(accuracy_of_drawing(1, ten) == doctest::Approx(0.1));
  CHECK(accuracy_of_drawing(4, at::tensor({1.0, 0.0}, at::kDouble)) == doctest::Approx(1.0));
}

TEST_CASE("a guess is scored against knowing the classes' shares") {
  // Truth 6, 2; guess 4, 4: 1 - 4/16. By the prior 3/4, 1/4: right. By 1/2, 1/2: as the guess.
  const at::Tensor truth = at::tensor({6L, 2L}), four = at::tensor({4L, 4L});
  const LabelScore even = scored({four, four.gt(0)}, truth, at::tensor({0.5, 0.5}, at::kDouble));
  CHECK(even.count_accuracy == doctest::Approx(0.75));
  CHECK(even.count_chance == doctest::Approx(0.75));
  CHECK(even.count_skill == doctest::Approx(0.0));
  CHECK(even.existence_accuracy == 1.0);
  CHECK(scored({truth, truth.gt(0)}, truth, at::tensor({0.5, 0.5}, at::kDouble)).count_skill == doctest::Approx(1.0));
  CHECK(std::isnan(scored({four, four.gt(0)}, truth, at::tensor({0.75, 0.25}, at::kDouble)).count_skill));
  // One record of ten classes: whoever says that there is none of each is right about nine.
  const at::Tensor one = at::zeros({10}, at::kLong).index_fill(0, at::tensor({3L}), 1);
  CHECK(scored({one, one.gt(0)}, one, at::full({10}, 0.1, at::kDouble)).existence_chance == doctest::Approx(0.9));
}
