#include "tests/core/personalization/clinic.hpp"
#include "tests/core/personalization/two_numbers.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;
using doctest::Approx;

namespace {

// Between a collaborative model and one trained alone.
PersonalModel between(const ParameterSet& collaborative, const ParameterSet& alone, const OwnRows& rows, std::int64_t steps,
                      bool adaptive = true) {
  PersonalizationConfig config = method("interpolate");
  config.steps = steps;
  config.adaptive = adaptive;
  config.alpha = 0.75;
  const Pool pool(1);
  return make_personalizer(config, two_number_setting(0.5))->finish({collaborative, alone, {}, rows, Seed(1)}, pool);
}

// Three of four rows with x = 1 are of class 1: the loss is least where p = 3/4, at d = log3.
const Rows three_of_four = rows_of({{1.0F, 1}, {1.0F, 1}, {1.0F, 1}, {1.0F, 0}});

}  // namespace

// d is 0 for the collaborative model and 2 log3 for the other: log3 half way.
TEST_CASE("validation chooses alpha where the loss is least") {
  const PersonalModel model = between(model_at(0.0, 0.0), model_at(log3 / 2, log3 / 2), {{}, three_of_four}, 2);
  CHECK(model.chosen == 0.5);
  CHECK(s_of(model.parameters) == Approx(log3 / 4).epsilon(1e-6));
  CHECK(between(model_at(0.0, 0.0), model_at(log3 / 2, log3 / 2), {{}, three_of_four}, 10).chosen == 0.5);
  CHECK(between(model_at(0.0, 0.0), model_at(log3 / 2, 0.0), {{}, three_of_four}, 4).chosen == 1.0);
  CHECK(between(model_at(log3 / 2, 0.0), model_at(0.0, 0.0), {{}, three_of_four}, 4).chosen == 0.0);
}

TEST_CASE("of equal losses the smaller alpha is taken") {
  CHECK(between(model_at(1.0, 0.0), model_at(1.0, 0.0), {{}, three_of_four}, 4).chosen == 0.0);
}

TEST_CASE("alpha is as given where it is not to be chosen, or cannot be") {
  CHECK(between(model_at(0.0, 0.0), model_at(4.0, 0.0), {{}, three_of_four}, 4, false).chosen == 0.75);
  const PersonalModel blind = between(model_at(0.0, 0.0), model_at(4.0, 0.0), {rows_of({{1.0F, 1}}), {}}, 4);
  CHECK(blind.chosen == 0.75);
  CHECK(s_of(blind.parameters) == Approx(3.0));
}

TEST_CASE("the ends are exactly the two models") {
  const Clinic clinic;
  PersonalizationConfig config = method("interpolate");
  config.adaptive = false;
  config.alpha = 0.0;
  CHECK(clinic.same_bits(clinic.finished(config).parameters, clinic.global(3)));
  config.alpha = 1.0;
  CHECK(clinic.same_bits(clinic.finished(config).parameters, clinic.alone(3)));
}

TEST_CASE("interpolation takes what training alone takes, and a pass over validation rows for each candidate") {
  const Clinic clinic;
  const auto personalizer = make_personalizer(method("interpolate"), clinic.setting);
  CHECK(personalizer->needs_alone());
  CHECK(personalizer->final_volume(clinic.rows).trained == 3 * 2 * 40);  // rounds, epochs, rows
  CHECK(personalizer->final_volume(clinic.rows).evaluated == 11 * 20);
}
