// What a report says and shows of what came from other chains, and of personal models.
#include <algorithm>
#include <cmath>

#include "core/report/answer.hpp"
#include "tests/core/report/small_study.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

const Json* find(const Json& list, const std::string& id) {
  const auto found = std::ranges::find_if(list, [&](const Json& item) { return item["id"] == id; });
  return found == list.end() ? nullptr : &*found;
}

Json figure_of(const Json& document, const std::string& id) {
  const Json* figure = find(document["figures"], id);
  REQUIRE_MESSAGE(figure != nullptr, id);
  return *figure;
}

StudyFigures& together(ReportInput& input, std::size_t run) {
  return *std::ranges::find_if(input.result.figures, [&](const StudyFigures& figures) {
    return figures.run == run && figures.series == "collaboration";
  });
}

// Points none and all, each with two and with eight rows; two seeds. AUC over rounds and at the end, by run:
// none-2 0.5 0.52, none-8 0.7 0.72, all-2 0.8 0.82 (0.3 above), all-8 0.75 0.79 (0.05 and 0.07 above).
ReportInput transfer_study() {
  ReportInput input = small_study({{0, 1, 0.50, 0.9, 0.5},
                                   {0, 2, 0.52, 0.9, 0.5},
                                   {1, 1, 0.70, 0.9, 0.5},
                                   {1, 2, 0.72, 0.9, 0.5},
                                   {2, 1, 0.80, 0.9, 0.5},
                                   {2, 2, 0.82, 0.9, 0.5},
                                   {3, 1, 0.75, 0.9, 0.5},
                                   {3, 2, 0.79, 0.9, 0.5}});
  Study& study = input.result.study;
  study.keys = {"chain.0.auxiliary", "partition.keep"};
  study.compare_with = "none";
  study.points = {{"none_keep=2", {{"partition.keep", "2"}}, "", "none_keep=2"},
                  {"none_keep=8", {{"partition.keep", "8"}}, "", "none_keep=8"},
                  {"all_keep=2", {{"chain.0.auxiliary", "[{}]"}, {"partition.keep", "2"}}, "", "none_keep=2"},
                  {"all_keep=8", {{"chain.0.auxiliary", "[{}]"}, {"partition.keep", "8"}}, "", "none_keep=8"}};
  for (std::size_t run = 0; run < 8; ++run) {
    StudyFigures& figures = together(input, run);
    figures.area_auc = figures.test_auc;
    if (run < 4) continue;
    figures.auxiliary_objects = 1;
    input.runs[run].chains[0].auxiliary = {{1, 1.0, unknown}, {2, 0.5, unknown}};
  }
  return input;
}

PersonalFigures personal(std::size_t run, const std::string& method, double gain, double worst) {
  PersonalFigures figures;
  figures.run = run;
  figures.chain = "scans";
  figures.method = method;
  figures.gain_auc = gain;
  figures.worst_gain_auc = worst;
  figures.share_gained = 0.75;
  figures.share_hurt = 0.25;
  return figures;
}

ReportInput personal_study() {
  ReportInput input = small_study({{0, 1, 0.9, 0.95, 0.8}, {0, 2, 0.9, 0.95, 0.8}});
  for (const std::size_t run : {0, 1}) {
    const double seed = static_cast<double>(run);
    input.result.personal.push_back(personal(run, "ditto", 0.01, -0.05));
    input.result.personal.push_back(personal(run, "fine_tune", 0.02 + 0.01 * seed, -0.10));
    auto& methods = input.runs[run].chains[0].personal;
    methods["ditto"][{0, "north"}] = {0.5, 0.60, 0.6, 0.70, 0.7, 0.71};
    methods["fine_tune"][{0, "north"}] = {0.5, 0.60, 0.6, 0.70, 0.7, 0.72 + 0.01 * seed};
  }
  return input;
}

std::string plus_minus(const std::string& mean, const std::string& half) { return mean + "\u00a0±\u00a0" + half; }

}  // namespace

TEST_CASE("against the number that is varied stands each arm, and its difference from what has the same number") {
  const Json figure = figure_of(report_document(transfer_study()), "along-scans");
  CHECK(figure["series"] == Json::array({{"none", "point", 0}, {"all", "point", 1}}));
  CHECK(figure["choices"] == Json::array({"AUC", "Difference in AUC", "Difference in area"}));
  const Json& panel = figure["panels"][0];
  CHECK(panel["x"] == Json::array({{"partition.keep", "count"}}));
  CHECK(panel["data"][0][0][0] == Json::array({2, 8}));
  CHECK(panel["data"][0][0][1] == Json::array({0.51, 0.71}));
  CHECK(panel["data"][1][0].is_null());  // what the others are compared with
  CHECK(panel["data"][1][1][1] == Json::array({0.3, 0.06}));
  // Two seeds: t = 12.7062, half of the interval 6.3531 times the distance of the differences 0.05 and 0.07.
  CHECK(panel["data"][1][1][3][1].get<double>() == doctest::Approx(0.06 + 6.3531 * 0.02).epsilon(1e-4));
}

TEST_CASE("a study without a number that varies has no such figure") {
  CHECK(find(report_document(small_study({{0, 1, 0.9, 0.95, 0.8}, {1, 1, 0.7, 0.95, 0.8}}))["figures"], "along-scans") ==
        nullptr);
}

TEST_CASE("the weight of what came from other chains is shown over rounds") {
  const Json figure = figure_of(report_document(transfer_study()), "auxiliary-scans");
  CHECK(figure["choices"] == Json::array({"Weight"}));  // nobody measured a similarity
  CHECK(figure["series"] == Json::array({{"all_keep=2", "point", 2}, {"all_keep=8", "point", 3}}));
  CHECK(figure["panels"][0]["data"][0][0][0] == Json::array({1, 2}));
  CHECK(figure["panels"][0]["data"][0][0][1] == Json::array({1, 0.5}));
}

TEST_CASE("institutions are shown alone, together, and with each method's model") {
  const Json figure = figure_of(report_document(personal_study()), "personal-scans");
  CHECK(figure["series"] == Json::array({{"training alone", "local", -1},
                                         {"common model", "centralized", -1},
                                         {"ditto", "point", 0},
                                         {"fine_tune", "point", 1}}));
  const Json& panel = figure["panels"][0];
  CHECK(panel["categories"] == Json::array({"north"}));
  CHECK(panel["data"][0][0][0] == Json::array({0.6}));
  CHECK(panel["data"][0][1][0] == Json::array({0.7}));
  CHECK(panel["data"][0][3][0] == Json::array({0.725}));  // of 0.72 and 0.73
  CHECK(panel["data"][1][0][0] == Json::array({0.5}));    // accuracy
}

TEST_CASE("gains are shown method by method, with the worst institution and the share that gained") {
  const Json figure = figure_of(report_document(personal_study()), "gains-scans");
  const Json& panel = figure["panels"][0];
  CHECK(figure["choices"] == Json::array({"Gain in AUC", "Shares"}));
  CHECK(panel["categories"] == Json::array({"ditto", "fine_tune"}));
  CHECK(panel["data"][0][0][0] == Json::array({0.01, 0.025}));
  CHECK(panel["data"][0][2][0] == Json::array({-0.05, -0.1}));
  CHECK(panel["data"][1][3][0] == Json::array({0.75, 0.75}));
  CHECK(panel["data"][1][0].is_null());
}

TEST_CASE("tables hold ratios to the target and what each method came to") {
  ReportInput input = transfer_study();
  input.result.study.target = StudyTarget{"auc", 0.6};
  for (StudyFigures& figures : input.result.figures) {
    if (figures.series != "collaboration") continue;
    figures.rounds = 20;
    if (figures.test_auc > 0.6) figures.rounds_to_target = figures.run < 4 ? 8 : 2;
  }
  const Json tables = report_document(input)["tables"];
  const Json* ratios = find(tables, "ratios");
  REQUIRE(ratios != nullptr);
  CHECK((*ratios)["rows"][0][1] == "all_keep=2");
  CHECK((*ratios)["rows"][0][2] == "none_keep=2");
  CHECK((*ratios)["rows"][0][5] == 0);
  CHECK((*ratios)["rows"][0][6] == "at least 10 times");  // none gets there in 20 rounds, all in 2
  CHECK((*ratios)["rows"][1][6] == "4 times");
  const Json others = report_document(personal_study())["tables"];
  const Json* methods = find(others, "personal");
  REQUIRE(methods != nullptr);
  CHECK((*methods)["rows"][1][2] == "fine_tune");
  CHECK(find(tables, "personal") == nullptr);
}

TEST_CASE("the answer says which use of another chain is worth most, where, and whether the seeds show it") {
  ReportInput input = transfer_study();
  const std::string told = answer(input.result).at(0).sentences.back();
  CHECK(told == "From another chain, all_keep=2 learns most beside none_keep=2: test AUC over rounds +" +
                    plus_minus("0.300", "0.000") + ", at the end +" + plus_minus("0.300", "0.000") + ".");
  for (std::size_t run = 4; run < 8; ++run)
    together(input, run).area_auc -= run < 6 ? 0.4 : 0.0;  // -0.1, and 0.05 and 0.07
  CHECK(answer(input.result).at(0).sentences.back() ==
        "From another chain, all_keep=8 learns most beside none_keep=8: test AUC over rounds +" +
            plus_minus("0.060", "0.127") + ", which the seeds do not show, at the end +" + plus_minus("0.060", "0.127") +
            ", which the seeds do not show; 1 point is sure to learn worse with it.");
}

TEST_CASE("the answer says what personal models gain, for whom, and what the worst loses") {
  CHECK(answer(personal_study().result).at(0).sentences.back() ==
        "Of 2 methods of personalization, fine_tune gains most: on average personal models have AUC +" +
            plus_minus("0.025", "0.064") +
            ", which the seeds do not show beside the common one; 75 % of the institutions gain, 25 % are hurt, and "
            "the worst one changes by " +
            plus_minus("-0.100", "0.000") + ".");
}
