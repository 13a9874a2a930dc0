#include "core/leakage/properties/property_attack.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "tests/core/leakage/inference/victim.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using polyclinic::test::noisy_images;
using polyclinic::test::only;
using polyclinic::test::World;

namespace {

World with_norm(const std::string& norm) {
  return World(noisy_images(600, {1, 12, 12}, 3), {.kind = "cnn", .widths = {4, 8}, .norm = norm});
}

// Rows of class 0 and 1 alone, three of the first for one of the second.
Rows one_sided(const World& world) {
  std::vector<std::int64_t> rows;
  for (std::int64_t i = 0; i < 80; ++i) rows.push_back(i % 4 == 3 ? 3 * i + 1 : 3 * i);
  return {world.collection.train, at::tensor(rows)};
}

at::Tensor shares(const at::Tensor& counts) { return counts.to(at::kDouble) / counts.sum(); }

ObservedUpdate of_length(double length, std::int64_t samples) {
  return {.positions = at::arange(4, at::kLong), .values = at::full({4}, length / 2.0, at::kFloat), .samples = samples};
}

double error_of(const PropertyAttack& attack, const Evidence& evidence, const PropertyKnowledge& knowledge,
                const at::Tensor& truth) {
  REQUIRE(attack.obstacle(evidence, knowledge) == "");
  return scored(attack, evidence, knowledge, truth).error;
}

}  // namespace

TEST_CASE("an institution's shares of classes show in its updates") {
  World world = with_norm("none");
  world.config = {.lr = 0.02, .batch_size = 16, .epochs = 1};
  const Rows rows = one_sided(world);
  const PropertyKnowledge knowledge{prior_of(world.some_rows(400, 600)), {}};
  const auto attack = make_property_attack("label_histogram");
  const Evidence evidence = world.evidence_of(rows);
  const PropertyScore score = scored(*attack, evidence, knowledge, shares(world.counts_of(rows)));
  CHECK(score.error < 0.1);
  CHECK(score.chance_error > 0.3);
  CHECK(score.skill > 0.7);
  const PropertyKnowledge nothing;  // signs are left, which say more than nothing
  CHECK(error_of(*attack, evidence, nothing, shares(world.counts_of(rows))) < score.chance_error);
}

TEST_CASE("a power law between size and length is found again") {
  // n = 10 |u|^2
  PropertyKnowledge knowledge;
  for (const double length : {1.0, 2.0, 3.0}) {
    knowledge.simulated.push_back(of_length(length, static_cast<std::int64_t>(10 * length * length)));
  }
  const auto attack = make_property_attack("size_from_norm");
  Evidence evidence{.updates = {of_length(4.0, 0)}};
  CHECK(attack->guess(evidence, knowledge).item<double>() == doctest::Approx(160));
  const PropertyScore score = scored(*attack, evidence, knowledge, at::full({1}, 200.0, at::kDouble));
  CHECK(score.error == doctest::Approx(0.2));
  CHECK(score.chance_error == doctest::Approx(1 - 46.6667 / 200));  // the mean of 10, 40, 90
  knowledge.simulated.pop_back();
  CHECK(attack->obstacle(evidence, knowledge) == "there are fewer than 3 simulated updates");
}

TEST_CASE("lengths of real updates tell a small institution from a large one") {
  World world = with_norm("none");
  world.config = {.lr = 0.02, .batch_size = 8, .epochs = 1};
  PropertyKnowledge knowledge;
  for (const std::int64_t size : {16, 32, 64, 128})
    knowledge.simulated.push_back(world.update_of(world.some_rows(300, 300 + size)));
  const auto attack = make_property_attack("size_from_norm");
  for (const std::int64_t size : {24, 96}) {
    const Evidence evidence = world.evidence_of(world.some_rows(0, size));
    const PropertyScore score = scored(*attack, evidence, knowledge, at::full({1}, static_cast<double>(size), at::kDouble));
    CHECK(score.error < 0.5);
    CHECK(score.skill > 0.0);
  }
}

TEST_CASE("published running means give the batch's own means away, exactly") {
  World world = with_norm("batch");
  const Rows rows = world.some_rows(0, 20);
  const at::Tensor truth =
      batch_means(*world.model, world.public_model.flat(), images_of(rows), world.collection.normalization);
  CHECK(truth.size(0) == 4 + 8);
  const auto attack = make_property_attack("batch_norm_statistics");
  CHECK(error_of(*attack, world.evidence_of(rows), {}, truth) < 1e-5);
  CHECK(scored(*attack, world.evidence_of(rows), {}, truth).skill > 0.999);
  world.config = {.lr = 1e-4, .batch_size = 20, .epochs = 5};  // hardly moves, so that all five batches are alike
  CHECK(error_of(*attack, world.evidence_of(rows), {}, truth) < 1e-2);
}

TEST_CASE("no running means, nothing to solve for") {
  const auto attack = make_property_attack("batch_norm_statistics");
  const World none = with_norm("none"), batch = with_norm("batch");
  CHECK(attack->obstacle(none.evidence_of(none.some_rows(0, 5)), {}) == "the model has no running means");
  Evidence evidence = batch.evidence_of(batch.some_rows(0, 5));
  evidence.updates[0] = only(evidence.updates[0], at::arange(batch.model->layout()->weights_size(), at::kLong));
  CHECK(attack->obstacle(evidence, {}) == "the running means are not wholly published");
  CHECK_THROWS_AS((void)make_property_attack("guess"), UsageError);
}
