#include "core/scenario/fault_schedule.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <limits>
#include <set>
#include <utility>

#include "core/scenario/institutions.hpp"

namespace polyclinic {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

ChainId chain_named(const Scenario& scenario, const std::string& name) {
  for (std::size_t i = 0; i < scenario.chains.size(); ++i) {
    if (name.empty() || scenario.chains[i].name == name) return {static_cast<std::int32_t>(i)};
  }
  assert(false && "check_consistency() lets no unknown chain pass");
  return {};
}

FaultEvent as_written(const Scenario& scenario, std::size_t index) {
  const FaultConfig& config = scenario.faults[index];
  FaultEvent event;
  event.at_s = config.at_s;
  event.fault = index;
  event.kind = config.kind;
  event.institutions = institutions_matching(scenario, config.institutions);
  std::set<NodeId> validators;
  for (const std::int64_t node : config.validators) validators.insert(NodeId{static_cast<std::int32_t>(node)});
  event.validators.assign(validators.begin(), validators.end());
  if (!validators.empty() || config.kind == "loss") event.chain = chain_named(scenario, config.chain);
  if (config.kind == "slow" || config.kind == "degrade") event.factor = config.factor;
  if (config.kind == "degrade") event.latency_factor = config.latency_factor;
  if (config.kind == "loss") event.probability = config.probability;
  return event;
}

// One event for each single target of `event`; itself where it has none.
std::vector<FaultEvent> one_by_one(const FaultEvent& event) {
  std::vector<FaultEvent> events;
  for (const InstitutionId institution : event.institutions) {
    FaultEvent& single = events.emplace_back(event);
    single.institutions = {institution};
    single.validators.clear();
    if (event.kind != "loss") single.chain = {};
  }
  for (const NodeId validator : event.validators) {
    FaultEvent& single = events.emplace_back(event);
    single.institutions.clear();
    single.validators = {validator};
  }
  return events.empty() ? std::vector{event} : events;
}

std::string chain_name(const Scenario& scenario, ChainId chain) {
  return scenario.chains.at(static_cast<std::size_t>(chain.value)).name;
}

// What a churning target is called in its seed's path.
std::string target_name(const Scenario& scenario, const FaultEvent& single) {
  if (!single.institutions.empty()) return "institution/" + institution_name(scenario, single.institutions.front());
  return fmt::format("validator/{}/{}", chain_name(scenario, single.chain), single.validators.front().value);
}

// "validator 2", "validators 0, 1 and 3".
std::string validators_text(const std::vector<NodeId>& validators) {
  std::string text = validators.size() == 1 ? "validator" : "validators";
  for (std::size_t i = 0; i < validators.size(); ++i) {
    const char* before = i == 0 ? " " : i + 1 == validators.size() ? " and " : ", ";
    text += fmt::format("{}{}", before, validators[i].value);
  }
  return text;
}

}  // namespace

const std::vector<NamedKind>& fault_kinds() {
  static const std::vector<NamedKind> kinds{
      {"crash", "targets are down: nothing runs, nothing arrives; what lay in memory alone is lost"},
      {"churn", "each target goes down and comes back, again and again, as after a crash"},
      {"slow", "targets compute at factor of their speed"},
      {"degrade", "targets' links carry factor of their bandwidth, at latency_factor times their latency"},
      {"partition", "targets and all others cannot reach one another"},
      {"loss", "each message between the chain's validators is lost with probability"},
  };
  return kinds;
}

std::vector<std::string> fault_kind_names() {
  std::vector<std::string> names;
  for (const NamedKind& kind : fault_kinds()) names.push_back(kind.name);
  return names;
}

double FaultSchedule::Churn::draw(double mean) {
  if (distribution == "exponential") return random.exponential(mean);
  if (distribution == "uniform") return random.uniform(0.0, 2.0 * mean);
  assert(distribution == "fixed");
  return mean;
}

bool FaultSchedule::Stream::advance() {
  if (!next.begins && !churn) return false;
  const double lasts_s = !churn ? never : churn->draw(next.begins ? churn->off_s : churn->on_s);
  const double at_s = next.at_s + lasts_s;
  if (!next.begins && at_s >= ends_s) return false;
  next.begins = !next.begins;
  next.at_s = std::min(at_s, ends_s);
  return next.at_s < never;
}

FaultSchedule::FaultSchedule(const Scenario& scenario, std::string_view only) {
  for (std::size_t index = 0; index < scenario.faults.size(); ++index) {
    if (only.empty() || scenario.faults[index].kind == only) add_fault(scenario, index);
  }
}

void FaultSchedule::add_fault(const Scenario& scenario, std::size_t index) {
  const FaultConfig& config = scenario.faults[index];
  const Seed seed = Seed(scenario.seed) / "fault" / index;
  const FaultEvent written = as_written(scenario, index);
  if (config.draws == 0) return add_instance(scenario, written, seed / std::uint64_t{0});
  const std::vector<FaultEvent> targets = one_by_one(written);
  for (std::int64_t instance = 0; instance < config.draws; ++instance) {
    Random random(seed / "draw" / instance);
    FaultEvent drawn = targets[random.below(targets.size())];
    drawn.instance = instance;
    drawn.at_s += random.uniform(0.0, config.within_s);
    add_instance(scenario, drawn, seed / instance);
  }
}

void FaultSchedule::add_instance(const Scenario& scenario, const FaultEvent& first, Seed seed) {
  if (first.kind == "churn") return add_churn(scenario, first, seed);
  const double for_s = scenario.faults[first.fault].for_s;
  add({.next = first, .ends_s = for_s > 0.0 ? first.at_s + for_s : never, .churn = {}});
}

void FaultSchedule::add_churn(const Scenario& scenario, const FaultEvent& target, Seed seed) {
  const FaultConfig& config = scenario.faults[target.fault];
  const double ends_s = config.for_s > 0.0 ? target.at_s + config.for_s : never;
  for (FaultEvent& single : one_by_one(target)) {
    const Seed own = seed / target_name(scenario, single);
    Churn churn{.random = Random(own), .on_s = config.on_s, .off_s = config.off_s, .distribution = config.distribution};
    single.begins = false;  // it starts up
    Stream stream{.next = std::move(single), .ends_s = ends_s, .churn = std::move(churn)};
    if (stream.advance()) add(std::move(stream));
  }
}

void FaultSchedule::add(Stream stream) {
  const FaultEvent& next = stream.next;
  const Order order{next.at_s, !next.begins, next.fault, next.instance, added_++};
  streams_.emplace(order, std::move(stream));
}

std::optional<double> FaultSchedule::next_s() const {
  return streams_.empty() ? std::nullopt : std::optional(streams_.begin()->second.next.at_s);
}

std::vector<FaultEvent> FaultSchedule::take(double until_s) {
  assert(until_s < never);
  std::vector<FaultEvent> events;
  while (!streams_.empty() && streams_.begin()->second.next.at_s <= until_s) {
    auto first = streams_.extract(streams_.begin());
    Stream& stream = first.mapped();
    events.push_back(stream.next);
    if (!stream.advance()) continue;
    const auto number = std::get<4>(first.key());
    first.key() = Order{stream.next.at_s, !stream.next.begins, stream.next.fault, stream.next.instance, number};
    streams_.insert(std::move(first));
  }
  return events;
}

std::string targets_text(const Scenario& scenario, const FaultEvent& event) {
  std::vector<std::string> parts;
  for (const InstitutionId institution : event.institutions) parts.push_back(institution_name(scenario, institution));
  if (!event.validators.empty()) {
    parts.push_back(fmt::format("{} of chain {}", validators_text(event.validators), chain_name(scenario, event.chain)));
  }
  if (parts.empty()) parts.push_back(fmt::format("messages of chain {}", chain_name(scenario, event.chain)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace polyclinic
