// What a chain node does first with each kind of input; what follows from that is in chain_step.cpp.
#include <algorithm>

#include "core/base/error.hpp"
#include "core/ledger/chain_step.hpp"

namespace polyclinic {
namespace {

// Of a payload of `whole` bytes that is split: the parts are equal, the last has what remains.
std::uint64_t part_bytes(const Transaction& transaction, std::uint64_t whole) {
  const std::uint64_t parts = std::max<std::uint64_t>(transaction.parts, 1);
  const std::uint64_t each = whole / parts + (whole % parts != 0);
  const std::uint64_t before = std::min(whole, each * transaction.part);
  return std::min(each, whole - before);
}

Verdict check_payload(const Submission& submission, const ChainRules& rules) {
  const Transaction& transaction = submission.transaction;
  if (!submission.payload) {
    if (!is_stored(transaction, rules.payload_on_chain) || transaction.payload_bytes == 0) return {};
    return {Rejection::tampered_payload, "the payload is missing"};
  }
  const std::uint64_t bytes = part_bytes(transaction, submission.payload->bytes());
  if (bytes != transaction.payload_bytes) {
    return {Rejection::tampered_payload,
            fmt::format("the payload has {} bytes, the transaction says {}", bytes, transaction.payload_bytes)};
  }
  if (submission.payload->digest() != transaction.payload) {
    return {Rejection::tampered_payload,
            fmt::format("the payload's digest is {}, the transaction says {}", submission.payload->digest().short_hex(),
                        transaction.payload.short_hex())};
  }
  return {};
}

// Refused before anybody looks at the signature.
bool costs_no_signature(Rejection reason) {
  return reason == Rejection::replayed_transaction || reason == Rejection::mempool_full;
}

const char* consequence_of(Rejection reason) {
  if (reason == Rejection::replayed_transaction) return "the one that is known stays";
  if (reason == Rejection::mempool_full) return "it must be submitted again to get into a block from here";
  return "it does not enter the pool";
}

}  // namespace

bool ChainNode::Step::offer(const Submission& submission, const Digest& id) {
  const Transaction& transaction = submission.transaction;
  effects_.work.bytes_hashed += transaction_bytes + (submission.payload ? transaction.payload_bytes : 0);
  Verdict verdict = check_payload(submission, *node_.rules_);
  if (verdict.accepted()) {
    verdict = node_.mempool_.add(transaction);
    effects_.work.signatures_verified += !costs_no_signature(verdict.reason);
  }
  if (!verdict.accepted()) {
    reject("rejected transaction", verdict, describe(transaction), transaction.author, consequence_of(verdict.reason));
    return false;
  }
  node_.gossip_.keep(submission, id);
  node_.stall_.encourage();
  return true;
}

void ChainNode::Step::submit(const Submission& submission) {
  const Digest id = transaction_id(submission.transaction);
  const bool waits = node_.mempool_.find(id) != nullptr;
  if (offer(submission, id) || waits) node_.gossip_.spread(submission, id, std::nullopt, effects_);
}

void ChainNode::Step::receive(NodeId from, const ConsensusMessagePointer& message) {
  effects_.work.signatures_verified += message->signatures();
  push(node_.consensus_->on_message(view(), from, *message, at_s_));
}

// What was missing in a block is an answer to this node alone.
void ChainNode::Step::receive(NodeId from, const Submission& submission) {
  const Digest id = transaction_id(submission.transaction);
  const bool is_missing = node_.gossip_.is_missing(id);
  if (!is_missing && node_.mempool_.knows(id)) return;
  const bool is_new = !node_.mempool_.knows(id) && offer(submission, id);
  if (is_new && !is_missing) node_.gossip_.spread(submission, id, from, effects_);
  if (!check_payload(submission, *node_.rules_).accepted()) return;
  for (const Gossip::Complete& complete : node_.gossip_.have_transaction(id)) arrive(complete.block, complete.from);
}

void ChainNode::Step::receive(NodeId from, const BlockMessage& message) { arrive(message.block, from); }

void ChainNode::Step::receive(NodeId from, const CompactBlock& message) {
  std::vector<Digest> missing;
  for (const Digest& id : message.block->transaction_ids()) {
    if (!node_.mempool_.knows(id)) missing.push_back(id);
  }
  if (missing.empty()) return arrive(message.block, from);
  node_.gossip_.want_rest(message.block, std::move(missing), from, at_s_, effects_);
}

void ChainNode::Step::receive(NodeId from, const Inventory& inventory) {
  for (const Digest& block : inventory.blocks) {
    if (!node_.knows_block(block)) node_.gossip_.want_block(block, from, at_s_, effects_);
  }
  for (const Digest& id : inventory.transactions) {
    if (!node_.mempool_.knows(id)) node_.gossip_.want_transaction(id, from, at_s_, effects_);
  }
}

void ChainNode::Step::receive(NodeId from, const Request& request) {
  node_.gossip_.answer(from, request, node_.ledger_, node_.mempool_, effects_);
}

// Whoever asks from a head that is unknown here has something to tell as well.
void ChainNode::Step::receive(NodeId from, const CatchUpRequest& request) {
  effects_.outgoing.push_back({from, answer_catch_up(request, node_.ledger_, *node_.consensus_)});
  const bool knows_more = !request.known.empty() && !node_.knows_block(request.known.front());
  if (knows_more) node_.sync_.begin(from, node_.ledger_, at_s_, effects_);
}

void ChainNode::Step::receive(NodeId from, const CatchUpAnswer& answer) {
  const bool is_proved = answer.proof && !answer.blocks.empty();
  if (is_proved) {
    effects_.work.signatures_verified += answer.proof->signatures();
    if (!node_.consensus_->proves_finality(*answer.proof, answer.blocks.back()->header())) return;
  }
  for (const BlockPointer& block : answer.blocks) {
    append(block, std::nullopt);
    carry_out_pending();
  }
  if (is_proved) push(node_.consensus_->on_message(view(), from, *answer.proof, at_s_));
  carry_out_pending();
  node_.sync_.follow_up(from, answer, !node_.orphans_.empty(), node_.ledger_, at_s_, effects_);
}

void ChainNode::Step::fire(TimerId timer) {
  if (timer == Gossip::timer) return node_.gossip_.fire(at_s_, effects_);
  if (timer == BlockSync::timer) return node_.sync_.fire(node_.ledger_, at_s_, effects_);
  if (timer == StallWatch::timer) return node_.stall_.fire() ? catch_up() : void();
  push(node_.consensus_->on_timer(view(), timer, at_s_));
}

void ChainNode::Step::start() { push(node_.consensus_->on_start(view(), at_s_)); }

void ChainNode::Step::catch_up() { node_.sync_.begin(std::nullopt, node_.ledger_, at_s_, effects_); }

void ChainNode::Step::arrive(const BlockPointer& block, NodeId from) {
  node_.gossip_.have_block(block->hash());
  node_.pending_.push_back({Append{block}, from});
}

}  // namespace polyclinic
