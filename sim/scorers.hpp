// Members that run validators score others' updates on their own data, and vote on the chain.
#pragma once

#include <simgrid/s4u/Actor.hpp>

#include <deque>
#include <map>

#include "core/ledger/chain_node.hpp"

namespace polyclinic {

class LearningWorld;

class Scorers {
 public:
  explicit Scorers(LearningWorld& world) : world_(world) {}

  // Blocks brought updates that await scores to a validator: the member that runs it scores each, one after the other.
  void awaited(NodeId node, const Effects& effects);
  // A member's machine is down; it is up again, and takes up what it had not scored.
  void crashed(InstitutionId member);
  void restarted(InstitutionId member);

 private:
  struct Task {
    NodeId node;
    RecordedUpdate update;
  };
  void work_on(InstitutionId scorer);
  void score(InstitutionId scorer, const Task& task);
  // False where the update was decided before anybody handed its payload out.
  [[nodiscard]] bool fetch(InstitutionId scorer, const Transaction& update);

  LearningWorld& world_;
  std::map<InstitutionId, std::deque<Task>> tasks_;
  std::map<InstitutionId, simgrid::s4u::ActorPtr> actors_;  // of those that are at work
};

}  // namespace polyclinic
