#include "core/ledger/chain_node.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/ledger/chain_step.hpp"
#include "core/ledger/hostile_validator.hpp"

namespace polyclinic {
namespace {

const Digest* block_in(const NodeMessage& message) {
  if (const auto* whole = std::get_if<BlockMessage>(&message)) return &whole->block->hash();
  if (const auto* compact = std::get_if<CompactBlock>(&message)) return &compact->block->hash();
  return nullptr;
}

// Blocks may well be that late.
double patience_s(const ConsensusRules& rules) { return std::max(10.0, 5.0 * rules.block_interval_s); }

std::unique_ptr<Consensus> make_validator(const ChainNodeSetup& setup) {
  std::unique_ptr<Consensus> honest = make_consensus(setup.consensus);
  if (setup.hostile.empty()) return honest;
  return make_hostile(std::move(honest), setup.hostile, setup.consensus);
}

}  // namespace

ChainNode::ChainNode(const ChainNodeSetup& setup)
    : ChainNode(setup, setup.signatures ? setup.signatures : std::make_shared<SignatureCache>()) {}

ChainNode::ChainNode(const ChainNodeSetup& setup, const std::shared_ptr<SignatureCache>& signatures)
    : rules_(setup.chain), rounds_(setup.rounds), signatures_(signatures), setup_(setup.consensus), limits_(setup.mempool),
      ledger_(rules_, signatures), mempool_(rules_, signatures, limits_), contract_(setup.rounds),
      consensus_(make_validator(setup)), gossip_(setup.gossip, setup_.self, setup_.validators),
      sync_(gossip_.neighbours(), setup.gossip.request_timeout_s), stall_(patience_s(setup_.rules)) {
  require(static_cast<std::size_t>(setup_.validators) == rules_->validators.size(),
          "chain {} has {} validators, its consensus is set up for {}", rules_->chain.value, rules_->validators.size(),
          setup_.validators);
}

Effects ChainNode::submit(const Submission& submission, double at_s) {
  Step step(*this, at_s);
  step.submit(submission);
  return step.finish();
}

Effects ChainNode::receive(NodeId from, const NodeMessage& message, double at_s) {
  if (const Digest* block = block_in(message); block && knows_block(*block)) return {};
  Step step(*this, at_s);
  std::visit([&](const auto& kind) { step.receive(from, kind); }, message);
  return step.finish();
}

Effects ChainNode::fire(TimerId timer, double at_s) {
  Step step(*this, at_s);
  step.fire(timer);
  return step.finish();
}

Effects ChainNode::start(double at_s) {
  Step step(*this, at_s);
  step.start();
  return step.finish();
}

Effects ChainNode::restart(double at_s) {
  lose_memory();
  Step step(*this, at_s);
  step.start();
  step.catch_up();
  return step.finish();
}

bool ChainNode::knows_block(const Digest& hash) const {
  return ledger_.find(hash) != nullptr || (!orphans_.empty() && orphans_.contains(hash));
}

bool ChainNode::waits_for_finality(double at_s) const {
  return mempool_.waiting() > 0 || contract_.deadline_s() <= at_s;
}

// The transactions of its blocks are on its disk: known where final, waiting where not.
void ChainNode::lose_memory() {
  orphans_.clear();
  gossip_.clear();
  sync_.clear();
  stall_.clear();
  mempool_ = Mempool(rules_, signatures_, limits_);
  mempool_.forget(ledger_.path(ledger_.at_height(0)->hash(), ledger_.finalized()->hash()));
  for (const BlockPointer& block : ledger_.blocks()) mempool_.absorb(block);
}

}  // namespace polyclinic
