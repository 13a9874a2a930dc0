// What a report shows of leakage.
#include <algorithm>

#include "core/report/answer.hpp"
#include "core/report/leakage_arms.hpp"
#include "core/report/png.hpp"
#include "tests/core/record/result_builder.hpp"
#include "tests/core/report/small_study.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

const Json* find(const Json& list, const std::string& id) {
  const auto found = std::ranges::find_if(list, [&](const Json& item) { return item["id"] == id; });
  return found == list.end() ? nullptr : &*found;
}

Json part_of(const ReportInput& input, const char* kind, const std::string& id) {
  const Json document = report_document(input);
  const Json* found = find(document[kind], id);
  REQUIRE_MESSAGE(found != nullptr, id);
  return *found;
}

// Six images around `psnr_db`; the mean image has 17, the nearest other one 23 dB.
std::vector<InversionRow> attack(double psnr_db, double fraction) {
  std::vector<InversionRow> rows;
  for (int i = 0; i < 6; ++i) {
    InversionRow row;
    row.chain = "scans";
    row.round = 1;
    row.observer = "peer";
    row.tier = "T1";
    row.policy = "random";
    row.attack = "dlg";
    row.shared_fraction = fraction;
    row.psnr_db = psnr_db + (i % 2 == 0 ? 0.5 : -0.5);
    row.mean_psnr_db = 17;
    row.nearest_psnr_db = 23;
    row.ssim = 0.7;
    row.nearest_ssim = 0.5;
    rows.push_back(row);
  }
  return rows;
}

// Two images of 2 x 2 pixels, black and white, and reconstructions that are off by 0.1 everywhere: 20 dB.
GalleryView gallery() {
  GalleryView view;
  view.originals = {2, 1, 2, 2, {0, 0, 0, 0, 1, 1, 1, 1}};
  view.reconstructions = {2, 1, 2, 2, {0.1F, 0.1F, 0.1F, 0.1F, 0.9F, 0.9F, 0.9F, 0.9F}};
  return view;
}

// fraction=1 leaks 30 dB and has an AUC of 0.9, fraction=0.1 loses against the mean image and has 0.8; two seeds each.
ReportInput attacked_study() {
  ReportInput input =
      small_study({{0, 1, 0.9, 0.95, 0.5}, {0, 2, 0.9, 0.95, 0.5}, {1, 1, 0.8, 0.95, 0.5}, {1, 2, 0.8, 0.95, 0.5}});
  input.result.study.points = {{"fraction=1", {}}, {"fraction=0.1", {}}};
  input.result.study.compare_with = "fraction=1";
  for (std::size_t run = 0; run < 4; ++run) {
    LeakageRows& leakage = input.runs[run].chains[0].leakage;
    leakage.inversion = run < 2 ? attack(30, 1) : attack(12, 0.1);
    if (run % 2 == 0) leakage.galleries["dlg-peer-round-1"] = gallery();
    leakage.mean_image = {1, 1, 2, 2, {0.5F, 0.5F, 0.5F, 0.5F}};
    leakage.skipped = {{"scans", 1, 0, "peer", "analytic", "the first layer is no linear one"}};
    MembershipRow membership;
    membership.chain = "scans";
    membership.attack = "loss";
    membership.target = "model";
    membership.auc = run % 2 == 0 ? 0.6 : 0.7;
    membership.tpr_at_1e_3 = unknown;
    leakage.membership = {{membership, {{0.0, 0.0}, {0.1, 0.4}, {1.0, 1.0}}}};
  }
  return input;
}

}  // namespace

TEST_CASE("leakage over the published share stays at the mean image's level where the attack failed") {
  const Json figure = part_of(attacked_study(), "figures", "leakage-fraction-scans");
  CHECK(figure["section"] == "Leakage");
  CHECK(figure["series"][0][0] == "collaboration");
  CHECK(figure["series"][1][0] == "mean image, no attack");
  const Json& data = figure["panels"][0]["data"][0];
  CHECK(data[0][0] == Json::array({0.1, 1.0}));
  CHECK(data[0][1] == Json::array({17.0, 30.0}));
  CHECK(data[1][1] == Json::array({17.0, 17.0}));
  CHECK(data[2][1] == Json::array({23.0, 23.0}));
  CHECK(figure["caption"].get<std::string>().find("no sign of safety") != std::string::npos);
}

TEST_CASE("the front of accuracy against leakage has no point that another beats in both") {
  ReportInput input = attacked_study();
  const Json front = part_of(input, "figures", "trade-off-scans")["panels"][0]["data"][0].back();
  CHECK(front == Json::array({Json::array({0.0, 13.0}), Json::array({0.8, 0.9})}));
  for (const std::size_t run : {2, 3}) input.runs[run].chains[0].leakage.inversion = attack(31, 0.1);  // now worse in both
  CHECK(part_of(input, "figures", "trade-off-scans")["panels"][0]["data"][0].back() ==
        Json::array({Json::array({13.0}), Json::array({0.9})}));
}

TEST_CASE("the answer tells where most leaks, and never of a failed attack that it shows safety") {
  ReportInput input =
      small_study({{0, 1, 0.9, 0.95, 0.5}, {0, 2, 0.9, 0.95, 0.5}, {1, 1, 0.8, 0.95, 0.5}, {1, 2, 0.8, 0.95, 0.5}});
  const auto put = [&](std::size_t run, double gain_db) {
    std::ranges::find_if(input.result.figures, [&](const StudyFigures& one) {
      return one.run == run && one.series == "collaboration";
    })->leak_gain_db = gain_db;
  };
  const auto told = [&] { return answer(input.result).at(0).sentences.back(); };
  put(0, 9), put(1, 9.2), put(2, -1), put(3, 0.5);
  CHECK(told().find("makes 9.1\u00a0±\u00a0") != std::string::npos);
  CHECK(told().find("with wide, where most leaks; with 1 point attacks are not shown to be better than it, which is no "
                    "sign of safety.") != std::string::npos);
  put(0, -3), put(1, -4);
  CHECK(told() ==
        "No attack on images is shown to make more of them than the mean image, which needs none, with any point: these "
        "attacks failed, "
        "which is no sign of safety.");
}

TEST_CASE("a table tells of each view what its numbers allow to be said") {
  const Json table = part_of(attacked_study(), "tables", "images");
  REQUIRE(table["rows"].size() == 2);
  CHECK(table["rows"][0].back() == "above what the mean image gives");
  CHECK(table["rows"][0][7] == Json::array({30.0, 29.5, 30.5, 12}));
  CHECK(table["rows"][1].back() == "failed: no sign of safety");
  CHECK(table["rows"][1][2] == "peer, round 1 (T1)");
}

TEST_CASE("membership is told as means over targets and seeds, without rates that were not measured") {
  const Json table = part_of(attacked_study(), "tables", "membership");
  CHECK(table["rows"][0][9][0] == 0.65);
  CHECK(std::ranges::none_of(table["columns"], [](const Json& column) { return column[0] == "TPR at 0.1 % FPR"; }));
  const Json figure = part_of(attacked_study(), "figures", "roc-scans");
  CHECK(figure["panels"][0]["log_y"] == true);
  CHECK(figure["series"].back()[0] == "chance");
}

TEST_CASE("an attack that proves more than the accountant allows is told as an error of ours") {
  ReportInput input = attacked_study();
  const auto caption = [&] { return part_of(input, "tables", "membership")["caption"].get<std::string>(); };
  MembershipRow& row = input.runs[1].chains[0].leakage.membership[0].first;
  row.epsilon_low = 2.0, row.epsilon_allowed = 1.0;
  CHECK(caption().find("error of ours") == std::string::npos);  // membership was no coin flip
  row.comparable = 1;
  CHECK(caption().find("An error of ours: 1 of these targets leak more than their epsilon allows.") != std::string::npos);
}

TEST_CASE("attacks that were not tried are listed with the reason") {
  const Json table = part_of(attacked_study(), "tables", "skipped");
  CHECK(table["rows"][0] ==
        Json::array({"scans", "fraction=0.1", "peer", "analytic", 2, "the first layer is no linear one"}));
}

TEST_CASE("pictures stand in lines: originals, what each point's attack made of them, the mean image") {
  const Json figure = part_of(attacked_study(), "figures", "reconstructions-points-scans");
  const Json& lines = figure["gallery"];
  REQUIRE(lines.size() == 4);
  CHECK(lines[0][0] == "original");
  CHECK(lines[1][0] == "fraction=1: dlg, peer, round 1 (T1)");
  CHECK(lines[1][2] == Json::array({"20.0 dB", "20.0 dB"}));  // 0.1 off: an error of 0.01
  CHECK(lines[3][0] == "mean image, no attack");
  CHECK(lines[3][2] == Json::array({"6.0 dB", "6.0 dB"}));  // half off: 10 log10(4)
  CHECK(lines[0][1][0].get<std::string>().starts_with(
      "data:image/png;base64,iVBORw0KGgo"));  // PNG's signature (W3C, section 5.2)
}

TEST_CASE("points whose victims differ stand below their own originals") {
  ReportInput input = attacked_study();
  std::ranges::reverse(input.runs[2].chains[0].leakage.galleries["dlg-peer-round-1"].originals.numbers);
  const Json lines = part_of(input, "figures", "reconstructions-points-scans")["gallery"];
  std::vector<std::string> labels;
  for (const Json& line : lines) labels.push_back(line[0]);
  CHECK(labels == std::vector<std::string>{"original", "fraction=1: dlg, peer, round 1 (T1)", "mean image, no attack",
                                           "original", "fraction=0.1: dlg, peer, round 1 (T1)",
                                           "mean image, no attack"});
  CHECK(lines[4][2] == Json::array({"0.9 dB", "0.9 dB"}));  // 0.9 off: -20 log10(0.9)
}

TEST_CASE("a picture of equal images has 100 dB") {
  const GalleryView view = gallery();
  CHECK(psnr_db(view.originals, 0, view.originals, 0) == 100);
  CHECK(psnr_db(view.originals, 0, view.originals, 1) == 0);
}

TEST_CASE("a line over fractions is called by the rest of its point's name") {
  CHECK(arm_of("top_k_fraction=0.1") == "top_k");
  CHECK(arm_of("fraction=1") == "collaboration");
  CHECK(arm_of("dp_fraction=0.1_epsilon=3") == "dp_epsilon=3");
  CHECK(arm_of("download_fraction=0.5") == "download_fraction=0.5");
}

TEST_CASE("a report of runs without probes has no word of leakage") {
  const Json document = report_document(small_study({{0, 1, 0.9, 0.95, 0.5}}));
  CHECK(std::ranges::none_of(document["figures"], [](const Json& figure) { return figure["section"] == "Leakage"; }));
  CHECK(find(document["tables"], "images") == nullptr);
  CHECK(find(document["tables"], "leakage") == nullptr);
}

TEST_CASE("points of a curve belong to the row of their chain") {
  ResultBuilder builder;
  RoundRow round;
  round.test_accuracy = 0.5;
  MembershipRow row;
  for (const char* chain : {"north", "south"}) {
    builder.add(std::string("/chains/") + chain + "/rounds", round);
    row.chain = chain;
    builder.add("/leakage/membership", row);
  }
  builder.add("/leakage/roc", RocRow{1, 0.5, 0.75});
  const RunView view = view_of(builder.result());
  CHECK(view.chains.at(0).leakage.membership.at(0).second.empty());
  CHECK(view.chains.at(1).leakage.membership.at(0).second == Steps{{0.5, 0.75}});
}
