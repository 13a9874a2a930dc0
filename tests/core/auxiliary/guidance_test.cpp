#include "core/auxiliary/guidance.hpp"

#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>

#include "core/base/error.hpp"
#include "tests/core/auxiliary/small_pupil.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

Guided guided(const Classroom& classroom, float value, std::int64_t rounds, const Received& objects,
              const GuidancePointer& before = nullptr) {
  Pool pool(1, Device::cpu, configure_thread);
  return guide(classroom, filled(*classroom.pupil.model, value), rounds, objects, before, pool);
}

float first_of(const Guided& model) { return model.parameters.flat()[0].item<float>(); }

}  // namespace

TEST_CASE("guidance: without anything received the model is the same, uncopied") {
  const Classroom classroom = classroom_of(config_of({"blend"}));
  Pool pool(1, Device::cpu, configure_thread);
  const ParameterSet model = filled(*classroom.pupil.model, 1.0F);
  const Guided result = guide(classroom, model, 3, nullptr, nullptr, pool);
  CHECK(result.parameters.flat().is_same(model.flat()));
  CHECK(result.guidance == nullptr);
}

TEST_CASE("guidance: with scale 0 the model keeps every bit and members train for nothing else") {
  AuxiliaryConfig config = config_of({"warm_start", "blend", "anchor"});
  config.scale = 0.0;
  const Guided result = guided(classroom_of(config), 1.0F, 0, received({model_object(3.0F, 1)}));
  CHECK(at::equal(result.parameters.flat(), filled(*small_model(), 1.0F).flat()));
  CHECK(result.guidance->objective.anchors.empty());
  CHECK(result.guidance->sources[0].weight == 0.0);
}

TEST_CASE("guidance: a warm start happens with the first model alone") {
  const Classroom classroom = classroom_of(config_of({"warm_start"}));
  const Guided first = guided(classroom, 1.0F, 2, received({model_object(3.0F, 1)}));
  CHECK(first_of(first) == 3.0F);
  const Guided second = guided(classroom, 1.0F, 3, received({model_object(5.0F, 2)}), first.guidance);
  CHECK(first_of(second) == 1.0F);
  CHECK(second.guidance->sources[0].model_round == 2);
  CHECK(second.guidance->sources[0].first_round == 2);
}

// 2^(-3/10) x blend 0.5 of the way from 0 to 1.
TEST_CASE("guidance: decay counts from the first round with the source's knowledge") {
  AuxiliaryConfig config = config_of({"blend"});
  config.weight = {"decay"};
  const Classroom classroom = classroom_of(config);
  const Guided first = guided(classroom, 0.0F, 4, received({model_object(1.0F, 1)}));
  CHECK(first_of(first) == 0.5F);
  const Guided later = guided(classroom, 0.0F, 7, received({model_object(1.0F, 2)}), first.guidance);
  CHECK(first_of(later) == doctest::Approx(0.40612619817811774).epsilon(1e-6));
}

TEST_CASE("guidance: terms of all sources reach the member's objective") {
  const Guided result = guided(classroom_of(config_of({"anchor"})), 1.0F, 0, received({model_object(3.0F, 1)}));
  LocalObjective objective;
  add_guidance(objective, nullptr);
  CHECK(objective.anchors.empty());
  add_guidance(objective, result.guidance);
  CHECK(objective.anchors.size() == 1);
}

TEST_CASE("guidance: predictions of another reference set are refused") {
  AuxiliaryObject object;
  object.predictions = at::ones({3, 2});
  ReceivedObject predictions = model_object(0.0F, 1);
  predictions.object = std::make_shared<const AuxiliaryObject>(object);
  CHECK_THROWS_AS((void)guided(classroom_of(config_of({"distill"})), 0.0F, 0, received({predictions})), Error);
}
