#include "core/auxiliary/uses/use.hpp"

#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>

#include "core/base/error.hpp"
#include "tests/core/auxiliary/small_pupil.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

// A pupil at 1 everywhere, a source at 3: what a use makes of the first body coordinate.
struct Case {
  Classroom classroom;
  Rows reference;
  Lesson lesson;
  explicit Case(AuxiliaryConfig config)
      : classroom(classroom_of(config)),
        lesson{.config = classroom.configs[0], .pupil = classroom.pupil, .reference = reference, .is_first = true, .is_new = true} {
    lesson.body = lay_over(model_object(3.0F, 1).object->body, *classroom.pupil.model);
  }
  at::Tensor changed(double weight) {
    at::Tensor flat = filled(*classroom.pupil.model, 1.0F).flat();
    make_use(classroom.configs[0].uses[0])->change(flat, lesson, weight);
    return flat;
  }
  LocalObjective objective(double weight) {
    LocalObjective terms;
    make_use(classroom.configs[0].uses[0])->add_terms(terms, lesson, weight);
    return terms;
  }
};

}  // namespace

TEST_CASE("warm start: the body becomes the source's, the head stays") {
  const at::Tensor flat = Case(config_of({"warm_start"})).changed(1.0);
  CHECK(flat[0].item<float>() == 3.0F);
  CHECK(flat[8].item<float>() == 1.0F);
}

TEST_CASE("warm start: half the weight goes half the way, none goes nowhere") {
  CHECK(Case(config_of({"warm_start"})).changed(0.5)[0].item<float>() == 2.0F);
  CHECK(Case(config_of({"warm_start"})).changed(0.0)[0].item<float>() == 1.0F);
}

TEST_CASE("warm start: once, or below a round") {
  Case once(config_of({"warm_start"}));
  once.lesson.is_first = false;
  CHECK(once.changed(1.0)[0].item<float>() == 1.0F);
  AuxiliaryConfig config = config_of({"warm_start"});
  config.warm_start_below = 3;
  Case below(config);
  below.lesson.is_first = false;
  below.lesson.rounds = 2;
  CHECK(below.changed(1.0)[0].item<float>() == 3.0F);
  below.lesson.rounds = 3;
  CHECK(below.changed(1.0)[0].item<float>() == 1.0F);
  below.lesson.rounds = 2;
  below.lesson.is_new = false;
  CHECK(below.changed(1.0)[0].item<float>() == 1.0F);
}

// (1 - 0.25) x 1 + 0.25 x 3 = 1.5 with blend 0.5 and weight 0.5.
TEST_CASE("blend: mixes bodies by blend times weight") {
  AuxiliaryConfig config = config_of({"blend"});
  config.blend = 0.5;
  const at::Tensor flat = Case(config).changed(0.5);
  CHECK(flat[0].item<float>() == 1.5F);
  CHECK(flat[8].item<float>() == 1.0F);
}

TEST_CASE("anchor: adds a pull of the body with mu times weight, and with coefficient 0 none") {
  AuxiliaryConfig config = config_of({"anchor"});
  config.anchor = 0.4;
  const LocalObjective objective = Case(config).objective(0.5);
  REQUIRE(objective.anchors.size() == 1);
  CHECK(objective.anchors[0].mu == 0.2);
  CHECK(objective.anchors[0].mask.sum().item<float>() == 8.0F);
  config.anchor = 0.0;
  CHECK(Case(config).objective(1.0).anchors.empty());
}

TEST_CASE("distill: the teacher's classes that both tasks have") {
  AuxiliaryConfig config = config_of({"distill"});
  config.classes = {1};
  Case distill(config);
  distill.lesson.predictions = at::tensor({0.1F, 0.2F, 0.7F}).view({1, 3});
  const LocalObjective objective = distill.objective(1.0);
  REQUIRE(objective.distillations.size() == 1);
  CHECK(numbers_of(objective.distillations[0].teacher) == std::vector<float>{0.0F, 0.2F});
  CHECK(objective.distillations[0].classes.item<std::int64_t>() == 1);
  CHECK(distill.objective(0.0).distillations.empty());
}

TEST_CASE("prototypes: those of shared classes are known") {
  AuxiliaryConfig config = config_of({"prototypes"});
  config.classes = {1};
  Case prototypes(config);
  prototypes.lesson.prototypes = MergedPrototypes{at::tensor({1.0F, 2.0F, 3.0F, 4.0F}).view({2, 2}), at::ones({2, 2}, at::kBool)};
  const LocalObjective objective = prototypes.objective(0.5);
  REQUIRE(objective.prototypes.size() == 1);
  CHECK(objective.prototypes[0].weight == 0.5);
  CHECK(numbers_of(objective.prototypes[0].means) == std::vector<float>{0.0F, 0.0F, 3.0F, 4.0F});
  CHECK(objective.prototypes[0].known[0].any().item<bool>() == false);
}

TEST_CASE("shared classes: all where both tasks have as many, else they must be named and exist") {
  CHECK(shared_classes(config_of({"distill"}), 2, 2) == std::vector<std::int64_t>{0, 1});
  CHECK_THROWS_AS((void)shared_classes(config_of({"distill"}), 2, 3), UsageError);
  AuxiliaryConfig config = config_of({"distill"});
  config.classes = {2};
  CHECK_THROWS_AS((void)shared_classes(config, 2, 3), UsageError);
}

TEST_CASE("uses: content follows from uses and weight") {
  CHECK(content_needed(config_of({"anchor"})) == Content{.body = true});
  CHECK(content_needed(config_of({"distill", "prototypes"})) == Content{.predictions = true, .prototypes = true});
  AuxiliaryConfig config = config_of({"distill"});
  config.weight = {"cosine"};
  CHECK(content_needed(config) == Content{.body = true, .predictions = true});
}
