#include "core/ledger/proof_of_authority.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

using Slot = std::int64_t;

constexpr TimerId turn_timer = 0;
constexpr double horizon_s = 1e12;  // later dates are no dates: slots stay far from the limits of 64 bits

class ProofOfAuthority final : public Consensus {
 public:
  explicit ProofOfAuthority(const ConsensusSetup& setup)
      : setup_(setup), confirmations_(static_cast<std::size_t>(
                           setup.rules.confirmations > 0 ? setup.rules.confirmations : setup.validators / 2)) {}

  Actions on_work(const ConsensusView& view, double at_s) override {
    // A timer that is due but has not rung yet stays, however busy the driver is.
    const bool armed = armed_ && *armed_ >= slot_at(at_s) && *armed_ <= own_slot_from(at_s);
    if (armed) return {};
    const double wanted_s = next_block_wanted_s(view);
    if (wanted_s > horizon_s) return {};
    const Slot slot = own_slot_from(std::max(at_s, wanted_s));
    if (armed_ == slot) return {};
    armed_ = slot;
    return {SetTimer{turn_timer, std::max(at_s, begin_s(slot))}};
  }

  Actions on_start(const ConsensusView&, double) override {
    armed_.reset();
    return {};
  }

  Actions on_message(const ConsensusView&, NodeId, const ConsensusMessage&, double) override { return {}; }

  Actions on_timer(const ConsensusView& view, TimerId, double at_s) override {
    armed_.reset();
    const Slot slot = slot_at(at_s);
    const bool may = is_own(slot) && slot > last_sealed_ && begin_s(slot) > view.ledger.head()->header().time_s;
    if (!may || next_block_wanted_s(view) > begin_s(slot) + time_tolerance_s) return {};
    last_sealed_ = slot;
    return {Publish{seal(view, slot)}};
  }

  // The highest block that the new one makes final. Counting on the new block's branch, head or not, makes what is final a
  // function of the set of known blocks.
  Actions on_appended(const ConsensusView& view, const BlockPointer& block, double) override {
    const std::uint64_t final_height = view.ledger.finalized()->header().height;
    std::set<NodeId> signers;
    for (BlockPointer at = block; at->header().height > final_height; at = view.ledger.find(at->header().parent)) {
      const NodeId proposer = at->header().proposer;
      if (signers.size() - signers.count(proposer) >= confirmations_) return {Finalize{at->hash()}};
      signers.insert(proposer);
    }
    return {};
  }

  Verdict check(const Ledger&, const Header& header) const override {
    const bool has_slot = header.time_s > 0.0 && header.time_s < horizon_s;
    const Slot slot = has_slot ? slot_at(header.time_s) : 0;
    if (!has_slot || std::abs(header.time_s - begin_s(slot)) > time_tolerance_s || slot < 1) {
      return {Rejection::wrong_turn, fmt::format("at {} s, which is not a positive multiple of the interval of {} s",
                                                 header.time_s, setup_.rules.block_interval_s)};
    }
    if (slot % setup_.validators != header.proposer.value) {
      return {Rejection::wrong_turn, fmt::format("slot {} belongs to validator {}, not to {}", slot,
                                                 slot % setup_.validators, header.proposer.value)};
    }
    return {};
  }

 private:
  [[nodiscard]] double begin_s(Slot slot) const { return static_cast<double>(slot) * setup_.rules.block_interval_s; }
  [[nodiscard]] bool is_own(Slot slot) const { return slot % setup_.validators == setup_.self.value; }
  [[nodiscard]] Slot slot_at(double at_s) const {
    return static_cast<Slot>(std::floor((at_s + time_tolerance_s) / setup_.rules.block_interval_s));
  }

  // The first of this validator's unused slots that begins at or after `from_s`.
  [[nodiscard]] Slot own_slot_from(double from_s) const {
    const auto first = static_cast<Slot>(std::ceil((from_s - time_tolerance_s) / setup_.rules.block_interval_s));
    const Slot slot = std::max({first, last_sealed_ + 1, Slot{1}});
    const Slot n = setup_.validators;
    return slot + (((setup_.self.value - slot) % n) + n) % n;
  }

  // 0: at once; infinity: none is.
  [[nodiscard]] double next_block_wanted_s(const ConsensusView& view) const {
    const Block& head = *view.ledger.head();
    if (view.mempool.has_work(view.ledger, head.hash()) || could_confirm(view)) return 0.0;
    const bool deadline_met = head.header().time_s + time_tolerance_s >= view.wanted_at_s;
    return deadline_met ? std::numeric_limits<double>::infinity() : view.wanted_at_s;
  }

  // Whether the newest block that matters is neither final nor confirmed by this validator. Older ones that matter lie
  // below it: whoever could confirm one of them can confirm it too.
  [[nodiscard]] bool could_confirm(const ConsensusView& view) const {
    const std::uint64_t final_height = view.ledger.finalized()->header().height;
    for (BlockPointer at = view.ledger.head(); at->header().height > final_height;) {
      if (at->header().proposer == setup_.self) return false;
      const BlockPointer parent = view.ledger.find(at->header().parent);
      if (at->header().transactions > 0 || meets_deadline(*at, *parent, view.wanted_at_s)) return true;
      at = parent;
    }
    return false;
  }

  [[nodiscard]] static bool meets_deadline(const Block& block, const Block& parent, double wanted_s) {
    return block.header().time_s + time_tolerance_s >= wanted_s &&
           parent.header().time_s + time_tolerance_s < wanted_s;
  }

  [[nodiscard]] BlockPointer seal(const ConsensusView& view, Slot slot) const {
    const BlockPointer& parent = view.ledger.head();
    std::vector<Transaction> transactions = view.mempool.select(view.ledger, parent->hash());
    Header header;
    header.chain = view.ledger.rules().chain;
    header.height = parent->header().height + 1;
    header.parent = parent->hash();
    header.time_s = begin_s(slot);
    header.proposer = setup_.self;
    header = describe(header, transactions, view.ledger.rules().payload_on_chain);
    return std::make_shared<const Block>(sign(header, setup_.keys), std::move(transactions));
  }

  ConsensusSetup setup_;
  std::size_t confirmations_;
  Slot last_sealed_ = 0;
  std::optional<Slot> armed_;
};

void check_setup(const ConsensusSetup& setup) {
  if (setup.validators < 1) throw UsageError(fmt::format("consensus.validators is {}, needs 1 or more", setup.validators));
  if (!(setup.rules.block_interval_s >= 1e-3) || setup.rules.block_interval_s > horizon_s) {
    throw UsageError(fmt::format("consensus.block_interval_s is {}, needs 0.001 or more", setup.rules.block_interval_s));
  }
  if (setup.rules.confirmations < 0 || setup.rules.confirmations > setup.validators - 1) {
    throw UsageError(fmt::format("consensus.confirmations is {}, but {} validators have {} others to confirm a block",
                                 setup.rules.confirmations, setup.validators, setup.validators - 1));
  }
}

}  // namespace

std::unique_ptr<Consensus> make_proof_of_authority(const ConsensusSetup& setup) {
  check_setup(setup);
  return std::make_unique<ProofOfAuthority>(setup);
}

}  // namespace polyclinic
