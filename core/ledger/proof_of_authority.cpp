#include "core/ledger/proof_of_authority.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

#include "core/base/error.hpp"
#include "core/ledger/proposing.hpp"

namespace polyclinic {
namespace {

constexpr TimerId turn_timer = 0;
constexpr double horizon_s = 1e12;                                        // later dates are no dates
constexpr double in_turn_difficulty = 2.0, out_of_turn_difficulty = 1.0;  // EIP-225: DIFF_INTURN, DIFF_NOTURN

class ProofOfAuthority final : public Consensus {
 public:
  explicit ProofOfAuthority(const ConsensusSetup& setup)
      : setup_(setup),
        others_between_(setup.validators / 2),
        confirmations_(confirmations_by_authority(setup.rules, setup.validators)),
        step_s_(std::min(0.5, setup.rules.block_interval_s / 4.0)) {}

  Actions on_work(const ConsensusView& view, double at_s) override {
    look_at_head(view.ledger);
    // A timer that is due but has not rung yet stays, however busy the driver is.
    if (!turn_.may_sign || (armed_s_ && *armed_s_ <= date_s(at_s))) return {};
    const double wanted_s = next_block_wanted_s(view);
    if (wanted_s > horizon_s) return {};
    const double sign_s = date_s(std::max(at_s, wanted_s));
    if (armed_s_ && *armed_s_ <= sign_s) return {};
    armed_s_ = sign_s;
    return {SetTimer{turn_timer, sign_s}};
  }

  Actions on_start(const ConsensusView&, double at_s) override {
    // At the chain's beginning there is nothing to catch up with.
    if (at_s > 0.0) caught_up_s_ = at_s + setup_.rules.block_interval_s;
    turn_ = {};
    armed_s_.reset();
    return {};
  }

  Actions on_message(const ConsensusView&, NodeId, const ConsensusMessage&, double) override { return {}; }

  Actions on_timer(const ConsensusView& view, TimerId, double at_s) override {
    look_at_head(view.ledger);
    if (!armed_s_ || at_s + time_tolerance_s < *armed_s_) return {};
    armed_s_.reset();
    if (!turn_.may_sign || next_block_wanted_s(view) > at_s + time_tolerance_s) return {};
    const Block& parent = *turn_.head;
    const double time_s = std::max(at_s, turn_.from_s);
    last_sealed_ = {parent.hash(), time_s};
    turn_.may_sign = false;
    return {Publish{make_block(view.ledger.rules(), parent, setup_.self, 0, time_s,
                               view.mempool.select(view.ledger, parent.hash()), setup_.keys,
                               difficulty(parent.header().height + 1, setup_.self))}};
  }

  // The highest block of the head's branch with enough confirmations.
  Actions on_appended(const ConsensusView& view, const BlockPointer& block, double) override {
    if (view.ledger.head() != block) return {};
    const std::uint64_t final_height = view.ledger.finalized()->header().height;
    const auto confirmed = confirmed_by_authority(view.ledger, block->hash(), final_height, confirmations_);
    return confirmed ? Actions{Finalize{*confirmed}} : Actions{};
  }

  Verdict check(const KnownHeaders& known, const Header& header) const override {
    const Header* parent = known.find_header(header.parent);
    if (!parent || header.height != parent->height + 1) return {};  // check_place() says so
    if (header.proposer.value < 0 || header.proposer.value >= setup_.validators) {
      return {Rejection::wrong_turn, fmt::format("validator {} of {}", header.proposer.value, setup_.validators)};
    }
    if (!(header.time_s + time_tolerance_s >= parent->time_s + setup_.rules.block_interval_s)) {
      return {Rejection::too_early, fmt::format("at {} s on a parent at {} s, the interval is {} s", header.time_s,
                                                parent->time_s, setup_.rules.block_interval_s)};
    }
    if (signed_recently(known, *parent, header.proposer)) {
      return {Rejection::wrong_turn,
              fmt::format("validator {} signed one of the {} blocks before", header.proposer.value, others_between_)};
    }
    if (const double right = difficulty(header.height, header.proposer); header.difficulty != right) {
      return {Rejection::wrong_difficulty, fmt::format("difficulty {} by validator {} at height {}, needs {}",
                                                       header.difficulty, header.proposer.value, header.height, right)};
    }
    return {};
  }

 private:
  // What this validator may do on top of a head.
  struct Turn {
    BlockPointer head;
    bool may_sign = false;
    double from_s = 0.0;   // no block before
    double delay_s = 0.0;  // and none before that long after it, or after it is wanted
  };
  struct Sealed {
    Digest parent;
    double time_s = 0.0;
  };

  void look_at_head(const Ledger& ledger) {
    const BlockPointer& head = ledger.head();
    if (turn_.head == head) return;
    armed_s_.reset();
    turn_.head = head;
    const double own_s = last_sealed_ ? last_sealed_->time_s : 0.0;
    turn_.from_s = std::max({head->header().time_s, own_s, caught_up_s_}) + setup_.rules.block_interval_s;
    const bool has_sealed_here = last_sealed_ && last_sealed_->parent == head->hash();
    turn_.may_sign = !has_sealed_here && !signed_recently(ledger, head->header(), setup_.self);
    turn_.delay_s = delay_s(head->header().height + 1);
  }

  [[nodiscard]] double date_s(double wanted_s) const { return std::max(wanted_s, turn_.from_s) + turn_.delay_s; }

  [[nodiscard]] double delay_s(std::uint64_t height) const {
    if (is_in_turn(height, setup_.self)) return 0.0;
    const double steps = static_cast<double>(setup_.validators / 2);
    return step_s_ * (1.0 + steps * Random(setup_.seed / "wiggle" / height).uniform());
  }

  [[nodiscard]] bool is_in_turn(std::uint64_t height, NodeId node) const {
    return height % static_cast<std::uint64_t>(setup_.validators) == static_cast<std::uint64_t>(node.value);
  }
  [[nodiscard]] double difficulty(std::uint64_t height, NodeId node) const {
    return is_in_turn(height, node) ? in_turn_difficulty : out_of_turn_difficulty;
  }

  // Whether one of the last floor(n/2) blocks up to `head` is by `node`.
  [[nodiscard]] bool signed_recently(const KnownHeaders& known, const Header& head, NodeId node) const {
    const Header* at = &head;
    for (std::int64_t i = 0; i < others_between_ && at->height > 0; ++i, at = known.find_header(at->parent)) {
      if (at->proposer == node) return true;
    }
    return false;
  }

  // 0: at once; infinity: none is.
  [[nodiscard]] static double deadline_wanted_s(const ConsensusView& view) {
    const bool is_met = view.ledger.head()->header().time_s + time_tolerance_s >= view.wanted_at_s;
    return is_met ? std::numeric_limits<double>::infinity() : view.wanted_at_s;
  }
  [[nodiscard]] double next_block_wanted_s(const ConsensusView& view) const {
    if (view.mempool.has_work(view.ledger, view.ledger.head()->hash()) || could_confirm(view)) return 0.0;
    return deadline_wanted_s(view);
  }

  // Whether the newest block that matters lacks confirmations, and this validator's too. Older ones that matter lie below it:
  // whoever could confirm one of them can confirm it too. What is final here does not count: on another branch it may have
  // been, which others do not know.
  [[nodiscard]] bool could_confirm(const ConsensusView& view) const {
    std::set<NodeId> signers;
    for (BlockPointer at = view.ledger.head(); at->header().height > 0 && signers.size() <= confirmations_;) {
      const NodeId signer = at->header().proposer;
      if (signer == setup_.self) return false;
      const BlockPointer parent = view.ledger.find(at->header().parent);
      if (at->header().transactions > 0 || meets_deadline(*at, *parent, view.wanted_at_s)) {
        return signers.size() - signers.count(signer) < confirmations_;
      }
      signers.insert(signer);
      at = parent;
    }
    return false;
  }

  [[nodiscard]] static bool meets_deadline(const Block& block, const Block& parent, double wanted_s) {
    return block.header().time_s + time_tolerance_s >= wanted_s && parent.header().time_s + time_tolerance_s < wanted_s;
  }

  ConsensusSetup setup_;
  std::int64_t others_between_;  // blocks of others between two of the same signer, at least
  std::size_t confirmations_;
  double step_s_;                      // of the delay out of turn
  std::optional<Sealed> last_sealed_;  // survives a crash, as does the ledger
  double caught_up_s_ = 0.0;
  Turn turn_;
  std::optional<double> armed_s_;
};

void check_setup(const ConsensusSetup& setup) {
  check_proposing_setup(setup);
  if (setup.rules.confirmations < 0 || setup.rules.confirmations > setup.validators - 1) {
    throw UsageError(fmt::format("consensus.confirmations is {}, but {} validators have {} others to confirm a block",
                                 setup.rules.confirmations, setup.validators, setup.validators - 1));
  }
}

}  // namespace

std::size_t confirmations_by_authority(const ConsensusRules& rules, std::int64_t validators) {
  return static_cast<std::size_t>(rules.confirmations > 0 ? rules.confirmations : validators / 2);
}

std::optional<Digest> confirmed_by_authority(const KnownHeaders& known, const Digest& head, std::uint64_t final_height,
                                             std::size_t confirmations) {
  std::set<NodeId> signers;
  Digest at = head;
  for (const Header* header = known.find_header(at); header->height > final_height; header = known.find_header(at)) {
    if (signers.size() - signers.count(header->proposer) >= confirmations) return at;
    signers.insert(header->proposer);
    at = header->parent;
  }
  return std::nullopt;
}

std::unique_ptr<Consensus> make_proof_of_authority(const ConsensusSetup& setup) {
  check_setup(setup);
  return std::make_unique<ProofOfAuthority>(setup);
}

}  // namespace polyclinic
