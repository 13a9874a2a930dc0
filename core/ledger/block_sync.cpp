#include "core/ledger/block_sync.hpp"

#include <algorithm>

namespace polyclinic {
namespace {

constexpr int most_attempts = 8;
constexpr std::uint64_t dense_heights = 10;
constexpr std::uint64_t most_blocks = 64;
constexpr std::uint64_t most_full_blocks = 3;

std::uint64_t common_height(const CatchUpRequest& request, const Ledger& ledger) {
  const std::uint64_t top = ledger.head()->header().height;
  for (const Digest& hash : request.known) {
    const BlockPointer block = ledger.find(hash);
    const bool on_chain = block && block->header().height <= top &&
                          ledger.at_height(block->header().height)->hash() == hash;
    if (on_chain) return block->header().height;
  }
  return 0;
}

}  // namespace

std::vector<Digest> block_locator(const Ledger& ledger) {
  std::vector<Digest> known;
  std::uint64_t height = ledger.head()->header().height;
  for (std::uint64_t step = 1; height > 0; height -= std::min(height, step)) {
    known.push_back(ledger.at_height(height)->hash());
    if (known.size() > dense_heights) step *= 2;
  }
  known.push_back(ledger.at_height(0)->hash());
  return known;
}

CatchUpAnswer answer_catch_up(const CatchUpRequest& request, const Ledger& ledger, const Consensus& consensus) {
  const bool is_proved = consensus.finality_proof(ledger.finalized()->hash()) != nullptr;
  const std::uint64_t top = (is_proved ? ledger.finalized() : ledger.head())->header().height;
  CatchUpAnswer answer;
  std::uint64_t bytes = 0;
  for (std::uint64_t height = common_height(request, ledger) + 1; height <= top; ++height) {
    const BlockPointer block = ledger.at_height(height);
    bytes += block->bytes();
    const bool fits = answer.blocks.empty() || bytes / most_full_blocks <= ledger.rules().max_block_bytes;
    answer.complete = fits && answer.blocks.size() < most_blocks;
    if (!answer.complete) break;
    answer.blocks.push_back(block);
  }
  if (!answer.blocks.empty()) answer.proof = consensus.finality_proof(answer.blocks.back()->hash());
  return answer;
}

void StallWatch::look(bool waits, double at_s, Effects& effects) {
  if (!waits || is_armed_ || attempts_ >= most_attempts) return;
  is_armed_ = true;
  effects.timers.push_back({timer, at_s + patience_s_ * static_cast<double>(1 << attempts_)});
  attempts_when_armed_ = ++attempts_;
}

bool StallWatch::fire() {
  is_armed_ = false;
  return attempts_ == attempts_when_armed_;
}

void BlockSync::begin(std::optional<NodeId> first, const Ledger& ledger, double at_s, Effects& effects) {
  if (is_open_) return;
  attempts_ = 0;
  if (first && first->value >= 0) return ask(*first, block_locator(ledger), at_s, effects);
  ask_next(ledger, at_s, effects);
}

void BlockSync::follow_up(NodeId from, const CatchUpAnswer& answer, bool is_behind, const Ledger& ledger, double at_s,
                          Effects& effects) {
  if (!is_open_) return;
  const bool helped = !answer.blocks.empty() && ledger.find(answer.blocks.back()->hash());
  if (helped) attempts_ = 0;
  if (helped && !answer.complete) {
    std::vector<Digest> known = block_locator(ledger);
    known.insert(known.begin(), answer.blocks.back()->hash());  // which need not be on the head's chain yet
    return ask(from, std::move(known), at_s, effects);
  }
  is_open_ = false;
  if (is_behind || !answer.complete) ask_next(ledger, at_s, effects);
}

void BlockSync::fire(const Ledger& ledger, double at_s, Effects& effects) {
  if (!is_open_) return;
  is_open_ = false;
  ask_next(ledger, at_s, effects);
}

// Each attempt has twice the time of the one before it, as in Gossip.
void BlockSync::ask(NodeId peer, std::vector<Digest> known, double at_s, Effects& effects) {
  is_open_ = true;
  effects.outgoing.push_back({peer, CatchUpRequest{std::move(known)}});
  effects.timers.push_back({timer, at_s + timeout_s_ * static_cast<double>(1 << attempts_)});
  ++attempts_;
}

void BlockSync::ask_next(const Ledger& ledger, double at_s, Effects& effects) {
  if (peers_.empty() || attempts_ >= most_attempts) return;
  next_peer_ = (next_peer_ + 1) % peers_.size();
  ask(peers_[next_peer_], block_locator(ledger), at_s, effects);
}

}  // namespace polyclinic
