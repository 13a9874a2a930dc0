#include "core/ledger/chain_node.hpp"

#include <deque>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

Verdict check_payload(const Submission& submission, const ChainRules& rules) {
  const Transaction& transaction = submission.transaction;
  if (!submission.payload) {
    if (!rules.payload_on_chain) return {};
    return {Rejection::tampered_payload, "the payload is missing"};
  }
  if (submission.payload->bytes() != transaction.payload_bytes) {
    return {Rejection::tampered_payload, fmt::format("the payload has {} bytes, the transaction says {}",
                                                     submission.payload->bytes(), transaction.payload_bytes)};
  }
  if (submission.payload->digest() != transaction.payload) {
    return {Rejection::tampered_payload,
            fmt::format("the payload's digest is {}, the transaction says {}",
                        submission.payload->digest().short_hex(), transaction.payload.short_hex())};
  }
  return {};
}

std::string name_of(const Block& block) {
  return fmt::format("block {} of height {} by validator {}", block.hash().short_hex(), block.header().height,
                     block.header().proposer.value);
}

}  // namespace

// One input and all that follows from it at this node: actions queue up and are carried out in their order.
class ChainNode::Step {
 public:
  Step(ChainNode& node, double at_s) : node_(node), at_s_(at_s) {}

  // Whether the transaction is new and accepted.
  bool offer(const Submission& submission) {
    const Transaction& transaction = submission.transaction;
    effects_.work.bytes_hashed += transaction_bytes + (submission.payload ? submission.payload->bytes() : 0);
    Verdict verdict = check_payload(submission, *node_.rules_);
    if (verdict.accepted()) {
      verdict = node_.mempool_.add(transaction);
      effects_.work.signatures_verified += verdict.reason != Rejection::replayed_transaction;
    }
    if (!verdict.accepted()) reject("rejected transaction", verdict, describe(transaction), transaction.author);
    return verdict.accepted();
  }

  void send_to_all(const NodeMessage& message) {
    for (std::int32_t to = 0; to < node_.setup_.validators; ++to) {
      if (to != node_.setup_.self.value) effects_.outgoing.push_back({NodeId{to}, message});
    }
  }

  void push(Actions actions) {
    for (Action& action : actions) pending_.push_back(std::move(action));
  }

  [[nodiscard]] ConsensusView view() const { return {node_.ledger_, node_.mempool_, node_.contract_.deadline_s()}; }

  // What a consensus does in on_work() may itself be work for it.
  [[nodiscard]] Effects finish() {
    do {
      carry_out_pending();
      push(node_.consensus_->on_work(view(), at_s_));
    } while (!pending_.empty());
    return std::move(effects_);
  }

 private:
  static std::string describe(const Transaction& transaction) {
    return fmt::format("round {}, payload {} of {} bytes", transaction.round, transaction.payload.short_hex(),
                       transaction.payload_bytes);
  }

  void reject(const std::string& kind, const Verdict& verdict, const std::string& what, InstitutionId institution) {
    effects_.events.push_back(
        {kind, rejection_name(verdict.reason), fmt::format("{}: {}", what, verdict.detail), institution});
  }

  void carry_out_pending() {
    while (!pending_.empty()) {
      const Action action = std::move(pending_.front());
      pending_.pop_front();
      std::visit([this](const auto& kind) { carry_out(kind); }, action);
    }
  }

  void carry_out(const Send& send) { effects_.outgoing.push_back({send.to, send.message}); }
  void carry_out(const Broadcast& broadcast) { send_to_all(broadcast.message); }
  void carry_out(const Publish& publish) {
    carry_out(Append{publish.block});
    send_to_all(BlockMessage{publish.block});
  }
  void carry_out(const PublishTo& publish) {
    for (const NodeId to : publish.to) effects_.outgoing.push_back({to, BlockMessage{publish.block}});
  }
  void carry_out(const Notice& notice) {
    effects_.events.push_back({notice.kind, notice.cause, notice.detail, InstitutionId{}});
  }
  void carry_out(const CatchUp& catch_up) { effects_.outgoing.push_back({catch_up.from, CatchUpRequest{}}); }
  void carry_out(const SetTimer& timer) { effects_.timers.push_back(timer); }

  void carry_out(const Append& append) {
    const BlockPointer& block = append.block;
    if (node_.ledger_.find(block->hash())) return;
    const BlockPointer head = node_.ledger_.head();
    Verdict verdict = node_.consensus_->check(node_.ledger_, block->header());
    if (verdict.accepted()) verdict = node_.ledger_.append(block);
    if (verdict.reason == Rejection::unknown_parent) {
      node_.orphans_[block->header().parent].push_back(block);
      return;
    }
    charge(*block);
    if (!verdict.accepted()) return reject("rejected block", verdict, name_of(*block), InstitutionId{});
    note_reorganisation(*head);
    follow(block);
  }

  void carry_out(const Finalize& finalize) {
    const std::vector<BlockPointer> blocks = node_.ledger_.finalize(finalize.block);
    node_.mempool_.forget(blocks);
    for (const BlockPointer& block : blocks) apply(block);
  }

  void charge(const Block& block) {
    if (block.header().proposer == node_.setup_.self) {
      ++effects_.work.signatures_made;
      effects_.work.bytes_hashed += block.bytes() - block.header().payload_bytes;
      return;
    }
    ++effects_.work.signatures_verified;
    effects_.work.bytes_hashed += block.bytes();
    for (const Digest& id : block.transaction_ids()) effects_.work.signatures_verified += !node_.mempool_.knows(id);
  }

  void note_reorganisation(const Block& before) {
    const Block& now = *node_.ledger_.head();
    if (now.hash() == before.hash() || now.header().parent == before.hash()) return;
    effects_.events.push_back({"reorganisation", "heavier_branch",
                               fmt::format("from {} to {}", name_of(before), name_of(now)), InstitutionId{}});
  }

  // What a block in the tree entails: transactions it may have brought, finality, and the blocks that waited for it.
  void follow(const BlockPointer& block) {
    node_.mempool_.absorb(block);
    push(node_.consensus_->on_appended(view(), block, at_s_));
    const auto waiting = node_.orphans_.extract(block->hash());
    if (waiting.empty()) return;
    for (const BlockPointer& orphan : waiting.mapped()) pending_.push_back(Append{orphan});
  }

  void apply(const BlockPointer& block) {
    effects_.finalized.push_back(block);
    if (node_.rules_->load) return;
    RoundContract::Step step = node_.contract_.apply(block);
    for (const RejectedUpdate& update : step.rejected) {
      reject("rejected update", update.verdict, describe(update.transaction), update.transaction.author);
    }
    for (ClosedRound& closed : step.closed) effects_.closed.push_back(std::move(closed));
    for (RecordedUpdate& update : step.awaiting_scores) effects_.awaiting_scores.push_back(std::move(update));
  }

  ChainNode& node_;
  double at_s_;
  Effects effects_;
  std::deque<Action> pending_;
};

ChainNode::ChainNode(const ChainNodeSetup& setup)
    : ChainNode(setup, setup.signatures ? setup.signatures : std::make_shared<SignatureCache>()) {}

ChainNode::ChainNode(const ChainNodeSetup& setup, const std::shared_ptr<SignatureCache>& signatures)
    : rules_(setup.chain), setup_(setup.consensus), ledger_(rules_, signatures), mempool_(rules_, signatures),
      contract_(setup.rounds), consensus_(make_consensus(setup_)) {
  require(static_cast<std::size_t>(setup_.validators) == rules_->validators.size(),
          "chain {} has {} validators, its consensus is set up for {}", rules_->chain.value, rules_->validators.size(),
          setup_.validators);
}

Effects ChainNode::submit(const Submission& submission, double at_s) {
  Step step(*this, at_s);
  if (step.offer(submission)) step.send_to_all(submission);
  return step.finish();
}

Effects ChainNode::receive(NodeId from, const NodeMessage& message, double at_s) {
  Step step(*this, at_s);
  if (const auto* submission = std::get_if<Submission>(&message)) {
    if (!mempool_.knows(transaction_id(submission->transaction))) step.offer(*submission);
  } else if (const auto* vote = std::get_if<ConsensusMessagePointer>(&message)) {
    step.push(consensus_->on_message(step.view(), from, **vote, at_s));
  } else if (const auto* received = std::get_if<BlockMessage>(&message)) {
    step.push({Append{received->block}});
  }
  return step.finish();
}

Effects ChainNode::fire(TimerId timer, double at_s) {
  Step step(*this, at_s);
  step.push(consensus_->on_timer(step.view(), timer, at_s));
  return step.finish();
}

Effects ChainNode::start(double at_s) {
  Step step(*this, at_s);
  step.push(consensus_->on_start(step.view(), at_s));
  return step.finish();
}

Effects ChainNode::restart(double at_s) { return start(at_s); }

}  // namespace polyclinic
