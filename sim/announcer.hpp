// What members hear of their chain: each from the validator that it is connected to.
#pragma once

#include "core/ledger/chain_node.hpp"

namespace polyclinic {

class LearningWorld;

class Announcer {
 public:
  explicit Announcer(LearningWorld& world) : world_(world) {}

  // Blocks became final at a validator: it tells those of its members whom that concerns. Synchronous: who takes part in the
  // round that has opened, or in its phase; asynchronous: whose updates these blocks brought; everybody when the collaboration has ended.
  void finalized(NodeId node, const ChainNode& state, const Effects& effects);
  // A member has (re)connected: it hands over what this validator does not know of, and hears what is open.
  void greeted(InstitutionId member, NodeId validator);

 private:
  void announce(InstitutionId member, NodeId from, const ChainNode& state);
  void settle(InstitutionId member, const ChainNode& state);

  LearningWorld& world_;
};

}  // namespace polyclinic
