// What members have published, and what each closed round (asynchronous: version) held.
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "core/collaboration/chain_learning.hpp"
#include "core/record/rows.hpp"
#include "core/sharing/update.hpp"

namespace polyclinic {

// Names an update: its author, the round or version that it was trained from, and its number among those.
struct UpdateName {
  InstitutionId author;
  std::int64_t round = 0;
  std::uint32_t nonce = 0;
  auto operator<=>(const UpdateName&) const = default;
};
[[nodiscard]] UpdateName name_of(const Transaction& transaction);

// What a member must fetch to know a closed round.
struct RoundContent {
  struct Payload {
    UpdateName name;
    std::uint64_t bytes = 0;
  };
  std::vector<Payload> payloads = {};
  std::uint64_t ledger_bytes = 0;  // headers and transactions of the blocks that became final since the round before
  std::int64_t blocks = 0;
  double closed_s = 0.0;  // when the first validator saw it closed
  std::uint64_t relayed_bytes = 0;  // of packets of other chains in those blocks
  std::int64_t relayed_signatures = 0;  // to be verified in them
  // Secure aggregation: keys, shares and unmaskings that count, whose signatures are verified; the bytes of the keys and
  // unmaskings, which all need for the sum; and members that shared secrets and whose updates do not count.
  std::int64_t statements = 0;
  std::uint64_t statement_bytes = 0;
  std::int64_t dropped = 0;
};

class RoundBook {
 public:
  explicit RoundBook(ChainPlanPointer plan) : plan_(std::move(plan)) {}

  // A member has trained: its update exists from now on, wherever its bytes may be.
  void publish(const UpdateName& name, const RoundOutcome& outcome);
  // Whether it is still to be decided whether an update counts.
  [[nodiscard]] bool is_open(const UpdateName& name) const {
    const auto found = published_.find(name);
    return found != published_.end() && !found->second.decided;
  }
  [[nodiscard]] const SharedUpdatePointer& update(const UpdateName& name) const { return published_.at(name).update; }
  // The updates of a round that closes now, in the order of its transactions.
  [[nodiscard]] std::vector<SharedUpdatePointer> updates_of(const ClosedRound& closed) const;
  void close(const ClosedRound& closed, RoundContent content);
  // The chain has refused an update.
  void decided(const UpdateName& name);
  // Whether a round that closed before closed with the same updates.
  [[nodiscard]] bool agrees(const ClosedRound& closed) const;

  [[nodiscard]] const RoundContent& content(std::int64_t round) const {
    return contents_.at(static_cast<std::size_t>(round));
  }
  // What came before the first round opened.
  void open(RoundContent content) { opening_ = std::move(content); }
  [[nodiscard]] const RoundContent& opening() const { return opening_; }
  // Rows of a round that closes now; times and traffic are left to the caller.
  [[nodiscard]] RoundRow round_row(const ClosedRound& closed) const;
  [[nodiscard]] std::vector<MemberRow> member_rows(const ClosedRound& closed,
                                                   const std::vector<InstitutionId>& members) const;

 private:
  struct Published {
    MemberRow row;
    double samples = 0.0;
    SharedUpdatePointer update;
    bool decided = false;
  };
  void forget_before(std::int64_t round);

  ChainPlanPointer plan_;
  std::map<UpdateName, Published> published_;
  std::vector<RoundContent> contents_;
  RoundContent opening_;
};

}  // namespace polyclinic
