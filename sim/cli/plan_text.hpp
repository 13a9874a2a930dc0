// Parts of a plan in words, one line each, for `polyclinic check`.
#pragma once

#include <string>

#include "core/collaboration/plan.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

// What a chain makes of its data set: "the share from 0 to 0.8 of training and validation rows; seen with gain 0.5", or "".
[[nodiscard]] std::string data_text(const DataConfig& data);
// "dirichlet, without class 1 at scarce-*".
[[nodiscard]] std::string partition_text(const PartitionConfig& partition);
// "to 8 neighbours, announced first".
[[nodiscard]] std::string gossip_text(const GossipConfig& gossip);
// "fedavg, buffered: 4 updates a version, staleness hinge, defence none".
[[nodiscard]] std::string collaboration_text(const CollaborationConfig& collaboration);
// "head: conv1.*, alternate, up to 5 epochs by validation".
[[nodiscard]] std::string personalization_text(const PersonalizationConfig& personalization);
// "crash: clinic-3, at 10 s for 20 s"; targets as they are written.
[[nodiscard]] std::string fault_text(const FaultConfig& fault);
// "sign_flip: hospital-2, hospital-5, from round 3".
[[nodiscard]] std::string behaviour_text(const BehaviourConfig& behaviour);

}  // namespace polyclinic
