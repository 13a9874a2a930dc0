#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

#include "core/auxiliary/uses/use.hpp"
#include "core/auxiliary/weights/weight.hpp"
#include "core/base/error.hpp"
#include "core/collaboration/staleness.hpp"
#include "core/data/allocation.hpp"
#include "core/data/load.hpp"
#include "core/learning/loss.hpp"
#include "core/learning/model.hpp"
#include "core/learning/optimizer.hpp"
#include "core/ledger/consensus.hpp"
#include "core/ledger/contract.hpp"
#include "core/ledger/topology.hpp"
#include "core/personalization/personalizer.hpp"
#include "core/privacy/accountant.hpp"
#include "core/probing/attacks.hpp"
#include "core/probing/observers.hpp"
#include "core/scenario/fault_schedule.hpp"
#include "core/scenario/nearest.hpp"
#include "core/scenario/parse.hpp"
#include "core/sharing/aggregator.hpp"
#include "core/sharing/policy.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/help.hpp"
#include "sim/cli/scenario_options.hpp"

namespace polyclinic {
namespace {

// Names that one key may take, with a line on each from the room that knows them.
struct Topic {
  const char* name;
  const char* key;  // as in key_reference()
  std::vector<NamedKind> (*kinds)();
};

constexpr Topic topics[] = {
    {"datasets", "[[chain]] data.dataset", dataset_kinds},
    {"partitions", "[[chain]] partition.kind", partition_kinds},
    {"models", "[[chain]] model.kind", model_kinds},
    {"optimizers", "[[chain]] training.optimizer", optimizer_kinds},
    {"schedules", "[[chain]] training.schedule", schedule_kinds},
    {"losses", "[[chain]] training.loss", loss_kinds},
    {"sharing", "[[chain]] sharing.steps", sharing_steps},
    {"modes", "[[chain]] collaboration.mode", contract_modes},
    {"servers", "[[chain]] collaboration.server", server_optimizers},
    {"staleness", "[[chain]] collaboration.staleness", staleness_kinds},
    {"topologies", "[[chain]] collaboration.topology", topology_kinds},
    {"defences", "[[chain]] collaboration.defence", defences},
    {"accountants", "[[chain]] privacy.accountant", accountants},
    {"personalizations", "[[chain.personalization]] kind", personalization_kinds},
    {"consensus", "[[chain]] consensus.kind", consensus_kinds},
    {"faults", "[[fault]] kind", [] { return fault_kinds(); }},
    {"auxiliary", "[[chain.auxiliary]] uses", auxiliary_uses},
    {"weights", "[[chain.auxiliary]] weight", auxiliary_weights},
    {"behaviours", "[[behaviour]] kind", behaviours},
    {"attacks", "[[probe]] attacks", attack_kinds},
    {"observers", "[[probe]] observers", observer_kinds},
};
// Keys with names that are no topic of their own, and all keys.
constexpr const char* choices = "choices";
constexpr const char* keys = "keys";

std::vector<std::string> topic_names() {
  std::vector<std::string> names;
  for (const Topic& topic : topics) names.emplace_back(topic.name);
  names.emplace_back(choices);
  names.emplace_back(keys);
  return names;
}

void print_topic(const Topic& topic) {
  fmt::print("{} ({})\n", topic.name, topic.key);
  for (const NamedKind& kind : topic.kinds()) fmt::print("  {:<24} {}\n", kind.name, kind.description);
  fmt::print("\n");
}

void print_choices() {
  fmt::print("{} (other keys that take one of several names)\n", choices);
  for (const KeyHelp& key : key_reference(known_names())) {
    const bool is_topic = std::ranges::any_of(topics, [&](const Topic& topic) { return topic.key == key.key; });
    if (key.names.empty() || is_topic) continue;
    fmt::print("  {}: \"{}\"\n    {}\n", key.key, fmt::join(key.names, "\", \""), key.meaning);
  }
  fmt::print("\n");
}

void print_keys() {
  for (const KeyHelp& key : key_reference(known_names())) {
    const std::string unit = key.unit.empty() ? "" : fmt::format(" [{}]", key.unit);
    fmt::print("{}{}\n    {}\n    {}; default {}\n", key.key, unit, key.meaning, key.allowed, key.default_value);
  }
}

int list_command(const std::string& wanted) {
  const std::vector<std::string> known = topic_names();
  const bool all = wanted.empty();
  if (!all && std::ranges::find(known, wanted) == known.end()) {
    throw UsageError(fmt::format("list does not know \"{}\"{}; topics are {}", wanted, did_you_mean(wanted, known),
                                 fmt::join(known, ", ")));
  }
  for (const Topic& topic : topics) {
    if (all || wanted == topic.name) print_topic(topic);
  }
  if (all || wanted == choices) print_choices();
  if (wanted == keys) print_keys();
  if (all) fmt::print("polyclinic list {}: every scenario key with its range and default\n", keys);
  return 0;
}

}  // namespace

void add_list(CLI::App& app, int& status) {
  CLI::App* list = app.add_subcommand("list", "every name and key that a scenario may use");
  const auto topic = std::make_shared<std::string>();
  list->add_option("topic", *topic, fmt::format("{} (default: all names)", fmt::join(topic_names(), ", ")))
      ->type_name(fmt::format("{}", fmt::join(topic_names(), "|")));
  add_examples(*list, {{"which models are there?", "polyclinic list models"},
                       {"every key with its range, default and meaning", "polyclinic list keys"}});
  list->callback([topic, &status] { status = list_command(*topic); });
}

}  // namespace polyclinic
