#include <cmath>

#include "core/base/error.hpp"
#include "core/learning/remembered.hpp"
#include "tests/core/personalization/clinic.hpp"
#include "tests/core/personalization/two_numbers.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;
using doctest::Approx;

namespace {

// At v = (log3 / 8, log3 / 4) the row x = 2 of class 1 has d = 2 (log3 / 4 + log3 / 4) = log3 and p = 3/4: its gradient is
// -1/4 (2, 1) = (-1/2, -1/4).
const Row row{2.0F, 1};

PersonalState step(double lr, double lambda, const ParameterSet& v, const ParameterSet& w) {
  PersonalizationConfig config = method("ditto");
  config.lambda = lambda;
  const Pool pool(1);
  const auto ditto = make_personalizer(config, two_number_setting(lr));
  return ditto->follow({w, {v, {}, 0.0}, {rows_of({row}), {}}, 0, Seed(1)}, pool);
}

}  // namespace

// s: 1/8 log3 - 1/2 (-1/2 + 1/2 (1/8 log3 - 1)) = 3/4 1/8 log3 + 1/2; c: 1/4 log3 - 1/2 (-1/4 + 1/2 (1/4 log3 + 1)) =
// 3/4 1/4 log3 - 1/8.
TEST_CASE("a step of ditto is v - eta (grad F(v) + lambda (v - w)), by hand") {
  const PersonalState next = step(0.5, 0.5, model_at(log3 / 8, log3 / 4), model_at(1.0, -1.0));
  CHECK(s_of(next.own) == Approx(0.75 * log3 / 8 + 0.5).epsilon(1e-6));
  CHECK(c_of(next.own) == Approx(0.75 * log3 / 4 - 0.125).epsilon(1e-6));
  CHECK(is_opposite(next.own));
}

// w - eta grad F(v) = (1, -1) + 1/2 (1/2, 1/4).
TEST_CASE("with eta lambda = 1 a step of ditto is w - eta grad F(v), wherever v was") {
  const PersonalState next = step(0.5, 2.0, model_at(log3 / 8, log3 / 4), model_at(1.0, -1.0));
  CHECK(s_of(next.own) == Approx(1.25).epsilon(1e-6));
  CHECK(c_of(next.own) == Approx(-0.875).epsilon(1e-6));
}

TEST_CASE("ditto begins with the initial model, and has that to show where it never took part") {
  const Pool pool(1);
  const auto ditto = make_personalizer(method("ditto"), two_number_setting(0.5));
  const PersonalState next = ditto->follow({model_at(0.0, 0.0), {}, {rows_of({row}), {}}, 0, Seed(1)}, pool);
  CHECK(s_of(next.own) == Approx(0.5));  // p = 1/2 at (0, 0): 1/2 1/2 (2, 1)
  CHECK(c_of(next.own) == Approx(0.25));
  const PersonalModel never = ditto->finish({model_at(3.0, 3.0), {}, {}, {rows_of({row}), {}}, Seed(1)}, pool);
  CHECK(s_of(never.parameters) == 0.0);
  CHECK(std::isnan(never.chosen));
}

TEST_CASE("ditto with lambda 0 is training alone, bit for bit, whatever the collaboration does") {
  const Clinic clinic;
  PersonalizationConfig config = method("ditto");
  config.lambda = 0.0;
  CHECK(clinic.same_bits(clinic.after_rounds(config, 3), clinic.alone(3)));
  config.lambda = 0.01;
  CHECK_FALSE(clinic.same_bits(clinic.after_rounds(config, 3), clinic.alone(3)));
}

TEST_CASE("ditto takes the samples of the collaboration's own round, and none at the end") {
  const Clinic clinic;
  const auto ditto = make_personalizer(method("ditto"), clinic.setting);
  CHECK(ditto->follows_rounds());
  CHECK(ditto->round_volume(clinic.rows).trained == 2 * clinic.rows.train.size());  // two epochs
  CHECK(ditto->final_volume(clinic.rows).trained == 0);
}
