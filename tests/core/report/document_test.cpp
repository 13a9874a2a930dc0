#include <algorithm>

#include "tests/core/report/small_study.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

const Json& find(const Json& list, const std::string& id) {
  const auto found = std::ranges::find_if(list, [&](const Json& item) { return item["id"] == id; });
  REQUIRE_MESSAGE(found != list.end(), id);
  return *found;
}

const std::vector<SmallRun> two_by_two = {
    {0, 1, 0.90, 0.95, 0.80}, {0, 2, 0.92, 0.95, 0.82}, {1, 1, 0.70, 0.95, 0.80}, {1, 2, 0.72, 0.95, 0.82}};

}  // namespace

TEST_CASE("curves are means over seeds with their interval, and a baseline that all points share stands once") {
  const Json document = report_document(small_study(two_by_two));
  const Json& figure = find(document["figures"], "convergence-scans");
  CHECK(figure["series"] == Json::array({{"wide", "point", 0},
                                         {"narrow", "point", 1},
                                         {"centralized", "centralized", -1},
                                         {"training alone", "local", -1}}));
  const Json& wide = find(figure["panels"], "rounds")["data"][0][0];
  CHECK(wide[0] == Json::array({1, 2}));
  CHECK(wide[1] == Json::array({0.81, 0.91}));
  CHECK(wide[2][1].get<double>() == doctest::Approx(0.91 - 6.3531 * 0.02).epsilon(1e-4));  // t = 12.7062 for two seeds
}

TEST_CASE("what publishes nothing stands over bytes as its final level, from the first bytes of any series to the last") {
  const Json document = report_document(small_study(two_by_two));
  const Json& bytes = find(find(document["figures"], "convergence-scans")["panels"], "bytes");
  CHECK(bytes["data"][0][0][0] == Json::array({1000, 3000}));
  CHECK(bytes["data"][0][1][0] == Json::array({100, 300}));
  CHECK(bytes["data"][0][2][0] == Json::array({100, 3000}));
  CHECK(bytes["data"][0][2][1] == Json::array({0.95, 0.95}));
}

TEST_CASE("a baseline that differs between points with the same seed stands once a point") {
  const Json document = report_document(small_study({{0, 1, 0.9, 0.95, 0.8}, {1, 1, 0.7, 0.85, 0.8}}));
  CHECK(find(document["figures"], "convergence-scans")["series"] == Json::array({{"wide", "point", 0},
                                                                                 {"narrow", "point", 1},
                                                                                 {"centralized, wide", "centralized", 0},
                                                                                 {"centralized, narrow", "centralized", 1},
                                                                                 {"training alone", "local", -1}}));
}

TEST_CASE("a single run has lines without bands, and says that there is one seed") {
  ReportInput input = small_study({{0, 1, 0.9, 0.95, 0.8}});
  input.single = true;
  const Json document = report_document(input);
  CHECK(find(find(document["figures"], "convergence-scans")["panels"], "rounds")["data"][0][0].size() == 2);
  CHECK(document["notes"][0].get<std::string>().starts_with("One seed"));
  CHECK(find(document["tables"], "figures")["columns"][1][0] == "series");
}

TEST_CASE("the gain is together minus alone within each run") {
  const Json document = report_document(small_study(two_by_two));
  const Json& figure = find(document["figures"], "institutions-scans");
  CHECK(figure["choices"] == Json::array({"AUC", "Accuracy", "Gain in AUC", "Gain in accuracy"}));
  const Json& gain = figure["panels"][0]["data"][2];
  CHECK(gain[0][0] == Json::array({0.1}));  // (0.90 - 0.80 + 0.92 - 0.82) / 2
  CHECK(gain[1][0] == Json::array({-0.1}));
  CHECK(gain[2].is_null());  // training alone
}

TEST_CASE("many institutions are told by their quartiles") {
  ReportInput input = small_study({{0, 1, 0.9, 0.95, 0.8}});
  InstitutionScores scores;
  for (int i = 1; i <= 100; ++i) scores[{i, "clinic-" + std::to_string(i)}] = {i / 100.0, i / 100.0};
  input.runs[0].chains[0].together = scores;
  const Json document = report_document(input);
  const Json& panel = find(document["figures"], "institutions-scans")["panels"][0];
  CHECK(panel["kind"] == "boxes");
  CHECK(panel["data"][0][0] == Json::array({0.01, 0.25, 0.5, 0.75, 1, 100}));
}

TEST_CASE("runs that are not complete are counted and listed") {
  ReportInput input = small_study(two_by_two);
  StudyRunResult failed;
  failed.run = {.name = "lost", .point = 1, .seed = 3, .overrides = {}};
  failed.state = StudyRunState::failed;
  failed.message = "no space left";
  input.result.runs.push_back(failed);
  input.result.study.seeds.push_back(3);
  const Json document = report_document(input);
  CHECK(document["notes"][0] == "1 of 5 runs are not complete; all figures are of the others.");
  const Json& runs = find(document["tables"], "runs");
  CHECK(runs["rows"].back()[1] == "failed");
  CHECK(runs["rows"].back().back() == "no space left");
}

TEST_CASE("what stands behind the points' names is told: by one example where they are made of it, else one by one") {
  ReportInput input = small_study(two_by_two);
  Study& study = input.result.study;
  study.keys = {"sharing.fraction"};
  study.points = {{"fraction=1", {{"sharing.fraction", "1"}}}, {"fraction=0.1", {{"sharing.fraction", "0.1"}}}};
  const auto asks = [&](const Json& line) { return std::ranges::count(report_document(input)["asked"], line) == 1; };
  CHECK(asks({"Varied: sharing.fraction", "1, 0.1"}));
  CHECK(asks({"Points", "2, named by what they vary: fraction=1 is sharing.fraction = 1"}));
  study.points[0].name = "wide";
  study.points[1] = {"plain", {}};
  CHECK(asks({"Point wide", "sharing.fraction = 1"}));
  CHECK(asks({"Point plain", "the scenario as it is"}));
}

TEST_CASE("a chain of a run that has hardly begun is told by what is known of it, its data without their place on a disk") {
  ReportInput input = small_study({{0, 1, 0.9, 0.95, 0.8}});
  ChainView& chain = input.runs[0].chains[0];
  chain.alone.clear();
  chain.together.clear();
  chain.dataset = "/home/someone/data/heart";
  chain.parameters = 28;
  CHECK(report_document(input)["asked"].back() == Json::array({"Chain scans", "data heart, model of 28 parameters"}));
}

TEST_CASE("events are called faults only where one is among them") {
  ReportInput input = small_study({{0, 1, 0.9, 0.95, 0.8}});
  EventRow event;
  event.kind = "reorganisation";
  input.runs[0].events = {event};
  CHECK(find(report_document(input)["figures"], "events")["title"] == "Events, none of them a fault");
  event.kind = "partition begins";
  input.runs[0].events.push_back(event);
  CHECK(find(report_document(input)["figures"], "events")["title"] == "Faults and what followed");
}

TEST_CASE("times to a target show the runs that ended before it") {
  ReportInput input = small_study({{0, 1, 0.9, 0.95, 0.8}, {0, 2, 0.9, 0.95, 0.8}, {0, 3, 0.8, 0.95, 0.8}});
  input.result.study.target = StudyTarget{"auc", 0.85};
  for (StudyFigures& figures : input.result.figures) {
    if (figures.series == "collaboration" && figures.test_auc > 0.85) figures.time_to_target_s = 10;
  }
  const Json document = report_document(input);
  const Json& data = find(document["figures"], "targets-scans")["panels"][0]["data"][0];
  CHECK(data[0][0] == Json::array({10, 10}));
  CHECK(data[1][0] == Json::array({20}));  // it ended after 20 s
  CHECK(data[1][2] == Json::array({"seed 3"}));
  CHECK(data[2][0] == Json::array({10}));
}
