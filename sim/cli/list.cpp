#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <set>

#include "core/base/error.hpp"
#include "core/data/load.hpp"
#include "core/learning/model.hpp"
#include "core/ledger/consensus.hpp"
#include "core/ledger/contract.hpp"
#include "core/ledger/topology.hpp"
#include "core/scenario/parse.hpp"
#include "core/sharing/aggregator.hpp"
#include "core/sharing/policy.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/scenario_options.hpp"

namespace polyclinic {
namespace {

void print_kinds(const std::string& title, const std::vector<NamedKind>& kinds) {
  fmt::print("{}\n", title);
  for (const NamedKind& kind : kinds) fmt::print("  {:<20} {}\n", kind.name, kind.description);
  fmt::print("\n");
}

void print_keys() {
  for (const KeyHelp& key : key_reference(known_names())) {
    const std::string unit = key.unit.empty() ? "" : fmt::format(" [{}]", key.unit);
    fmt::print("{}{}\n    {}\n    {}; default {}\n", key.key, unit, key.meaning, key.allowed, key.default_value);
  }
}

int list_command(const std::string& topic) {
  const bool all = topic.empty();
  const std::set<std::string> topics = {"datasets", "models",   "sharing",    "consensus", "modes",
                                        "topologies", "defences", "behaviours", "keys"};
  if (!all && !topics.contains(topic)) {
    throw UsageError(fmt::format(
        "list knows datasets, models, sharing, consensus, modes, topologies, defences, behaviours and keys, not \"{}\"", topic));
  }
  if (all || topic == "datasets") print_kinds("datasets ([chain.data] dataset)", dataset_kinds());
  if (all || topic == "models") print_kinds("models ([chain.model] kind)", model_kinds());
  if (all || topic == "sharing") print_kinds("sharing steps ([chain.sharing] steps)", sharing_steps());
  if (all || topic == "consensus") print_kinds("consensus ([chain.consensus] kind)", consensus_kinds());
  if (all || topic == "modes") print_kinds("modes ([chain.collaboration] mode)", contract_modes());
  if (all || topic == "topologies") print_kinds("topologies ([chain.collaboration] topology)", topology_kinds());
  if (all || topic == "defences") print_kinds("defences ([chain.collaboration] defence)", defences());
  if (all || topic == "behaviours") print_kinds("hostile behaviours ([[behaviour]] kind)", behaviours());
  if (topic == "keys") print_keys();
  if (all) fmt::print("polyclinic list keys: every scenario key with its range and default\n");
  return 0;
}

}  // namespace

void add_list(CLI::App& app, int& status) {
  CLI::App* list = app.add_subcommand("list", "every name and key that a scenario may use");
  const auto topic = std::make_shared<std::string>();
  list->add_option("topic", *topic, "datasets, models, sharing, consensus or keys (default: all names)");
  list->callback([topic, &status] { status = list_command(*topic); });
}

}  // namespace polyclinic
