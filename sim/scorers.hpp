// Members that run validators score others' updates on their own data, and vote on the chain.
#pragma once

#include "core/ledger/chain_node.hpp"

namespace polyclinic {

class LearningWorld;

class Scorers {
 public:
  explicit Scorers(LearningWorld& world) : world_(world) {}

  // Blocks brought updates that await scores to a validator: the member that runs it scores each, one after the other.
  void awaited(NodeId node, const Effects& effects);

 private:
  void score(InstitutionId scorer, NodeId node, const RecordedUpdate& recorded);

  LearningWorld& world_;
};

}  // namespace polyclinic
