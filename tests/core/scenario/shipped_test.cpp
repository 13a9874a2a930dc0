// The scenarios that come with the program: valid, short, and as the README says.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/scenario/institutions.hpp"
#include "core/scenario/parse.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

const std::filesystem::path folder = std::filesystem::path(POLYCLINIC_SOURCE_DIR) / "scenarios";

std::ptrdiff_t lines_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return std::count(std::istreambuf_iterator<char>(stream), {}, '\n');
}

TEST_CASE("every shipped scenario is valid, named like its file, and under 60 lines") {
  std::size_t found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".toml") continue;
    CAPTURE(entry.path().string());
    ++found;
    const Scenario scenario = load_scenario(entry.path(), {});
    CHECK(scenario.name == entry.path().stem().string());
    CHECK(lines_of(entry.path()) < 60);
    CHECK(parse_scenario(to_toml(scenario), "resolved", {}).chains == scenario.chains);
  }
  CHECK(found >= 6);
}

TEST_CASE("the quickstart has two chains that share institutions, and needs no data") {
  const Scenario scenario = load_scenario(folder / "quickstart.toml", {});
  REQUIRE(scenario.chains.size() == 2);
  const auto first = members_of(scenario, scenario.chains[0]);
  const auto second = members_of(scenario, scenario.chains[1]);
  std::vector<InstitutionId> both;
  std::set_intersection(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(both));
  CHECK_FALSE(both.empty());
  for (const ChainConfig& chain : scenario.chains) CHECK(chain.data.dataset == "phantom");
}

// The settings on which others publish their running times.
TEST_CASE("mnist-1000 is the published workload") {
  const Scenario scenario = load_scenario(folder / "mnist-1000.toml", {});
  const ChainConfig& chain = scenario.chains.at(0);
  CHECK(expand_institutions(scenario).size() == 1000);
  CHECK(chain.partition.rows_per_institution == 60);
  CHECK(chain.collaboration.participants == 10);
  CHECK(chain.model.kind == "logistic");
  CHECK(chain.training.batch_size == 10);
  CHECK(chain.training.lr == 0.03);
  CHECK(chain.training.epochs == 1);
  CHECK(chain.rounds == 100);
}

TEST_CASE("in many-1000, a thousand institutions all take part in each of three rounds") {
  const Scenario scenario = load_scenario(folder / "many-1000.toml", {});
  CHECK(members_of(scenario, scenario.chains.at(0)).size() == 1000);
  CHECK(scenario.chains[0].collaboration.participants == 0);
  CHECK(scenario.chains[0].model.kind == "cnn");
  CHECK(scenario.chains[0].rounds == 3);
}

}  // namespace
}  // namespace polyclinic
