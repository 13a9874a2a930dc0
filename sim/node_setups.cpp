#include "sim/node_setups.hpp"

#include <memory>

namespace polyclinic {

std::vector<ChainNodeSetup> node_setups(const ChainPlan& plan) {
  ChainNodeSetup setup;
  setup.chain = plan.rules;
  setup.rounds = plan.rounds;
  setup.gossip = plan.gossip;
  setup.mempool = {plan.config.consensus.mempool_transactions,
                   static_cast<std::uint64_t>(plan.config.consensus.mempool_bytes)};
  setup.signatures = std::make_shared<SignatureCache>();
  setup.consensus.rules = plan.consensus;
  setup.consensus.validators = static_cast<std::int64_t>(plan.validator_keys.size());
  if (plan.gossip.fan_out > 0) {
    setup.gossip.graph =
        std::make_shared<const std::vector<std::vector<NodeId>>>(neighbours(plan.gossip, setup.consensus.validators));
  }
  std::vector<ChainNodeSetup> setups;
  for (std::size_t node = 0; node < plan.validator_keys.size(); ++node) {
    setup.consensus.self = NodeId{static_cast<std::int32_t>(node)};
    setup.consensus.keys = plan.validator_keys[node];
    setup.consensus.seed = plan.seed / "consensus" / setup.consensus.self.value;
    setup.hostile = plan.validator_behaviours[node];
    setups.push_back(setup);
  }
  return setups;
}

}  // namespace polyclinic
