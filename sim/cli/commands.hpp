// What the program's subcommands do. Each returns the process's exit status.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/collaboration/plan.hpp"
#include "core/compute/device.hpp"
#include "core/scenario/limits.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

// Which scenario, with which changes, and where its data may lie.
struct ScenarioOptions {
  std::filesystem::path file;
  std::vector<std::string> overrides;  // KEY=VALUE
  std::filesystem::path data;          // --data; empty: not given
};

struct RunOptions {
  ScenarioOptions scenario;
  std::filesystem::path out;           // empty: results/NAME.h5
  int threads = 0;                     // 0: one for each core
  Device device = Device::cpu;
  std::string contexts = "raw";
  bool quiet = false;
  bool force = false;
};

int run_command(const RunOptions& options);
int check_command(const ScenarioOptions& options);
int show_command(const std::vector<std::filesystem::path>& files);
int verify_command(const std::filesystem::path& file);
int list_command(const std::string& topic);

// What a [[behaviour]] may be: an institution's or a validator's.
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
