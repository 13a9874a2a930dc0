#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/scenario/nearest.hpp"
#include "core/scenario/table_check.hpp"

namespace polyclinic {
namespace {

template <class Value>
bool has(const std::vector<Value>& values, const Value& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// Not an earlier value again.
template <class Value>
void need_distinct(const TableCheck& check, const std::string& key, const std::vector<Value>& values) {
  std::set<Value> seen;
  for (const Value& value : values) check.need(seen.insert(value).second, key, value, "is there twice");
}

// ---- [[reference]] ------------------------------------------------------------------------------------------------

void check_reference(const Scenario& scenario, std::size_t index, const Reject& reject) {
  const TableCheck check(scenario, fmt::format("reference.{}.", index), reject);
  const ReferenceConfig& reference = scenario.references[index];
  for (std::size_t earlier = 0; earlier < index; ++earlier) {
    check.need(scenario.references[earlier].name != reference.name, "name", reference.name,
               "is the name of an earlier reference");
  }
  check_data(check, reference.data);
}

// ---- [[relay]] ----------------------------------------------------------------------------------------------------

const ChainConfig* chain_named(const Scenario& scenario, const std::string& name) {
  const auto found = std::ranges::find(scenario.chains, name, &ChainConfig::name);
  return found == scenario.chains.end() ? nullptr : &*found;
}

// `key`: "from" or "to".
void check_end(const TableCheck& check, const std::string& key, const std::string& name) {
  check.need_chain(key, name);
  const ChainConfig& chain = *chain_named(check.scenario(), name);
  check.need(chain.load.blocks == 0, key, name, "is a chain that learns nothing (load.blocks): there is nothing to carry");
  check.need(chain.consensus.payload != "split", key, name,
             "has consensus.payload = \"split\", which relays do not carry: it needs \"on_chain\" or \"off_chain\"");
}

void check_relay(const Scenario& scenario, std::size_t index, const Reject& reject) {
  const TableCheck check(scenario, fmt::format("relay.{}.", index), reject);
  const RelayConfig& relay = scenario.relays[index];
  check_end(check, "from", relay.from);
  check_end(check, "to", relay.to);
  check.need(relay.from != relay.to, "to", relay.to, "is the chain that it comes from: it must be another one");
  check.need(chain_named(scenario, relay.from)->collaboration.mode != "gossip", "from", relay.from,
             "has collaboration.mode = \"gossip\": there is no common model to carry");
  check.need(!relay.relayers.empty(), "relayers", fmt::string_view("[]"), "must name at least one institution: who carries?");
  check.need_matches("relayers", relay.relayers);
  for (std::size_t earlier = 0; earlier < index; ++earlier) {
    const RelayConfig& other = scenario.relays[earlier];
    check.need(other.from != relay.from || other.to != relay.to, "to", relay.to,
               fmt::format("is where relay.{} leads from chain \"{}\" already: one table, with all its relayers", earlier,
                           relay.from));
  }
}

// ---- [[chain.auxiliary]] ------------------------------------------------------------------------------------------

// One table of the chain `to`.
class AuxiliaryCheck : public TableCheck {
 public:
  AuxiliaryCheck(const Scenario& scenario, std::size_t chain, std::size_t index, const Reject& reject)
      : TableCheck(scenario, fmt::format("chain.{}.auxiliary.{}.", chain, index), reject),
        to_(scenario.chains[chain]),
        index_(index) {}

  [[nodiscard]] const ChainConfig& to() const { return to_; }
  [[nodiscard]] std::size_t index() const { return index_; }
  [[nodiscard]] const AuxiliaryConfig& config() const { return to_.auxiliary[index_]; }

 private:
  const ChainConfig& to_;
  std::size_t index_;
};

void check_source(const AuxiliaryCheck& check) {
  const std::string& source = check.config().source;
  check.need_chain("source", source);
  check.need(source != check.to().name, "source", source, "is the chain itself: it must be another one");
  const bool led = std::ranges::any_of(check.scenario().relays, [&](const RelayConfig& relay) {
    return relay.from == source && relay.to == check.to().name;
  });
  check.need(led, "source", source, fmt::format("has no [[relay]] from it to \"{}\"", check.to().name));
  for (std::size_t earlier = 0; earlier < check.index(); ++earlier) {
    check.need(check.to().auxiliary[earlier].source != source, "source", source,
               "is an earlier table's already: one table for each source, with all its uses");
  }
}

void check_uses(const AuxiliaryCheck& check) {
  const AuxiliaryConfig& config = check.config();
  check.need(!config.uses.empty(), "uses", fmt::string_view("[]"), "must name at least one use");
  need_distinct(check, "uses", config.uses);
  check.need(!config.weight.empty(), "weight", fmt::string_view("[]"), "must name at least one factor, such as \"fixed\"");
  need_distinct(check, "weight", config.weight);
  need_distinct(check, "classes", config.classes);
  check.need(config.warm_start_below == 0 || has<std::string>(config.uses, "warm_start"), "warm_start_below",
             config.warm_start_below, "needs \"warm_start\" among uses, or 0");
  if (check.to().collaboration.mode != "gossip") return;
  for (const std::string& use : {std::string("warm_start"), std::string("blend")}) {
    check.need(!has(config.uses, use), "uses", use,
               "does not fit collaboration.mode = \"gossip\": there is no common model to change");
  }
}

void check_reference_named(const AuxiliaryCheck& check) {
  const AuxiliaryConfig& config = check.config();
  const bool needed = has<std::string>(config.uses, "distill") || has<std::string>(config.weight, "cka");
  check.need(!needed || !config.reference.empty(), "reference", config.reference,
             "must name a [[reference]]: \"distill\" and weight \"cka\" compare what models make of its images");
  std::vector<std::string> names;
  for (const ReferenceConfig& reference : check.scenario().references) names.push_back(reference.name);
  check.need(config.reference.empty() || has(names, config.reference), "reference", config.reference,
             "is no [[reference]]" + did_you_mean(config.reference, names));
}

void check_chain_exchange(const Scenario& scenario, std::size_t index, const Reject& reject) {
  const TableCheck check(scenario, fmt::format("chain.{}.", index), reject);
  const ChainConfig& chain = scenario.chains[index];
  const std::string idle = "needs a chain that learns: this one has load.blocks";
  check.need(chain.load.blocks == 0 || chain.start_s == 0.0, "start_s", chain.start_s, idle + ", and no rounds to open");
  check.need(chain.load.blocks == 0 || chain.auxiliary.empty(), "auxiliary", fmt::string_view("[...]"), idle);
  for (std::size_t i = 0; i < chain.auxiliary.size(); ++i) {
    const AuxiliaryCheck auxiliary(scenario, index, i, reject);
    check_source(auxiliary);
    check_uses(auxiliary);
    check_reference_named(auxiliary);
  }
}

}  // namespace

void check_exchange(const Scenario& scenario, const Reject& reject) {
  for (std::size_t i = 0; i < scenario.references.size(); ++i) check_reference(scenario, i, reject);
  for (std::size_t i = 0; i < scenario.relays.size(); ++i) check_relay(scenario, i, reject);
  for (std::size_t i = 0; i < scenario.chains.size(); ++i) check_chain_exchange(scenario, i, reject);
}

}  // namespace polyclinic
