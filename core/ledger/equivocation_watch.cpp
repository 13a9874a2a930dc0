#include "core/ledger/equivocation_watch.hpp"

#include <fmt/format.h>

#include <utility>

namespace polyclinic {
namespace {

constexpr std::size_t most_places =
    10'000;  // more than protocols leave open at a time; whoever makes up more gains nothing
constexpr std::uint64_t heights_ahead = 2;

class Watched final : public Consensus {
 public:
  explicit Watched(std::unique_ptr<Consensus> consensus) : consensus_(std::move(consensus)) {}

  Actions on_work(const ConsensusView& view, double at_s) override { return consensus_->on_work(view, at_s); }
  Actions on_timer(const ConsensusView& view, TimerId timer, double at_s) override {
    return consensus_->on_timer(view, timer, at_s);
  }
  Actions on_start(const ConsensusView& view, double at_s) override { return consensus_->on_start(view, at_s); }
  Verdict check(const KnownHeaders& known, const Header& header) const override { return consensus_->check(known, header); }
  ConsensusMessagePointer finality_proof(const Digest& block) const override { return consensus_->finality_proof(block); }
  bool proves_finality(const ConsensusMessage& proof, const Header& header) const override {
    return consensus_->proves_finality(proof, header);
  }

  // Of a proposal that somebody else repeats, the signature is not known to be good before the block is in the ledger.
  Actions on_message(const ConsensusView& view, NodeId from, const ConsensusMessage& message, double at_s) override {
    Actions actions = consensus_->on_message(view, from, message, at_s);
    const BlockPointer proposal = message.proposal();
    const std::uint64_t final_height = view.ledger.finalized()->header().height;
    const bool counts =
        proposal && proposal->header().proposer == from && proposal->header().height <= final_height + heights_ahead;
    if (counts) see(*proposal, view.ledger, actions);
    return actions;
  }

  Actions on_appended(const ConsensusView& view, const BlockPointer& block, double at_s) override {
    Actions actions = consensus_->on_appended(view, block, at_s);
    see(*block, view.ledger, actions);
    return actions;
  }

 private:
  void see(const Block& block, const Ledger& ledger, Actions& actions) {
    std::optional<Notice> notice = watch_.see(block, ledger.finalized()->header().height);
    if (!notice) return;
    notice->consequence = ledger.rules().fork_choice.may_reverse ? "both are branches, and the heavier one wins"
                                                                 : "at most one of them gathers a quorum of votes";
    actions.emplace_back(std::move(*notice));
  }

  std::unique_ptr<Consensus> consensus_;
  EquivocationWatch watch_;
};

}  // namespace

std::optional<Notice> EquivocationWatch::see(const Block& block, std::uint64_t final_height) {
  while (!seen_.empty() && seen_.begin()->first.height < final_height) seen_.erase(seen_.begin());
  const Header& header = block.header();
  const Place place{header.height, header.view, header.proposer, header.parent};
  const auto known = seen_.find(place);
  if (known == seen_.end()) {
    if (seen_.size() < most_places) seen_.emplace(place, Seen{block.hash()});
    return std::nullopt;
  }
  if (known->second.first == block.hash() || known->second.noticed) return std::nullopt;
  known->second.noticed = true;
  return Notice{"equivocation", "conflicting_blocks",
                fmt::format("validator {} signed blocks {} and {} of height {}", header.proposer.value,
                            known->second.first.short_hex(), block.hash().short_hex(), header.height),
                ""};
}

std::unique_ptr<Consensus> watch_equivocation(std::unique_ptr<Consensus> consensus) {
  return std::make_unique<Watched>(std::move(consensus));
}

}  // namespace polyclinic
