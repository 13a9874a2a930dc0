#include "core/scenario/institutions.hpp"

#include <cmath>

#include "core/base/seed.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

InstitutionGroup group(std::string name, std::int64_t count) {
  InstitutionGroup made;
  made.name = std::move(name);
  made.count = count;
  return made;
}

Scenario scenario_of(std::vector<InstitutionGroup> groups) {
  Scenario scenario;
  scenario.groups = std::move(groups);
  scenario.network.regions = {"north", "south"};
  return scenario;
}

ChainConfig chain_of(std::vector<std::string> members) {
  ChainConfig chain;
  chain.members = std::move(members);
  return chain;
}

std::vector<int> members(const Scenario& scenario, std::vector<std::string> patterns) {
  std::vector<int> ids;
  for (const InstitutionId id : members_of(scenario, chain_of(std::move(patterns)))) ids.push_back(id.value);
  return ids;
}

TEST_CASE("groups become institutions in order, numbered where there are several") {
  Scenario scenario = scenario_of({group("one", 1), group("many", 2)});
  scenario.groups[1].uplink_bytes_per_s = {"constant", {5.0}};
  const std::vector<Institution> institutions = expand_institutions(scenario);
  REQUIRE(institutions.size() == 3);
  CHECK(institutions[0].name == "one");
  CHECK(institutions[1].name == "many-0");
  CHECK(institutions[2].name == "many-1");
  CHECK(institutions[2].id == InstitutionId{2});
  CHECK(institutions[2].uplink_bytes_per_s == 5.0);
  CHECK(institutions[0].uplink_bytes_per_s == 12.5e6);
}

TEST_CASE("regions and constant speeds cycle within a group, without regions the first") {
  Scenario scenario = scenario_of({group("plain", 1), group("many", 3)});
  scenario.groups[1].regions = {"south", "north"};
  scenario.groups[1].flops_per_s.values = {1e9, 2e9};
  const std::vector<Institution> institutions = expand_institutions(scenario);
  CHECK(institutions[0].region == "north");
  CHECK(institutions[1].region == "south");
  CHECK(institutions[2].region == "north");
  CHECK(institutions[3].region == "south");
  CHECK(institutions[1].flops_per_s == 1e9);
  CHECK(institutions[2].flops_per_s == 2e9);
  CHECK(institutions[3].flops_per_s == 1e9);
}

// log(speed / median) is normal with the given sigma: mean 0 and standard deviation sigma, to five standard errors.
TEST_CASE("log-normal speeds have the median and sigma asked for") {
  constexpr int n = 4000;
  constexpr double sigma = 0.5;
  Scenario scenario = scenario_of({group("many", n)});
  scenario.groups[0].flops_per_s = {.distribution = "lognormal", .values = {50e9, sigma}};
  double sum = 0.0, squares = 0.0;
  for (const Institution& institution : expand_institutions(scenario)) {
    const double logarithm = std::log(institution.flops_per_s / 50e9);
    sum += logarithm;
    squares += logarithm * logarithm;
  }
  CHECK(std::abs(sum / n) < 5.0 * sigma / std::sqrt(n));
  CHECK(std::abs(squares / n - sigma * sigma) < 5.0 * sigma * sigma * std::sqrt(2.0 / n));
}

TEST_CASE("uniform speeds lie in the range, sigma 0 and an empty range are constants") {
  Scenario scenario = scenario_of({group("many", 1000)});
  scenario.groups[0].flops_per_s = {.distribution = "uniform", .values = {1e9, 3e9}};
  double sum = 0.0;
  for (const Institution& institution : expand_institutions(scenario)) {
    CHECK(institution.flops_per_s >= 1e9);
    CHECK(institution.flops_per_s < 3e9);
    sum += institution.flops_per_s;
  }
  CHECK(std::abs(sum / 1000 - 2e9) < 5.0 * 2e9 / std::sqrt(12.0 * 1000));
  scenario.groups[0].flops_per_s = {.distribution = "lognormal", .values = {7e9, 0.0}};
  CHECK(expand_institutions(scenario)[3].flops_per_s == 7e9);
  scenario.groups[0].flops_per_s = {.distribution = "uniform", .values = {7e9, 7e9}};
  CHECK(expand_institutions(scenario)[3].flops_per_s == 7e9);
}

// Between the least and the largest, each step of the quantiles holds as many: a third here, to five standard errors.
TEST_CASE("rates by quantiles are as frequent as the quantiles say") {
  constexpr int n = 3000;
  Scenario scenario = scenario_of({group("many", n)});
  scenario.groups[0].uplink_bytes_per_s = {.distribution = "quantiles", .values = {1e6, 2e6, 2e6, 8e6}};
  int below = 0, equal = 0;
  for (const Institution& institution : expand_institutions(scenario)) {
    CHECK(institution.uplink_bytes_per_s >= 1e6);
    CHECK(institution.uplink_bytes_per_s <= 8e6);
    below += institution.uplink_bytes_per_s < 2e6 ? 1 : 0;
    equal += institution.uplink_bytes_per_s == 2e6 ? 1 : 0;
  }
  const double error = 5.0 * std::sqrt(n * 2.0 / 9.0);
  CHECK(std::abs(below - n / 3) < error);
  CHECK(std::abs(equal - n / 3) < error);
}

TEST_CASE("a drawn speed follows from seed and name alone") {
  Scenario scenario = scenario_of({group("many", 3)});
  scenario.groups[0].flops_per_s = {.distribution = "lognormal", .values = {50e9, 0.5}};
  const double before = expand_institutions(scenario)[2].flops_per_s;
  CHECK(before == 50e9 * std::exp(0.5 * Random(Seed(1) / "flops" / "many-2").normal()));
  scenario.groups.insert(scenario.groups.begin(), group("newcomer", 2));
  CHECK(expand_institutions(scenario)[4].flops_per_s == before);
  scenario.seed = 2;
  CHECK(expand_institutions(scenario)[4].flops_per_s != before);
}

TEST_CASE("members are all, or those whose own or group's name a pattern matches, once and sorted") {
  const Scenario scenario = scenario_of({group("one", 1), group("many", 12), group("man", 1)});
  CHECK(members(scenario, {}).size() == 14);
  CHECK(members(scenario, {"one"}) == std::vector<int>{0});
  CHECK(members(scenario, {"many"}).size() == 12);
  CHECK(members(scenario, {"many-1"}) == std::vector<int>{2});
  CHECK(members(scenario, {"many-1?", "many-0", "one", "o*"}) == std::vector<int>{0, 1, 11, 12});
  CHECK(members(scenario, {"man"}) == std::vector<int>{13});
  CHECK(members(scenario, {"*"}).size() == 14);
  CHECK(members(scenario, {"nobody"}).empty());
}

}  // namespace
}  // namespace polyclinic
