#include "tests/core/personalization/clinic.hpp"
#include "tests/core/personalization/two_numbers.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;
using doctest::Approx;

namespace {

const Row row{2.0F, 1};

PersonalizationConfig apfl(double alpha, bool adaptive) {
  PersonalizationConfig config = method("apfl");
  config.alpha = alpha;
  config.adaptive = adaptive;
  return config;
}

// v = (1/4 log3, 1/2 log3), w = (0, 0), alpha 1/2: the mixed model (1/8 log3, 1/4 log3) has d = log3 for the row x = 2 of
// class 1 and p = 3/4, so that its gradient is -1/4 (2, 1) = (-1/2, -1/4).
PersonalState step(double lr, bool adaptive) {
  const Pool pool(1);
  const auto personalizer = make_personalizer(apfl(0.5, adaptive), two_number_setting(lr));
  return personalizer->follow(
      {model_at(0.0, 0.0), {model_at(log3 / 4, log3 / 2), {}, 0.5}, {rows_of({row}), {}}, 0, Seed(1)}, pool);
}

}  // namespace

// v + eta alpha (1/2, 1/4) with eta 0.4.
TEST_CASE("a step of apfl is v - eta alpha grad F(alpha v + (1 - alpha) w), by hand") {
  const PersonalState next = step(0.4, false);
  CHECK(s_of(next.own) == Approx(log3 / 4 + 0.1).epsilon(1e-6));
  CHECK(c_of(next.own) == Approx(log3 / 2 + 0.05).epsilon(1e-6));
  CHECK(is_opposite(next.own));
  CHECK(next.alpha == 0.5);
}

// <v - w, g> counts s and c twice, once for each class: 2 (1/4 log3 (-1/2) + 1/2 log3 (-1/4)) = -1/2 log3.
TEST_CASE("alpha of apfl moves by -eta <v - w, grad F>, by hand, and no further than 1") {
  const PersonalState next = step(0.4, true);
  CHECK(next.alpha == Approx(0.5 + 0.2 * log3).epsilon(1e-6));
  CHECK(s_of(next.own) == Approx(log3 / 4 + 0.1).epsilon(1e-6));  // of the alpha before
  CHECK(step(4.0, true).alpha == 1.0);
}

TEST_CASE("what apfl uses is alpha v + (1 - alpha) w, with the final w") {
  const Pool pool(1);
  const auto personalizer = make_personalizer(apfl(0.5, true), two_number_setting(0.4));
  const PersonalModel used =
      personalizer->finish({model_at(4.0, 8.0), {}, {model_at(1.0, 2.0), {}, 0.25}, {}, Seed(1)}, pool);
  CHECK(s_of(used.parameters) == Approx(0.25 * 1.0 + 0.75 * 4.0));
  CHECK(c_of(used.parameters) == Approx(0.25 * 2.0 + 0.75 * 8.0));
  CHECK(used.chosen == 0.25);
  const PersonalModel never = personalizer->finish({model_at(4.0, 8.0), {}, {}, {}, Seed(1)}, pool);
  CHECK(s_of(never.parameters) == Approx(2.0));  // half of the initial model, which is 0
}

TEST_CASE("apfl with alpha 0 is the collaborative model, with alpha 1 training alone, bit for bit") {
  const Clinic clinic;
  CHECK(clinic.same_bits(clinic.after_rounds(apfl(0.0, false), 3), clinic.global(3)));
  CHECK(clinic.same_bits(clinic.after_rounds(apfl(1.0, false), 3), clinic.alone(3)));
  CHECK_FALSE(clinic.same_bits(clinic.after_rounds(apfl(0.5, false), 3), clinic.alone(3)));
}

TEST_CASE("alpha of apfl is carried from round to round") {
  const Clinic clinic;
  const double first = clinic.state_after(apfl(0.5, true), 1).alpha;
  const double second = clinic.state_after(apfl(0.5, true), 2).alpha;
  CHECK(first != 0.5);
  CHECK(second != first);
  CHECK(second >= 0.0);
  CHECK(second <= 1.0);
}
