#include "core/leakage/inversion/labels.hpp"
#include "core/leakage/inversion/matching.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/bincount.h>
#include <ATen/ops/tensor.h>

#include "tests/core/leakage/inversion/phantoms.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::known_answers;

namespace {

// Proportion of a victim's labels, counted by class, that are in a guess.
double right(const at::Tensor& guess, const Victim& victim) {
  const at::Tensor off = at::bincount(guess, {}, 5) - at::bincount(victim.labels, {}, 5);
  return 1.0 - off.abs().sum().item<double>() / (2.0 * static_cast<double>(victim.labels.size(0)));
}

double found(const Staging& staging, std::int64_t number) {
  const Victim victim = stage(gallery(), staging, number);
  return right(labels_behind(victim.evidence), victim);
}

}  // namespace

TEST_CASE("what several contributors published is their mean, and matched as that") {
  Victim victim = stage(gallery(), {.records = 2}, 0);
  const at::Tensor alone = targets_of(victim.evidence).front().gradient;
  victim.evidence.updates.front().contributors = 2;
  CHECK(targets_of(victim.evidence).front().gradient.equal(alone));
}

// iDLG's README: 100 % of 1000 runs.
TEST_CASE("one record's label is read off the bias, and without it off the weight, every time") {
  for (std::int64_t number = 0; number < 20; ++number) {
    CHECK(found({}, number) == 1.0);
    CHECK(found({.sharing = only("head.weight")}, number) == 1.0);
    CHECK(found({.steps = 4, .lr = 0.1}, number) == 1.0);
  }
}

// shared/leakage.md R13, bias-corrected on an untrained network with ten classes: 0.99 at 8 records (chance 0.44).
TEST_CASE("of eight records nearly all labels are counted right") {
  double mean = 0.0;
  for (std::int64_t number = 0; number < 10; ++number) mean += found({.records = 8}, number) / 10.0;
  CHECK(mean > 0.8);
}

TEST_CASE("labels that were told are believed, and nothing of the head says nothing") {
  Victim victim = stage(gallery(), {.sharing = only("conv*")}, 0);
  CHECK_FALSE(labels_behind(victim.evidence).defined());
  victim.evidence.assistance.labels = at::tensor({7}, at::kLong);
  CHECK(labels_behind(victim.evidence).item<std::int64_t>() == 7);
}

TEST_CASE("labels to try are the one that is told, each of a single record's classes, or none") {
  const Victim told = stage(gallery(), {}, 0);
  REQUIRE(labels_to_try(told.evidence, gallery().prior).size() == 1);
  CHECK(labels_to_try(told.evidence, gallery().prior).front().equal(labels_behind(told.evidence)));
  const auto each = labels_to_try(stage(gallery(), {.sharing = only("conv*")}, 0).evidence, gallery().prior);
  REQUIRE(each.size() == static_cast<std::size_t>(told.evidence.task.classes));
  for (std::size_t label = 0; label < each.size(); ++label) CHECK(each[label].item<std::int64_t>() == static_cast<std::int64_t>(label));
  const auto several = labels_to_try(stage(gallery(), {.sharing = only("conv*"), .records = 2}, 0).evidence, gallery().prior);
  REQUIRE(several.size() == 1);
  CHECK_FALSE(several.front().defined());
}

TEST_CASE("of several records, what public images say of the model's answers is tried beside the signs") {
  double by_signs = 0.0, by_prior = 0.0;
  for (std::int64_t number = 0; number < 10; ++number) {
    Victim victim = stage(gallery(), {.records = 32}, number);
    const auto tried = labels_to_try(victim.evidence, gallery().prior);
    CHECK(tried.front().equal(labels_behind(victim.evidence)));
    by_signs += right(tried.front(), victim) / 10.0;
    by_prior += right(tried.back(), victim) / 10.0;
    victim.evidence.assistance.labels = victim.labels;
    CHECK(labels_to_try(victim.evidence, gallery().prior).size() == 1);
  }
  CHECK(by_prior > by_signs + 0.05);
}
