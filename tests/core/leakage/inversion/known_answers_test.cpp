// The order of shared/leakage.md's measured table (R1 to R9 and R11), with three victims; tools/known-answers measures all of it.
#include <cstdlib>

#include "tests/support/check.hpp"
#include "tools/known_answers/experiment.hpp"

using namespace polyclinic;
using namespace polyclinic::known_answers;

namespace {

constexpr std::int64_t victims = 3;

const Gallery& gallery() {
  const char* folder = std::getenv("POLYCLINIC_DATA");
  static const Gallery images = folder != nullptr ? mnist_gallery(folder) : phantom_gallery();
  return images;
}

// Attacks that get nowhere use up their iterations. By half of their own those that get anywhere are far above what is asked here.
constexpr InversionSettings patient{.iterations = 150};

double median_db(const Staging& staging, const std::string& name, const InversionSettings& settings) {
  std::vector<Outcome> outcomes;
  for (std::int64_t number = 0; number < victims; ++number) {
    outcomes.push_back(attack(gallery(), staging, number, name, settings));
  }
  return measured(Measure::median_psnr_db, outcomes).value;
}

SharingConfig selected(const char* step, double fraction) {
  SharingConfig sharing;
  sharing.steps = {step};
  sharing.fraction = fraction;
  return sharing;
}

SharingConfig layers(const char* pattern) {
  SharingConfig sharing;
  sharing.steps = {"layers"};
  sharing.shared = {pattern};
  return sharing;
}

}  // namespace

TEST_CASE("R1: with everything published images come back exactly") {
  CHECK(median_db({}, "dlg", patient) >= 40.0);
  CHECK(median_db({}, "idlg", patient) >= 40.0);
}

TEST_CASE("R2 and R3: reading missing numbers as zeros makes three tenths look safe, which they are not") {
  const SharingConfig sharing = selected("top_k", 0.3);
  const double masked = median_db({.sharing = sharing}, "idlg", patient);
  const double naive = median_db({.sharing = sharing, .misreading = Misreading::zeros_for_missing}, "idlg", patient);
  CHECK(masked >= naive + 20.0);
}

TEST_CASE("R4: of a random half images come back exactly, of a twentieth not by matching alone") {
  const double half = median_db({.sharing = selected("random", 0.5), .tier = Tier::T3}, "idlg", patient);
  const double twentieth = median_db({.sharing = selected("random", 0.05), .tier = Tier::T3}, "idlg", patient);
  CHECK(half >= 40.0);
  CHECK(twentieth < 12.0);
}

TEST_CASE("R5: of the largest twentieth a prior makes more than matching alone") {
  const SharingConfig sharing = selected("top_k", 0.05);
  CHECK(median_db({.sharing = sharing}, "prior_assisted", {.iterations = 600}) >= median_db({.sharing = sharing}, "idlg", patient) + 5.0);
}

TEST_CASE("R6: the second convolution alone gives the image away, the first and the head do not") {
  CHECK(median_db({.sharing = layers("conv2.*"), .tier = Tier::T3}, "idlg", patient) >= 40.0);
  CHECK(median_db({.sharing = layers("conv1.*"), .tier = Tier::T3}, "idlg", patient) < 12.0);
  CHECK(median_db({.sharing = layers("head.*"), .tier = Tier::T3}, "idlg", patient) < 12.0);
}

TEST_CASE("R7: a head that nobody published protects against one who guesses it, not against one who does without") {
  CHECK(median_db({.sharing = layers("conv*")}, "head_agnostic", patient) >= 40.0);
  CHECK(median_db({.sharing = layers("conv*"), .misreading = Misreading::random_head}, "dlg", patient) < 10.0);
}

TEST_CASE("R8: local steps hide an image from one who takes them for one step, not from one who unrolls them") {
  const double unrolled = median_db({.steps = 2, .lr = 0.1}, "idlg", patient);
  const double naive = median_db({.steps = 2, .lr = 0.1, .misreading = Misreading::one_step}, "idlg", patient);
  CHECK(unrolled >= naive + 30.0);
}

TEST_CASE("R9: a hundred times the noise takes tens of dB") {
  const double little = median_db({.noise = 1e-5}, "idlg", patient), some = median_db({.noise = 1e-3}, "idlg", patient);
  CHECK(little >= some + 10.0);
  CHECK(some >= median_db({.noise = 1e-1}, "idlg", patient) + 10.0);
}

TEST_CASE("R11: a network of ReLUs hides an image from nobody") {
  const Staging staging{.model = {.kind = strided_relu}};
  CHECK(median_db(staging, "inverting_gradients", {.iterations = 400, .total_variation = 1e-2}) >= 22.0);
}

// By hand: of 20 sorted values the 6th and the 15th hold the median with 1 - 2 P(Binomial(20, 1/2) < 6) = 0.9586.
TEST_CASE("a measured median carries an interval of order statistics, a share Clopper and Pearson's") {
  std::vector<Outcome> outcomes(20);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    outcomes[i].score.psnr_db = static_cast<double>(i + 1);
    outcomes[i].score.mse = i < 5 ? 1e-4 : 1.0;
  }
  const Bounded median = measured(Measure::median_psnr_db, outcomes);
  CHECK(median.value == 10.5);
  CHECK(median.low == 6.0);
  CHECK(median.high == 15.0);
  CHECK(measured(Measure::share_below_1e_3, outcomes).value == 0.25);
  CHECK(verdict({Measure::median_psnr_db, 16.0}, median) == "ok");
  CHECK(verdict({Measure::median_psnr_db, 17.0}, median) == "weaker");
  CHECK(verdict({Measure::share_below_1e_3, 0.05}, measured(Measure::share_below_1e_3, outcomes)) == "stronger");
}
