#include "core/scenario/fault_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/counted.hpp"

namespace polyclinic {
namespace {

std::string machines_text(const FaultEvent& event, const FaultState::Change& change) {
  const std::size_t machines = change.down.size() + change.up.size();
  if (machines == 0) return event.begins ? "nothing: down already" : "nothing: down for another fault";
  return fmt::format("{} {} {}", counted(machines, "machine"), machines == 1 ? "is" : "are",
                     event.begins ? "down" : "up again");
}

// "0.1", or "0.05 to 0.1" where the targets differ, since other faults concern some of them.
template <class Factor>
std::string factor_text(const std::vector<Party>& targets, Factor factor) {
  double low = factor(targets.front()), high = low;
  for (const Party& target : targets) {
    low = std::min(low, factor(target));
    high = std::max(high, factor(target));
  }
  return low == high ? fmt::format("{:.3g}", low) : fmt::format("{:.3g} to {:.3g}", low, high);
}

std::string speed_text(const FaultState& state, const std::vector<Party>& targets) {
  const std::string factor = factor_text(targets, [&](const Party& party) { return state.speed_factor(party); });
  const bool one = targets.size() == 1;
  if (factor == "1") return one ? "computes at its full speed" : "compute at their full speed";
  return fmt::format("{} at {} of {} speed", one ? "computes" : "compute", factor, one ? "its" : "their");
}

std::string links_text(const FaultState& state, const std::vector<Party>& targets) {
  const std::string bandwidth = factor_text(targets, [&](const Party& party) { return state.bandwidth_factor(party); });
  const std::string latency = factor_text(targets, [&](const Party& party) { return state.latency_factor(party); });
  const char* whose = targets.size() == 1 ? "its" : "their";
  if (bandwidth == "1" && latency == "1") return fmt::format("{} links are as they were built", whose);
  const std::string slower = latency == "1" ? "" : fmt::format(" and {} times their latency", latency);
  return fmt::format("{} links have {} of their bandwidth{}", whose, bandwidth, slower);
}

std::string partition_text(const FaultState& state, const FaultEvent& event, const std::vector<Party>& targets) {
  const auto is_institution = [](const Party& party) { return party.institution().value >= 0; };
  const auto institutions = static_cast<std::size_t>(std::count_if(targets.begin(), targets.end(), is_institution));
  const std::size_t validators = targets.size() - institutions;
  std::string who = institutions > 0 ? counted(institutions, "institution") : "";
  if (validators > 0) who += (institutions > 0 ? " and " : "") + counted(validators, "validator");
  const bool one = targets.size() == 1;
  if (event.begins) return fmt::format("{} {} cut off from the others", who, one ? "is" : "are");
  if (state.is_split()) return "another partition goes on";
  return fmt::format("{} {} the others again", who, one ? "reaches" : "reach");
}

std::string loss_text(double probability) {
  return probability > 0.0 ? fmt::format("a message is lost with probability {:.3g}", probability) : "no message is lost";
}

}  // namespace

std::string consequence_text(const FaultState& state, const FaultEvent& event, const FaultState::Change& change) {
  if (event.kind == "loss") return loss_text(state.loss_probability(event.chain));
  if (event.kind == "crash" || event.kind == "churn") return machines_text(event, change);
  if (event.kind == "partition") return partition_text(state, event, state.targets(event));
  std::vector<Party> named(event.institutions.begin(), event.institutions.end());
  for (const NodeId validator : event.validators) named.emplace_back(event.chain, validator);
  return event.kind == "slow" ? speed_text(state, named) : links_text(state, named);
}

}  // namespace polyclinic
