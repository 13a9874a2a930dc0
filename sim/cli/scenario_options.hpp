// Which scenario a subcommand is about, and how it becomes a plan.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/collaboration/plan.hpp"
#include "core/scenario/limits.hpp"
#include "core/scenario/scenario.hpp"

namespace CLI {
class App;
}

namespace polyclinic {

// Which scenario, with which changes, and where its data may lie.
struct ScenarioOptions {
  std::filesystem::path file;
  std::vector<std::string> overrides;  // KEY=VALUE
  std::filesystem::path data;          // --data; empty: not given
};

// The options above on a command line; `options` must outlive the parsing.
void add_scenario_options(CLI::App& command, ScenarioOptions& options);

// What a [[behaviour]] may be: an institution's, a validator's or a relayer's.
[[nodiscard]] std::vector<NamedKind> behaviours();
// What the registries of all rooms offer.
[[nodiscard]] KnownNames known_names();
[[nodiscard]] Scenario read_scenario(const ScenarioOptions& options);
// Loads the data and settles everything before the first round; errors say where in the scenario their key is written.
[[nodiscard]] std::vector<ChainPlanPointer> plan_chains(const ScenarioOptions& options, const Scenario& scenario);
// Seconds as "3.2 s", "4.5 min" or "2.1 h"; bytes as "12.3 kB".
[[nodiscard]] std::string readable_seconds(double seconds);
[[nodiscard]] std::string readable_bytes(double bytes);

}  // namespace polyclinic
