#include "core/auxiliary/weights/weight.hpp"

#include <ATen/ops/empty.h>

#include <cmath>

#include "core/base/error.hpp"
#include "tests/core/auxiliary/small_pupil.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;
using doctest::Approx;

namespace {

// Rows whose class is told by the first input alone.
Rows labelled_rows() {
  auto dataset = std::make_shared<Dataset>();
  Random random(Seed(3));
  at::Tensor inputs = at::empty({60, 3}, at::kFloat), labels = at::empty({60}, at::kLong);
  for (std::int64_t i = 0; i < 60; ++i) {
    labels[i] = i % 2;
    for (std::int64_t k = 0; k < 3; ++k) inputs[i][k] = static_cast<float>(random.normal());
    inputs[i][0] += static_cast<float>(6 * (i % 2));
  }
  dataset->inputs = inputs;
  dataset->labels = labels;
  return all_rows(dataset);
}

struct Case {
  Classroom classroom;
  Rows reference = labelled_rows();
  Lesson lesson;
  Pool pool{1, Device::cpu, configure_thread};
  explicit Case(std::vector<std::string> weight, double scale = 1.0)
      : classroom(classroom_of(config_of({"anchor"}))),
        lesson{.config = classroom.configs[0], .pupil = classroom.pupil, .reference = reference} {
    classroom.configs[0].weight = std::move(weight);
    classroom.configs[0].scale = scale;
  }
  // A source whose hidden units look at one input each.
  void source_looks_at(std::int64_t first, std::int64_t second) {
    BodyOverlay body = lay_over(model_object(0.0F, 1).object->body, *classroom.pupil.model);
    body.numbers[first] = 1.0F;          // hidden1.weight[0][first]
    body.numbers[3 + second] = 1.0F;     // hidden1.weight[1][second]
    lesson.body = body;
  }
  Weight weight() { return weight_of(lesson, classroom.pupil.initial, Seed(1), pool); }
};

}  // namespace

TEST_CASE("weight: fixed is scale") {
  CHECK(Case({"fixed"}, 0.3).weight().value == 0.3);
  CHECK(std::isnan(Case({"fixed"}).weight().similarity));
}

// 2^(-5/10).
TEST_CASE("weight: decay halves with every half-life") {
  Case decay({"decay"});
  CHECK(decay.weight().value == 1.0);
  decay.lesson.rounds_taught = 5;
  CHECK(decay.weight().value == Approx(0.7071067811865476).epsilon(1e-12));
  decay.lesson.rounds_taught = 20;
  CHECK(decay.weight().value == Approx(0.25));
}

TEST_CASE("weight: cosine of the ways from the initial model, over the body") {
  Case cosine({"cosine"});
  cosine.lesson.body = lay_over(model_object(2.0F, 1).object->body, *cosine.classroom.pupil.model);
  ParameterSet moved = filled(*cosine.classroom.pupil.model, 0.0F);
  CHECK(weight_of(cosine.lesson, moved, Seed(1), cosine.pool).value == 1.0);  // it has not moved
  moved = filled(*cosine.classroom.pupil.model, 5.0F);
  CHECK(weight_of(cosine.lesson, moved, Seed(1), cosine.pool).value == Approx(1.0));
  moved = filled(*cosine.classroom.pupil.model, -1.0F);
  const Weight away = weight_of(cosine.lesson, moved, Seed(1), cosine.pool);
  CHECK(away.value == 0.0);
  CHECK(away.similarity == Approx(-1.0));
}

TEST_CASE("weight: cka is near one for a body that tells the classes, zero for one that does not") {
  Case related({"cka"});
  related.source_looks_at(0, 0);
  CHECK(related.weight().value > 0.5);
  Case unrelated({"cka"});
  unrelated.source_looks_at(1, 2);
  CHECK(unrelated.weight().value < 0.1);
  CHECK_FALSE(std::isnan(unrelated.weight().similarity));
}

TEST_CASE("weight: measuring factors are 0 without a body, and factors multiply") {
  CHECK(Case({"cka"}).weight().value == 0.0);
  CHECK(Case({"cosine"}).weight().value == 0.0);
  Case both({"decay", "fixed"}, 2.0);
  both.lesson.rounds_taught = 10;
  CHECK(both.weight().value == 1.0);
}

TEST_CASE("weight: with scale 0 nothing is measured, and an unknown factor is refused") {
  Case silent({"cka"}, 0.0);
  silent.source_looks_at(0, 0);
  CHECK(silent.weight().value == 0.0);
  CHECK(std::isnan(silent.weight().similarity));
  CHECK_THROWS_AS((void)Case({"linear"}).weight(), UsageError);
}
