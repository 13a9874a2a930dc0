#include "sim/connections.hpp"

#include <simgrid/s4u/Engine.hpp>

#include <utility>

#include "sim/cost_model.hpp"

namespace polyclinic {

Connections::Connections(const ChainPlan& plan, const Services& services, const Reachability& reachability,
                         std::function<simgrid::s4u::Host*(InstitutionId)> member_host,
                         std::function<simgrid::s4u::Host*(NodeId)> validator_host, Greeted greeted)
    : plan_(plan),
      services_(services),
      reachability_(reachability),
      member_host_(std::move(member_host)),
      validator_host_(std::move(validator_host)),
      greeted_(std::move(greeted)) {
  const auto validators = static_cast<std::int32_t>(plan.validator_keys.size());
  for (std::size_t i = 0; i < plan.members.size(); ++i) {
    homes_.push_back({NodeId{static_cast<std::int32_t>(i) % validators}});
  }
}

bool Connections::reaches(InstitutionId member, NodeId validator) const {
  return reachability_.connects(member, Party(plan_.id, validator));
}

bool Connections::is_connected(InstitutionId member) const { return reaches(member, home(member)); }

void Connections::connect(InstitutionId member) {
  Home& home = home_of(member);
  if (stopped_ || home.reconnecting || !reachability_.is_up(member)) return;
  const auto validators = static_cast<std::int32_t>(plan_.validator_keys.size());
  for (std::int32_t i = 0; i < validators; ++i) {
    const NodeId next{(home.validator.value + i) % validators};
    if (!reaches(member, next)) continue;
    home.validator = next;
    return greet(member);
  }
  try_later(member);
}

void Connections::connect_elsewhere(InstitutionId member) {
  Home& home = home_of(member);
  home.validator.value = (home.validator.value + 1) % static_cast<std::int32_t>(plan_.validator_keys.size());
  connect(member);
}

void Connections::heard(InstitutionId member) { home_of(member).heard_s = simgrid::s4u::Engine::get_clock(); }

void Connections::watch_silence(InstitutionId member, double patience_s) {
  services_.agenda.at(simgrid::s4u::Engine::get_clock() + patience_s, [this, member, patience_s] {
    if (stopped_) return;
    const bool silent = simgrid::s4u::Engine::get_clock() - home_of(member).heard_s >= patience_s;
    if (silent && reachability_.is_up(member)) connect_elsewhere(member);
    watch_silence(member, patience_s);
  });
}

void Connections::try_later(InstitutionId member) {
  home_of(member).reconnecting = true;
  services_.agenda.at(simgrid::s4u::Engine::get_clock() + cost::reconnection_s, [this, member] {
    home_of(member).reconnecting = false;
    connect(member);
  });
}

void Connections::greet(InstitutionId member) {
  const NodeId validator = home(member);
  services_.wire.send(member_host_(member), validator_host_(validator), cost::request_bytes, [this, member, validator] {
    if (stopped_) return;
    if (reaches(member, validator)) return greeted_(member, validator);
    connect(member);
  });
}

void Connections::reachability_changed() {
  for (const InstitutionId member : plan_.members) {
    if (reachability_.is_up(member) && !is_connected(member) && !home_of(member).reconnecting) try_later(member);
  }
}

}  // namespace polyclinic
