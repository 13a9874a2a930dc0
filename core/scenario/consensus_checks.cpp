#include <numeric>

#include "core/scenario/table_check.hpp"

namespace polyclinic {
namespace {

void check_hosts(const ChainCheck& check) {
  const ConsensusConfig& consensus = check.chain().consensus;
  check.need(consensus.hosts != "members" || consensus.validators <= check.members(), "consensus.validators",
             consensus.validators,
             fmt::format("is more than the chain's {} members, which consensus.hosts = \"members\" makes run them",
                         check.members()));
}

// Settings that only some protocols read.
void check_protocol(const ChainCheck& check) {
  const ConsensusConfig& consensus = check.chain().consensus;
  const bool authority = consensus.kind == "proof_of_authority", work = consensus.kind == "proof_of_work";
  const bool votes = consensus.kind == "pbft" || consensus.kind == "raft";
  check.need(consensus.confirmations == 0 || authority || work, "consensus.confirmations", consensus.confirmations,
             "needs consensus.kind = \"proof_of_authority\" or \"proof_of_work\", or 0");
  check.need(!authority || consensus.confirmations < consensus.validators, "consensus.confirmations",
             consensus.confirmations,
             fmt::format("must be below consensus.validators = {}: they come from distinct other validators",
                         consensus.validators));
  check.need(consensus.timeout_s == 0.0 || votes, "consensus.timeout_s", consensus.timeout_s,
             "needs consensus.kind = \"pbft\" or \"raft\", or 0");
  check.need(consensus.retarget_blocks == 0 || work, "consensus.retarget_blocks", consensus.retarget_blocks,
             "needs consensus.kind = \"proof_of_work\", or 0");
}

void check_hash_shares(const ChainCheck& check) {
  const ConsensusConfig& consensus = check.chain().consensus;
  const std::vector<double>& shares = consensus.hash_shares;
  if (shares.empty()) return;
  const std::string written = fmt::format("a list of {}", shares.size());
  const auto need = [&](bool fine, const std::string& problem) {
    check.need(fine, "consensus.hash_shares", fmt::string_view(written), problem);
  };
  need(consensus.kind == "proof_of_work", "needs consensus.kind = \"proof_of_work\", or []");
  need(static_cast<std::int64_t>(shares.size()) <= consensus.validators,
       fmt::format("has more entries than there are validators, consensus.validators = {}", consensus.validators));
  need(std::accumulate(shares.begin(), shares.end(), 0.0) > 0.0, "has no entry above 0: somebody must mine");
}

void check_payload(const ChainCheck& check) {
  const ConsensusConfig& consensus = check.chain().consensus;
  check.need(consensus.replicas == 0 || consensus.payload == "off_chain", "consensus.replicas", consensus.replicas,
             "needs consensus.payload = \"off_chain\", or 0");
  check.need(consensus.replicas < check.members(), "consensus.replicas", consensus.replicas,
             fmt::format("must be below the chain's {} members: the author is one of them", check.members()));
}

void check_gossip(const ChainCheck& check) {
  const GossipConfig& gossip = check.chain().gossip;
  const std::int64_t validators = check.chain().consensus.validators;
  const std::string below = fmt::format("must be below consensus.validators = {}", validators);
  check.need(gossip.fan_out == 0 || gossip.fan_out < validators, "gossip.fan_out", gossip.fan_out, below + ", or 0 for all");
  check.need(gossip.hubs <= validators, "gossip.hubs", gossip.hubs,
             fmt::format("is more than consensus.validators = {}", validators));
  check.need(gossip.hubs == 0 || gossip.fan_out > 0, "gossip.hubs", gossip.hubs,
             "needs gossip.fan_out above 0: with 0 everybody is everybody's neighbour");
  check.need(gossip.hub_fan_out == 0 || gossip.hubs > 0, "gossip.hub_fan_out", gossip.hub_fan_out,
             "needs gossip.hubs above 0, or 0");
  check.need(gossip.hub_fan_out == 0 || gossip.hub_fan_out < validators, "gossip.hub_fan_out", gossip.hub_fan_out, below);
}

void check_load(const ChainCheck& check) {
  const ChainConfig& chain = check.chain();
  check.need(chain.load.blocks == 0 || chain.load.block_bytes < chain.consensus.max_block_bytes, "load.block_bytes",
             chain.load.block_bytes,
             fmt::format("does not fit consensus.max_block_bytes = {}", chain.consensus.max_block_bytes));
  check.need(chain.load.blocks == 0 || chain.consensus.payload == "on_chain", "consensus.payload", chain.consensus.payload,
             "must be \"on_chain\" on a chain with load.blocks: its made-up transactions have no payload");
}

}  // namespace

void check_consensus(const ChainCheck& check) {
  check_hosts(check);
  check_protocol(check);
  check_hash_shares(check);
  check_payload(check);
  check_gossip(check);
  check_load(check);
}

}  // namespace polyclinic
