#include "core/ledger/hostile_validator.hpp"

#include <map>
#include <utility>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

// Does what the honest consensus does, but for what leaves it.
class Hostile : public Consensus {
 public:
  Hostile(std::unique_ptr<Consensus> honest, const ConsensusSetup& setup) : setup_(setup), honest_(std::move(honest)) {}

  Actions on_work(const ConsensusView& view, double at_s) override { return bend(view, honest_->on_work(view, at_s)); }
  Actions on_message(const ConsensusView& view, NodeId from, const ConsensusMessage& message, double at_s) override {
    return bend(view, honest_->on_message(view, from, message, at_s));
  }
  Actions on_timer(const ConsensusView& view, TimerId timer, double at_s) override {
    return bend(view, honest_->on_timer(view, timer, at_s));
  }
  Actions on_appended(const ConsensusView& view, const BlockPointer& block, double at_s) override {
    return bend(view, honest_->on_appended(view, block, at_s));
  }
  Actions on_start(const ConsensusView& view, double at_s) override { return bend(view, honest_->on_start(view, at_s)); }
  Verdict check(const KnownHeaders& known, const Header& header) const override { return honest_->check(known, header); }
  ConsensusMessagePointer finality_proof(const Digest& block) const override { return honest_->finality_proof(block); }
  bool proves_finality(const ConsensusMessage& proof, const Header& header) const override {
    return honest_->proves_finality(proof, header);
  }

 protected:
  // Puts what happens instead of `action` at the end of `instead`.
  virtual void bend(const ConsensusView& view, Action action, Actions& instead) = 0;

  ConsensusSetup setup_;

 private:
  Actions bend(const ConsensusView& view, Actions actions) {
    Actions instead;
    for (Action& action : actions) {
      if (!std::holds_alternative<Notice>(action)) bend(view, std::move(action), instead);
    }
    return instead;
  }

  std::unique_ptr<Consensus> honest_;
};

class Withholder final : public Hostile {
 public:
  using Hostile::Hostile;

 private:
  void bend(const ConsensusView&, Action action, Actions& instead) override {
    if (std::holds_alternative<Send>(action) || std::holds_alternative<Broadcast>(action)) return;
    if (const auto* publish = std::get_if<Publish>(&action)) {
      instead.emplace_back(Append{publish->block});
    } else {
      instead.push_back(std::move(action));
    }
  }
};

class Equivocator final : public Hostile {
 public:
  Equivocator(std::unique_ptr<Consensus> honest, const ConsensusSetup& setup) : Hostile(std::move(honest), setup) {
    std::vector<NodeId> others;
    for (std::int32_t i = 0; i < setup.validators; ++i) {
      if (NodeId{i} != setup.self) others.push_back(NodeId{i});
    }
    const auto middle = others.begin() + (std::ssize(others) + 1) / 2;
    first_half_.assign(others.begin(), middle);
    second_half_.assign(middle, others.end());
  }

 private:
  void bend(const ConsensusView& view, Action action, Actions& instead) override {
    if (const auto* publish = std::get_if<Publish>(&action)) {
      instead.emplace_back(Append{publish->block});
      instead.emplace_back(PublishTo{publish->block, first_half_});
      instead.emplace_back(PublishTo{twin(view, *publish->block), second_half_});
      return;
    }
    const auto* broadcast = std::get_if<Broadcast>(&action);
    ConsensusMessagePointer other = broadcast ? contradiction(view, *broadcast->message) : nullptr;
    if (!other) return instead.push_back(std::move(action));
    for (const NodeId to : first_half_) instead.emplace_back(Send{to, broadcast->message});
    for (const NodeId to : second_half_) instead.emplace_back(Send{to, other});
  }

  // What the second half is told; null where there is nothing to contradict. A block proposed again must stay what it was.
  ConsensusMessagePointer contradiction(const ConsensusView& view, const ConsensusMessage& message) {
    const BlockPointer proposal = message.proposal();
    if (proposal && proposal->header().proposer == setup_.self && !twins_.contains(proposal->hash())) {
      return message.with_proposal(twin(view, *proposal));
    }
    const Digest* vote = message.vote();
    const auto known = vote ? twins_.find(*vote) : twins_.end();
    return known == twins_.end() ? nullptr : message.with_vote(known->second);
  }

  BlockPointer twin(const ConsensusView& view, const Block& block) {
    Header header = block.header();
    if (block.transactions().empty()) header.time_s += time_tolerance_s / 2.0;
    header = describe(header, {}, view.ledger.rules().payload_on_chain);
    const auto twin = std::make_shared<const Block>(sign(header, setup_.keys), std::vector<Transaction>{});
    if (header.height != height_) twins_.clear();
    height_ = header.height;
    twins_.emplace(block.hash(), twin->hash());
    return twin;
  }

  std::vector<NodeId> first_half_, second_half_;
  std::uint64_t height_ = 0;
  std::map<Digest, Digest> twins_;  // of that height: own blocks, and what the second half got
};

struct Behaviour {
  NamedKind named;
  std::unique_ptr<Consensus> (*make)(std::unique_ptr<Consensus> honest, const ConsensusSetup& setup);
};

template <class Kind>
std::unique_ptr<Consensus> make(std::unique_ptr<Consensus> honest, const ConsensusSetup& setup) {
  return std::make_unique<Kind>(std::move(honest), setup);
}

std::vector<Behaviour> behaviours() {
  return {
      {{"withhold", "a validator that neither proposes nor votes, and keeps its blocks to itself"}, make<Withholder>},
      {{"equivocate", "a validator that makes two blocks instead of one, and shows each to half of the others"},
       make<Equivocator>},
  };
}

}  // namespace

std::vector<NamedKind> validator_behaviours() { return named_kinds(behaviours()); }

std::unique_ptr<Consensus> make_hostile(std::unique_ptr<Consensus> honest, const std::string& kind,
                                        const ConsensusSetup& setup) {
  const Behaviour behaviour = find_kind(behaviours(), "behaviour of a validator", kind);
  if (setup.rules.kind == "raft") {
    throw UsageError(
        fmt::format("behaviour \"{}\" of a validator: raft tolerates crashes only, no hostile validators", kind));
  }
  return behaviour.make(std::move(honest), setup);
}

}  // namespace polyclinic
