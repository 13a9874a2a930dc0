#include <ATen/core/Tensor.h>
#include <ATen/ops/zeros_like.h>

#include "core/base/error.hpp"
#include "core/leakage/inversion/inversion.hpp"
#include "tests/core/leakage/inversion/phantoms.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::known_answers;

namespace {

SharingConfig random_share(double fraction) {
  SharingConfig sharing;
  sharing.steps = {"random"};
  sharing.fraction = fraction;
  return sharing;
}

std::string obstacle(const std::string& attack, const Evidence& evidence) { return make_inversion_attack(attack, {})->obstacle(evidence); }

}  // namespace

TEST_CASE("a private head stops attacks that need it, and neither the head-agnostic one nor what is told at T3") {
  const Evidence body = stage(gallery(), {.sharing = only("conv*")}, 0).evidence;
  for (const char* attack : {"dlg", "idlg", "inverting_gradients"}) {
    CHECK(obstacle(attack, body) == "2945 weights of the victim's model are not public");
  }
  CHECK(obstacle("head_agnostic", body).empty());
  CHECK(obstacle("prior_assisted", body).empty());
  CHECK(obstacle("idlg", stage(gallery(), {.sharing = only("conv*"), .tier = Tier::T3}, 0).evidence).empty());
}

TEST_CASE("a head alone gives no body to match, and its weights alone no model to follow") {
  const Evidence head = stage(gallery(), {.sharing = only("head.*")}, 0).evidence;
  CHECK(obstacle("head_agnostic", head) == "nothing that is published of the body moved");
  CHECK(obstacle("dlg", head) == "7536 weights of the victim's model are not public");
}

TEST_CASE("evidence about nothing, about tables and about too many records is refused with the reason") {
  Evidence evidence = stage(gallery(), {}, 0).evidence;
  evidence.updates.front().samples = 65;
  CHECK(obstacle("dlg", evidence) == "65 records in one update, tried up to 64");
  evidence.updates.front().samples = 1;
  evidence.updates.front().values = at::zeros_like(evidence.updates.front().values);
  CHECK(obstacle("idlg", evidence) == "no weight that was published moved");
  evidence.shape = {13, 1, 1};
  CHECK(obstacle("prior_assisted", evidence) == "rows are not images");
  CHECK_THROWS_AS(make_inversion_attack("guessing", {}), UsageError);
}

TEST_CASE("a label that nothing tells is found by trying each") {
  for (std::int64_t number = 0; number < 3; ++number) {
    Victim victim = stage(gallery(), {.sharing = only("conv*"), .tier = Tier::T3}, number);
    victim.evidence.assistance.labels = at::Tensor();
    const auto attack = make_inversion_attack("inverting_gradients", {.iterations = 40});
    CHECK(attack->reconstruct(victim.evidence, {}, Seed(number)).labels.equal(victim.labels));
  }
}

TEST_CASE("an attack is a function of its evidence and its seed, and its images are pixels") {
  const Victim victim = stage(gallery(), {.records = 2}, 0);
  for (const NamedKind& kind : inversion_attacks()) {
    if (kind.name == "analytic") continue;
    const auto attack = make_inversion_attack(kind.name, {.iterations = 3});
    const Reconstruction once = attack->reconstruct(victim.evidence, gallery().prior, Seed(4));
    CHECK(once.images.equal(attack->reconstruct(victim.evidence, gallery().prior, Seed(4)).images));
    CHECK(once.images.sizes() == victim.images.sizes());
    CHECK(once.images.min().item<double>() >= 0.0);
    CHECK(once.images.max().item<double>() <= 1.0);
  }
}

TEST_CASE("of several attempts the one of least loss counts") {
  const Victim victim = stage(gallery(), {}, 1);
  const auto loss = [&](std::int64_t restarts) {
    return make_inversion_attack("idlg", {.iterations = 2, .restarts = restarts})->reconstruct(victim.evidence, {}, Seed(2)).loss;
  };
  CHECK(loss(4) <= loss(2));
  CHECK(loss(2) <= loss(1));
  CHECK(loss(4) < loss(1));
}

// 0.05 of 10,481 numbers are 0.67 equations for each of 784 pixels: one round cannot, four rounds can.
TEST_CASE("rounds that are too little each give the image away together") {
  const Staging one{.sharing = random_share(0.05), .tier = Tier::T3};
  Staging four = one;
  four.rounds = 4;
  CHECK(attack(gallery(), one, 0, "idlg", {.iterations = 30}).score.psnr_db < 15.0);
  CHECK(attack(gallery(), four, 0, "idlg", {}).score.psnr_db > 30.0);
}

TEST_CASE("both images of a batch come back, each matched to its own") {
  CHECK(attack(gallery(), {.records = 2}, 0, "idlg", {.iterations = 150, .restarts = 2}).score.psnr_db > 30.0);
}
