#include "tests/core/report/small_study.hpp"

#include <algorithm>

namespace polyclinic {

namespace {

Curve two_rounds(double auc, double round_s, double bytes) {
  return {{1, round_s, bytes, auc - 0.1, 0.5, 0.7}, {2, 2 * round_s, 3 * bytes, auc, 0.6, 0.6}};
}

StudyFigures final_figures(std::size_t run, const char* series, double auc) {
  StudyFigures figures;
  figures.run = run;
  figures.chain = "scans";
  figures.series = series;
  figures.test_auc = auc;
  return figures;
}

void add_run(ReportInput& input, const SmallRun& small) {
  const std::size_t place = input.result.runs.size();
  const double bytes = small.point == 0 ? 1000 : 100;
  StudyRunResult& run = input.result.runs.emplace_back();
  run.run = {.name = "run-" + std::to_string(place), .point = small.point, .seed = small.seed, .overrides = {}};
  run.state = StudyRunState::complete;
  StudyFigures& together = input.result.figures.emplace_back(final_figures(place, "collaboration", small.together));
  together.published_bytes = 3 * bytes;
  together.sim_time_s = 20;
  input.result.figures.push_back(final_figures(place, "centralized", small.centralized));
  input.result.figures.push_back(final_figures(place, "local", small.alone));
  ChainView chain;
  chain.name = "scans";
  chain.curves = {{"collaboration", two_rounds(small.together, 10, bytes)},
                  {"centralized", two_rounds(small.centralized, 1, 0)},
                  {"local", two_rounds(small.alone, 1, 0)}};
  chain.alone = {{{0, "north"}, {small.alone, small.alone}}};
  chain.together = {{{0, "north"}, {small.together, small.together}}};
  input.runs.push_back({place, {chain}, {}, "name = \"small\"\n"});
}

}  // namespace

ReportInput small_study(const std::vector<SmallRun>& runs) {
  ReportInput input;
  input.result.study.name = "small";
  for (const SmallRun& run : runs) {
    auto& seeds = input.result.study.seeds;
    if (std::ranges::find(seeds, run.seed) == seeds.end()) seeds.push_back(run.seed);
    if (run.point >= input.result.study.points.size())
      input.result.study.points.push_back({run.point == 0 ? "wide" : "narrow", {}});
    add_run(input, run);
  }
  input.result.study.compare_with = "wide";
  return input;
}

}  // namespace polyclinic
