#include "core/study/study.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

Study two_chains() {
  return {.name = "s",
          .chains = {"first", "second"},
          .overrides = {"record.ledger=\"none\""},
          .keys = {"sharing.fraction"},
          .points = {{.name = "fraction=1", .settings = {{"sharing.fraction", "1"}}},
                     {.name = "fraction=0.1", .settings = {{"sharing.fraction", "0.1"}}}},
          .seeds = {3, 5}};
}

TEST_CASE("every point runs with every seed, seeds varying fastest") {
  std::vector<std::string> names;
  for (const StudyRun& run : study_runs(two_chains())) names.push_back(run.name);
  CHECK(names ==
        std::vector<std::string>{"fraction=1_seed=3", "fraction=1_seed=5", "fraction=0.1_seed=3", "fraction=0.1_seed=5"});
}

TEST_CASE("a run has what every run is given, then its point's settings") {
  const StudyRun run = study_runs(two_chains()).at(3);
  CHECK(run.point == 1);
  CHECK(run.seed == 5);
  CHECK(run.overrides ==
        std::vector<std::string>{"record.ledger=\"none\"", "chain.0.sharing.fraction=0.1", "chain.1.sharing.fraction=0.1"});
  CHECK(run.file() == "runs/fraction=0.1_seed=5.h5");
}

}  // namespace
}  // namespace polyclinic
