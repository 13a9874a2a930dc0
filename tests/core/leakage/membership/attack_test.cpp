#include "core/leakage/membership/attack.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/seed.hpp"
#include "core/leakage/membership/lira.hpp"
#include "core/leakage/roc.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

double upper(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }  // the normal distribution function

// A world in which the best attack is known: a record's log-odds are normal around its own difficulty, further up by `shift`
// and with deviation `in_deviation` for models that were trained on it.
struct World {
  std::int64_t records = 3000, shadows = 128, population = 500;
  double shift = 1.0, in_deviation = 1.0, difficulty = 3.0;

  [[nodiscard]] double signal(Random& random, double centre, bool in) const {
    return in ? centre + shift + in_deviation * random.normal() : centre + random.normal();
  }
};

struct Trial {
  MembershipView view;
  std::vector<bool> truth;

  [[nodiscard]] double area(const std::string& attack) const {
    const at::Tensor scores = make_membership_attack(attack)->scores(view);
    MembershipScores parted;
    for (std::size_t i = 0; i < truth.size(); ++i) {
      (truth[i] ? parted.members : parted.non_members).push_back(scores[static_cast<std::int64_t>(i)].item<double>());
    }
    return auc(parted).value;
  }
};

// Each record is in exactly half of the shadows, of which the second half are the first one's opposites.
Trial trial_of(const World& world) {
  Random random(Seed(21));
  const at::Tensor target = at::empty({world.records}, at::kDouble),
                   shadows = at::empty({world.shadows, world.records}, at::kDouble);
  const at::Tensor in = at::empty({world.shadows, world.records}, at::kBool);
  const at::Tensor public_target = at::empty({world.population}, at::kDouble);
  const at::Tensor public_shadows = at::empty({world.shadows, world.population}, at::kDouble);
  Trial trial{{target, shadows, in, public_target, public_shadows}, {}};
  for (std::int64_t i = 0; i < world.records; ++i) {
    const double centre = world.difficulty * random.normal();
    trial.truth.push_back(random.uniform() < 0.5);
    target.data_ptr<double>()[i] = world.signal(random, centre, trial.truth.back());
    for (std::int64_t s = 0; s < world.shadows; ++s) {
      const std::int64_t place = s * world.records + i, opposite = (s - world.shadows / 2) * world.records + i;
      in.data_ptr<bool>()[place] = opposite < 0 ? random.uniform() < 0.5 : !in.data_ptr<bool>()[opposite];
      shadows.data_ptr<double>()[place] = world.signal(random, centre, in.data_ptr<bool>()[place]);
    }
  }
  for (std::int64_t i = 0; i < world.population; ++i) {
    const double centre = world.difficulty * random.normal();
    public_target.data_ptr<double>()[i] = world.signal(random, centre, false);
    for (std::int64_t s = 0; s < world.shadows; ++s) {
      public_shadows.data_ptr<double>()[s * world.population + i] = world.signal(random, centre, false);
    }
  }
  return trial;
}

at::Tensor numbers(const std::vector<double>& values, const std::vector<std::int64_t>& shape) {
  return at::tensor(values, at::kDouble).view(shape);
}

doctest::Approx about(double value, double tolerance) { return doctest::Approx(value).epsilon(tolerance); }

}  // namespace

TEST_CASE(
    "against records of different difficulty shadow models do as well as can be, and a threshold on the loss does not") {
  const Trial trial = trial_of({});
  const double best = upper(1 / std::sqrt(2.0));  // difficulty known: .7602
  CHECK(trial.area("lira_online") == about(best, 0.02));
  CHECK(trial.area("lira_offline") == about(best, 0.02));
  CHECK(trial.area("calibrated") == about(best, 0.02));
  CHECK(trial.area("loss") == about(upper(1 / std::sqrt(2 * (1 + 9.0))), 0.03));  // difficulty adds to the variance: .5885
  CHECK(trial.area("rmia") > trial.area("loss") + 0.08);
  CHECK(trial.area("rmia") < best + 0.02);
}

TEST_CASE("few shadow models share one variance, and lose little") {
  CHECK(trial_of({.shadows = 16}).area("lira_online") == about(upper(1 / std::sqrt(2.0)), 0.05));
}

TEST_CASE("a likelihood ratio sees what no threshold does: members that are only more certain") {
  // Members within a quarter of the others' spread: P(|in| < |out|) = 1 - 2/pi atan(1/4) for normal variables.
  const Trial trial = trial_of({.shift = 0.0, .in_deviation = 0.25});
  CHECK(trial.area("lira_online") == about(1 - 2 / M_PI * std::atan(0.25), 0.02));
  CHECK(trial.area("lira_offline") == about(0.5, 0.05));
}

TEST_CASE("normal distributions are fitted by median and pooled variance") {
  // Columns {1, 3, 8} and {10, 40, -}: means 4 and 25, squares 9 + 1 + 16 and 2 x 225, freedom 2 + 1.
  const at::Tensor signals = numbers({1, 10, 3, 40, 8, 1000}, {3, 2});
  const at::Tensor counted = at::tensor(std::vector<std::int64_t>{1, 1, 1, 1, 1, 0}).to(at::kBool).view({3, 2});
  const Normals normals = fitted_normals(signals, counted);
  CHECK(normals.mean[0].item<double>() == 3);
  CHECK(normals.mean[1].item<double>() == 25);
  CHECK(normals.deviation[0].item<double>() == about(std::sqrt((26 + 450) / 3.0), 1e-12));
  CHECK(normals.deviation[1].item<double>() == normals.deviation[0].item<double>());
}

TEST_CASE("RMIA's score is the share of the population with a smaller likelihood ratio") {
  // One shadow, so a = 0.3: p^ = (1.3 p + 0.7) / 2. Log-odds 0 stand for p = 1/2, ln 3 for 3/4.
  const double higher = std::log(3.0);
  const MembershipView view{.target = numbers({higher, 0, -higher}, {3}),
                            .shadows = numbers({0, 0, 0}, {1, 3}),
                            .in = at::zeros({1, 3}, at::kBool),
                            .population_target = numbers({0, 0, higher, -higher}, {4}),
                            .population_shadows = numbers({0, higher, 0, 0}, {1, 4})};
  // Ratios: own .75/.675, .5/.675, .25/.675; of the population .5/.675, .5/.8375, .75/.675, .25/.675.
  const at::Tensor scores = make_membership_attack("rmia")->scores(view);
  const auto smaller = [&](std::int64_t record) { return std::floor(4 * scores[record].item<double>()); };
  CHECK(smaller(0) == 3);
  CHECK(smaller(1) == 2);
  CHECK(smaller(2) == 0);
  const double ratio = .75 / .675;
  CHECK(scores[0].item<double>() == about((3 + ratio / (1 + ratio)) / 4, 1e-12));
}

TEST_CASE("of records above the whole population RMIA names the one of the higher ratio first") {
  const MembershipView view{.target = numbers({3, 2}, {2}),
                            .shadows = numbers({0, 0}, {1, 2}),
                            .in = at::zeros({1, 2}, at::kBool),
                            .population_target = numbers({0, 0, 0}, {3}),
                            .population_shadows = numbers({0, 0, 0}, {1, 3})};
  const at::Tensor scores = make_membership_attack("rmia")->scores(view);
  CHECK(scores[0].item<double>() > scores[1].item<double>());
  CHECK(scores[1].item<double>() > 1.0);
}

TEST_CASE("a model that finds records impossible has scores all the same") {
  // exp(-1000) is 0 in double precision: where a = 1 is tried on a shadow, 0 / 0.
  const at::Tensor impossible = at::full({4, 2}, -1000.0, at::kDouble);
  const MembershipView view{.target = numbers({-1000, 0}, {2}),
                            .shadows = impossible,
                            .in = at::tensor(std::vector<std::int64_t>{0, 1, 1, 0, 0, 1, 1, 0}).to(at::kBool).view({4, 2}),
                            .population_target = numbers({-1000, 0}, {2}),
                            .population_shadows = impossible};
  CHECK(make_membership_attack("rmia")->scores(view).isfinite().all().item<bool>());
}

TEST_CASE("an attack says what it lacks") {
  const MembershipView bare{.target = numbers({1, 2}, {2})};
  CHECK(make_membership_attack("loss")->obstacle(bare).empty());
  CHECK(make_membership_attack("update_alignment")->obstacle(bare).empty());
  CHECK(make_membership_attack("calibrated")->obstacle(bare) == "there are no shadow models");
  CHECK(make_membership_attack("rmia")->obstacle(bare) == "there is no population of non-members");
  MembershipView all_in{
      .target = numbers({1, 2}, {2}), .shadows = numbers({1, 2, 3, 4}, {2, 2}), .in = at::ones({2, 2}, at::kBool)};
  CHECK(make_membership_attack("lira_offline")->obstacle(all_in) ==
        "fewer than 2 shadow models were trained without some record");
  CHECK(make_membership_attack("lira_online")->obstacle(all_in) ==
        "fewer than 2 shadow models were trained without some record");
  all_in.target[0] = std::nan("");
  CHECK(make_membership_attack("update_alignment")->obstacle(all_in) ==
        "the model that updates were added to is not wholly public");
  CHECK_THROWS_AS((void)make_membership_attack("guess"), UsageError);
}

TEST_CASE("a shadow model can be attacked with the help of the others") {
  const Trial trial = trial_of({.records = 4, .shadows = 4, .population = 3});
  const MembershipView view = view_of_shadow(trial.view, 1);
  CHECK(view.shadow_models() == 2);
  CHECK(at::equal(view.target, trial.view.shadows[1]));
  CHECK(at::equal(view.shadows[0], trial.view.shadows[2]));
  CHECK(at::equal(view.in[1], trial.view.in[3]));
  CHECK(at::equal(view.population_target, trial.view.population_shadows[1]));
  CHECK(view.population_shadows.size(0) == 2);
  CHECK(at::equal(view_of_shadow(trial.view, 2).shadows, trial.view.shadows.slice(0, 0, 2)));
}
