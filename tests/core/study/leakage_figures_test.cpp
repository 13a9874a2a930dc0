// What rows of /leakage come to: medians and shares with their intervals, and the strongest attack.
#include "core/study/leakage_figures.hpp"

#include <cmath>

#include "core/study/study_figures.hpp"
#include "tests/core/record/result_builder.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

// An image of 17 dB as the mean image, whose nearest other one has 23 dB and an SSIM of 0.5.
InversionRow image(const std::string& attack, double psnr_db, double ssim = 0.7) {
  InversionRow row;
  row.chain = "north";
  row.round = 1;
  row.observer = "peer";
  row.tier = "T1";
  row.policy = "random 0.1";
  row.attack = attack;
  row.shared_fraction = 0.1;
  row.psnr_db = psnr_db;
  row.mean_psnr_db = 17;
  row.nearest_psnr_db = 23;
  row.ssim = ssim;
  row.nearest_ssim = 0.5;
  return row;
}

std::vector<InversionRow> images(const std::string& attack, double from_db, std::size_t count) {
  std::vector<InversionRow> rows;
  for (std::size_t i = 0; i < count; ++i) rows.push_back(image(attack, from_db + static_cast<double>(i)));
  return rows;
}

std::vector<InversionRow> joined(std::vector<InversionRow> first, const std::vector<InversionRow>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

ResultData attacked_run(const std::vector<InversionRow>& inversion) {
  ResultBuilder builder;
  RoundRow round;
  round.round = 1;
  round.test_auc = round.test_accuracy = 0.9;
  builder.add("/chains/north/rounds", round);
  for (const InversionRow& row : inversion) builder.add("/leakage/inversion", row);
  return builder.result();
}

}  // namespace

TEST_CASE("a median's interval leaves out as many values on either side as fair coins allow") {
  // Of ten coins at most one shows heads with probability 11 / 1024, at most two with 56 / 1024: one value is left out on each side.
  const Between ten = median_between({1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  CHECK(ten.value == 5.5);
  CHECK(ten.low == 2);
  CHECK(ten.high == 9);
  CHECK(std::isnan(median_between({1, 2, 3, 4, 5}).low));  // 2 / 32 is more than 5 %
  CHECK(median_between({6, 5, 4, 3, 2, 1}).low == 1);      // 2 / 64 is not
  CHECK(median_between({unknown, 3}).value == 3);
  CHECK(std::isnan(median_between({}).value));
}

TEST_CASE("a share's interval is Clopper and Pearson's") {
  // R: binom.test(5, 10); with no success the upper bound is 1 - 0.025^(1/10).
  CHECK(share_between(5, 10).low == doctest::Approx(0.1870860).epsilon(1e-6));
  CHECK(share_between(5, 10).high == doctest::Approx(0.8129140).epsilon(1e-6));
  CHECK(share_between(0, 10).low == 0);
  CHECK(share_between(0, 10).high == doctest::Approx(1 - std::pow(0.025, 0.1)));
  CHECK(std::isnan(share_between(0, 0).value));
}

TEST_CASE("the strongest attack is that of the highest median over all images, and its interval pays for the choice") {
  // dlg has 10 .. 19 and one lucky image of 90; prior_assisted 18 .. 27. With two attacks the risk is 2.5 %, so that 11 / 1024 on
  // each side is still allowed.
  std::vector<InversionRow> dlg = images("dlg", 10, 9);
  dlg.push_back(image("dlg", 90));
  const auto found = strongest_attacks(joined(dlg, images("prior_assisted", 18, 10)));
  REQUIRE(found.size() == 1);
  CHECK(found[0].attack == "prior_assisted");
  CHECK(found[0].attacks == 2);
  CHECK(found[0].psnr_db.value == 22.5);
  CHECK(found[0].psnr_db.low == 19);
  CHECK(found[0].gain_db.value == 5.5);
  CHECK(found[0].floor_db == 17);
  CHECK(found[0].oracle_db == 23);
  CHECK(found[0].recovered.value == 1);
  CHECK(!found[0].failed());
}

TEST_CASE("of an attack below the mean image's level that level is reported") {
  const auto found = strongest_attacks(images("dlg", 5, 6));
  CHECK(found[0].failed());
  CHECK(found[0].reported_db() == 17);
  CHECK(found[0].gain_db.high == -7);
}

TEST_CASE("an image is recovered where it is more alike than both the threshold and the nearest other one") {
  std::vector<InversionRow> rows = {image("dlg", 20, 0.61), image("dlg", 20, 0.59), image("dlg", 20, 0.7),
                                    image("dlg", 20, 0.7)};
  rows[2].nearest_ssim = 0.75;
  CHECK(strongest_attacks(rows)[0].recovered.value == 0.5);
}

TEST_CASE("views are told apart by observer, tier, round and policy, and the worst of them has no assistance") {
  std::vector<InversionRow> rows = images("dlg", 20, 6);
  std::vector<InversionRow> assisted = images("dlg", 40, 6), later = images("dlg", 10, 6);
  for (InversionRow& row : assisted) row.tier = "T3";
  for (InversionRow& row : later) row.round = 8;
  const auto found = strongest_attacks(joined(joined(rows, assisted), later));
  CHECK(found.size() == 3);
  CHECK(worst_view(found)->psnr_db.value == 22.5);
  CHECK(worst_view({}) == nullptr);
}

TEST_CASE("a run's figures are those of its worst view") {
  std::vector<InversionRow> later = images("dlg", 10, 6);
  for (InversionRow& row : later) row.round = 8;
  const auto figures = study_figures(attacked_run(joined(images("dlg", 20, 6), later)), 0, std::nullopt);
  REQUIRE(figures.size() == 1);
  CHECK(figures[0].leak_psnr_db == 22.5);
  CHECK(figures[0].leak_gain_db == 5.5);
  CHECK(figures[0].leak_recovered_rate == 1);
  CHECK(std::isnan(figures[0].leak_membership_auc));
  CHECK(std::isnan(study_figures(attacked_run({}), 0, std::nullopt)[0].leak_gain_db));
}

TEST_CASE("labels and membership count by the attack that does best over all victims") {
  ResultBuilder builder;
  builder.add("/chains/north/rounds", RoundRow{});
  LabelRow label;
  label.chain = "north";
  // By hand: errors 0 and 0.5 against 0.1 and 0.4 by chance, so 0; 0.1 and 0.05 against the same, so 0.7.
  for (const auto& [attack, accuracy, chance] : {std::tuple("row_sums", 1.0, 0.9), {"row_sums", 0.5, 0.6}, {"bias_sign", 0.9, 0.9},
                                                 {"bias_sign", 0.95, 0.6}}) {
    label.attack = attack;
    label.count_accuracy = accuracy;
    label.count_chance = chance;
    builder.add("/leakage/labels", label);
  }
  MembershipRow membership;
  membership.chain = "north";
  membership.auc = 0.75;
  membership.tpr_at_1e_2 = unknown;
  builder.add("/leakage/membership", membership);
  const StudyFigures figures = study_figures(builder.result(), 0, std::nullopt).at(0);
  CHECK(figures.leak_label_skill == doctest::Approx(0.7));
  CHECK(figures.leak_membership_auc == 0.75);
  CHECK(std::isnan(figures.leak_membership_tpr));
}
