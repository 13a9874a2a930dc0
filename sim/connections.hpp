// Which validator each member talks to. A member whose validator is out of reach notices when its connection breaks, and goes
// on to the next one that answers.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/collaboration/plan.hpp"
#include "sim/reachability.hpp"
#include "sim/services.hpp"

namespace polyclinic {

class Connections {
 public:
  // Called when a member has (re)connected to a validator: at the validator's, a request's travel later.
  using Greeted = std::function<void(InstitutionId member, NodeId validator)>;

  Connections(const ChainPlan& plan, const Services& services, const Reachability& reachability,
              std::function<simgrid::s4u::Host*(InstitutionId)> member_host,
              std::function<simgrid::s4u::Host*(NodeId)> validator_host, Greeted greeted);

  [[nodiscard]] NodeId home(InstitutionId member) const { return homes_[plan_.position(member)].validator; }
  // Whether the member reaches its home now.
  [[nodiscard]] bool is_connected(InstitutionId member) const;
  // Connects to the next validator in reach, or stays with the present one if that answers; tries again until one does.
  void connect(InstitutionId member);
  void connect_elsewhere(InstitutionId member);
  // A member hears of its home. Where validators may be hostile, one that has heard nothing for `patience_s` tries the next one;
  // honest ones that are in reach always tell.
  void heard(InstitutionId member);
  void watch_silence(InstitutionId member, double patience_s);
  // Members that lose their home by it notice after a while.
  void reachability_changed();
  void stop() { stopped_ = true; }

 private:
  struct Home {
    NodeId validator;
    bool reconnecting = false;
    double heard_s = 0.0;
  };
  [[nodiscard]] Home& home_of(InstitutionId member) { return homes_[plan_.position(member)]; }
  [[nodiscard]] bool reaches(InstitutionId member, NodeId validator) const;
  void try_later(InstitutionId member);
  void greet(InstitutionId member);

  const ChainPlan& plan_;
  Services services_;
  const Reachability& reachability_;
  std::function<simgrid::s4u::Host*(InstitutionId)> member_host_;
  std::function<simgrid::s4u::Host*(NodeId)> validator_host_;
  Greeted greeted_;
  std::vector<Home> homes_;  // by position
  bool stopped_ = false;
};

}  // namespace polyclinic
