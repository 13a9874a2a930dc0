#include "sim/cli/scenario_options.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "core/auxiliary/uses/use.hpp"
#include "core/auxiliary/weights/weight.hpp"
#include "core/base/error.hpp"
#include "core/collaboration/staleness.hpp"
#include "core/data/load.hpp"
#include "core/learning/model.hpp"
#include "core/ledger/consensus.hpp"
#include "core/ledger/contract.hpp"
#include "core/ledger/hostile_validator.hpp"
#include "core/ledger/topology.hpp"
#include "core/personalization/personalizer.hpp"
#include "core/privacy/accountant.hpp"
#include "core/probing/attacks.hpp"
#include "core/probing/observers.hpp"
#include "core/relay/misconduct.hpp"
#include "core/scenario/parse.hpp"
#include "core/sharing/aggregator.hpp"
#include "core/sharing/behaviours/behaviour.hpp"
#include "core/sharing/policy.hpp"

namespace polyclinic {
namespace {

std::vector<std::string> names(const std::vector<NamedKind>& kinds) {
  std::vector<std::string> result;
  for (const NamedKind& kind : kinds) result.push_back(kind.name);
  return result;
}

std::vector<std::string> scaled_behaviours() {
  std::vector<std::string> result;
  for (const BehaviourKind& kind : institution_behaviour_kinds()) {
    if (kind.reads_factor) result.emplace_back(kind.name);
  }
  return result;
}

DataPaths data_paths(const ScenarioOptions& options, const Scenario& scenario) {
  DataPaths paths;
  paths.folders.emplace_back(scenario.folder);
  if (!options.data.empty()) paths.folders.push_back(options.data);
  if (const char* folder = std::getenv("POLYCLINIC_DATA"); folder != nullptr && *folder != '\0') {
    paths.folders.emplace_back(folder);
  }
  paths.folders.emplace_back("datasets");
  return paths;
}

}  // namespace

void add_scenario_options(CLI::App& command, ScenarioOptions& options) {
  command.add_option("scenario", options.file, "scenario file (TOML)")->required()->type_name("FILE.toml");
  command
      .add_option("--set", options.overrides,
                  "change a key of the scenario, such as chain.0.sharing.fraction=0.1; may be repeated")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE")
      ->group("Scenario");
  command
      .add_option_function<std::string>(
          "--seed", [&options](const std::string& seed) { options.overrides.push_back("seed=" + seed); },
          "the scenario's seed")
      ->type_name("N")
      ->group("Scenario");
  command.add_option("--data", options.data, "folder with data sets (also: environment POLYCLINIC_DATA)")
      ->type_name("DIR")
      ->group("Scenario");
}

std::vector<NamedKind> behaviours() {
  std::vector<NamedKind> kinds = institution_behaviours();
  std::ranges::move(validator_behaviours(), std::back_inserter(kinds));
  std::ranges::move(relayer_behaviours(), std::back_inserter(kinds));
  return kinds;
}

KnownNames known_names() {
  return {.datasets = dataset_names(),
          .models = names(model_kinds()),
          .sharing_steps = names(sharing_steps()),
          .consensus = names(consensus_kinds()),
          .modes = names(contract_modes()),
          .staleness = names(staleness_kinds()),
          .topologies = names(topology_kinds()),
          .servers = names(server_optimizers()),
          .defences = names(defences()),
          .auxiliary_uses = names(auxiliary_uses()),
          .auxiliary_weights = names(auxiliary_weights()),
          .personalizations = names(personalization_kinds()),
          .accountants = names(accountants()),
          .attacks = names(attack_kinds()),
          .observers = names(observer_kinds()),
          .behaviours = names(behaviours()),
          .validator_behaviours = names(validator_behaviours()),
          .scaled_behaviours = scaled_behaviours(),
          .relayer_behaviours = names(relayer_behaviours())};
}

Scenario read_scenario(const ScenarioOptions& options) {
  return load_scenario(options.file, options.overrides, known_names());
}

std::vector<ChainPlanPointer> plan_chains(const ScenarioOptions& options, const Scenario& scenario) {
  const DataPaths paths = data_paths(options, scenario);
  std::vector<ChainPlanPointer> plans;
  for (std::size_t i = 0; i < scenario.chains.size(); ++i) {
    try {
      plans.push_back(plan_chain(scenario, ChainId{static_cast<std::int32_t>(i)}, paths));
    } catch (const UsageError& error) {
      throw UsageError(locate_message(options.file, options.overrides, fmt::format("chain.{}", i), error.what()));
    }
  }
  return plans;
}

std::string readable_seconds(double seconds) {
  if (seconds < 120.0) return fmt::format("{:.3g} s", seconds);
  if (seconds < 7200.0) return fmt::format("{:.3g} min", seconds / 60.0);
  return fmt::format("{:.3g} h", seconds / 3600.0);
}

std::string readable_bytes(double bytes) {
  const char* units[] = {"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  for (; bytes >= 1000.0 && unit < 4; ++unit) bytes /= 1000.0;
  return fmt::format("{:.4g} {}", bytes, units[unit]);
}

}  // namespace polyclinic
