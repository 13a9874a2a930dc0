#include <algorithm>
#include <set>

#include "tests/core/scenario/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

KeyHelp help_for(const std::string& key) {
  const std::vector<KeyHelp> keys = key_reference(testing::names());
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const KeyHelp& help) { return help.key == key; });
  return found == keys.end() ? KeyHelp{} : *found;
}

TEST_CASE("the reference says what a key allows, its default, unit and meaning") {
  const KeyHelp fraction = help_for("[[chain]] sharing.fraction");
  CHECK(fraction.allowed == "a number above 0 and at most 1");
  CHECK(fraction.default_value == "1.0");
  CHECK(fraction.unit == "share");
  CHECK_FALSE(fraction.meaning.empty());
  CHECK(help_for("[[chain]] model.kind").allowed == "one of \"logistic\", \"mlp\", \"cnn\"");
  CHECK(help_for("[[chain]] data.phantom.noise").default_value == "0.08");
  CHECK(help_for("[[institution]] name").default_value == "(required)");
  CHECK(help_for("network.latency_s").allowed == "a list; each: a list; each: a number from 0 to 10000");
  CHECK(help_for("baseline.local").allowed == "true or false");
  CHECK(help_for("[[chain]] model.kind").names == std::vector<std::string>{"logistic", "mlp", "cnn"});
  CHECK(help_for("network.model").names == std::vector<std::string>{"exact", "calibrated"});
  CHECK(help_for("name").names.empty());
}

// Each list of tables with one of them.
Scenario one_of_each() {
  Scenario scenario;
  scenario.groups.resize(1);
  scenario.chains.resize(1);
  scenario.chains[0].auxiliary.resize(1);
  scenario.chains[0].personalization.resize(1);
  scenario.references.resize(1);
  scenario.relays.resize(1);
  scenario.faults.resize(1);
  scenario.behaviours.resize(1);
  scenario.probes.resize(1);
  return scenario;
}

// Every key of a written scenario, and nothing else: one line "key = value" each.
TEST_CASE("the reference is complete") {
  const std::string text = to_toml(one_of_each());
  std::size_t written = 0;
  for (std::size_t place = text.find(" = "); place != std::string::npos; place = text.find(" = ", place + 1)) ++written;
  const std::vector<KeyHelp> keys = key_reference();
  CHECK(keys.size() == written);
  std::set<std::string> names;
  for (const KeyHelp& help : keys) names.insert(help.key);
  CHECK(names.size() == keys.size());
}

// A default outside its own limits would make a resolved scenario unreadable.
TEST_CASE("every default is allowed") {
  Scenario scenario;
  scenario.name = "n";
  scenario.groups.resize(1);
  scenario.groups[0].name = "i";
  scenario.chains.resize(1);
  scenario.chains[0].name = "c";
  CHECK(parse_scenario(to_toml(scenario), "defaults", {}) == scenario);
}

}  // namespace
}  // namespace polyclinic
