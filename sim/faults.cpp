#include "sim/faults.hpp"

#include <simgrid/s4u.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/error.hpp"
#include "core/scenario/fault_text.hpp"
#include "core/scenario/institutions.hpp"

namespace polyclinic {
namespace {

namespace sg4 = simgrid::s4u;

void require_own_platform(const Scenario& scenario) {
  if (scenario.network.platform.empty()) return;
  for (const FaultConfig& fault : scenario.faults) {
    if (fault.kind != "slow" && fault.kind != "degrade") continue;
    throw UsageError(
        fmt::format("fault.kind = \"{}\" needs machines and links that the scenario describes; with network.platform they "
                    "are the file's",
                    fault.kind));
  }
}

std::vector<Party> targets_of(const FaultEvent& event) {
  std::vector<Party> parties(event.institutions.begin(), event.institutions.end());
  for (const NodeId validator : event.validators) parties.emplace_back(event.chain, validator);
  return parties;
}

bool ends(const FaultConfig& fault) { return fault.for_s > 0.0; }

}  // namespace

Faults::Faults(const Scenario& scenario, const Hosts& hosts, Agenda& agenda, Network& network)
    : scenario_(scenario),
      hosts_(hosts),
      agenda_(agenda),
      network_(network),
      schedule_(scenario),
      state_(scenario),
      losses_(Seed(scenario.seed) / "losses") {
  require_own_platform(scenario);
  for (const FaultConfig& fault : scenario.faults) {
    if (fault.kind != "churn") pending_ += (ends(fault) ? 2 : 1) * std::max<std::int64_t>(fault.draws, 1);
  }
}

void Faults::begin(std::vector<ChainWorld*> chains) {
  chains_ = std::move(chains);
  origin_s_ = sg4::Engine::get_clock();
  schedule_next();
}

bool Faults::connects(const Party& from, const Party& to) const {
  return is_up(from) && is_up(to) && !state_.are_separated(from, to);
}

bool Faults::loses(ChainId chain) {
  const double probability = state_.loss_probability(chain);
  return probability > 0.0 && losses_.uniform() < probability;
}

void Faults::schedule_next() {
  const std::optional<double> next_s = schedule_.next_s();
  if (!next_s) return;
  agenda_.at(origin_s_ + *next_s, [this, at_s = *next_s] {
    if (ended_) return;
    for (const FaultEvent& event : schedule_.take(at_s)) happen(event);
    schedule_next();
  });
}

void Faults::happen(const FaultEvent& event) {
  if (event.kind != "churn") --pending_;
  const FaultState::Change change = state_.apply(event);
  record(event, change);
  for (const Party& party : change.down) switch_off(party);
  for (const Party& party : change.up) switch_on(party);
  if (event.kind == "slow" || event.kind == "degrade") {
    for (const Party& party : targets_of(event)) adjust(party);
  }
  for (ChainWorld* chain : chains_) chain->reachability_changed();
}

void Faults::switch_off(const Party& party) {
  if (party.institution().value >= 0) {
    for (ChainWorld* chain : chains_) chain->institution_down(party.institution());
  } else {
    chains_[static_cast<std::size_t>(party.chain().value)]->machines().crash(party.validator());
  }
}

void Faults::switch_on(const Party& party) {
  if (party.institution().value >= 0) {
    for (ChainWorld* chain : chains_) chain->institution_up(party.institution());
  } else {
    chains_[static_cast<std::size_t>(party.chain().value)]->machines().restart(party.validator());
  }
}

sg4::Host* Faults::host(const Party& party) const {
  if (party.institution().value >= 0) return hosts_.institutions[static_cast<std::size_t>(party.institution().value)];
  return hosts_.validators.at(party.chain())[static_cast<std::size_t>(party.validator().value)];
}

void Faults::adjust(const Party& party) {
  sg4::Host* machine = host(party);
  const double wanted = machine->get_pstate_speed(0) * state_.speed_factor(party);
  for (unsigned long level = 0; level < machine->get_pstate_count(); ++level) {
    if (std::abs(machine->get_pstate_speed(level) - wanted) <= 1e-9 * wanted) machine->set_pstate(level);
  }
  const auto [found, is_new] = links_.try_emplace(party);
  if (is_new) {
    for (const char* direction : {" up", " down"}) {
      sg4::Link* link = sg4::Link::by_name(machine->get_name() + direction);
      found->second.push_back({link, link->get_bandwidth(), link->get_latency()});
    }
  }
  for (const Link& link : found->second) {
    link.link->set_bandwidth(link.bytes_per_s * state_.bandwidth_factor(party));
    link.link->set_latency(link.latency_s * state_.latency_factor(party));
  }
  network_.forget_routes();
}

void Faults::record(const FaultEvent& event, const FaultState::Change& change) {
  EventRow row;
  row.kind = event.kind + (event.begins ? " begins" : " ends");
  row.cause = "fault";
  row.detail = targets_text(scenario_, event);
  if (event.institutions.size() == 1) row.institution = event.institutions.front().value;
  row.consequence = consequence_text(state_, event, change);
  const bool concerns_all = event.chain.value < 0;
  for (ChainWorld* chain : chains_) {
    if (concerns_all || chain->plan().id == event.chain) chain->fault(row);
  }
}

}  // namespace polyclinic
