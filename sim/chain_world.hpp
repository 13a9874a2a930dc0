// One chain in one world: its actors' mailboxes, its learning, its payloads, and the clock that they share. The run is one
// world, the full_sharing baseline another one on hosts and links of its own.
#pragma once

#include <simgrid/forward.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/collaboration/chain_learning.hpp"
#include "core/ledger/chain_node.hpp"
#include "core/ledger/verification.hpp"
#include "sim/actor.hpp"
#include "sim/channel.hpp"
#include "sim/chronicle.hpp"
#include "sim/messages.hpp"
#include "sim/network.hpp"

namespace polyclinic {

// What a member must fetch to know a closed round.
struct RoundContent {
  std::vector<std::pair<InstitutionId, std::uint64_t>> payloads;  // author, bytes
  std::uint64_t ledger_bytes = 0;                                 // headers and transactions
  std::int64_t blocks = 0;                                        // final since the round before
};

struct WorldHosts {
  std::vector<simgrid::s4u::Host*> members;     // by position in the plan's members
  std::vector<simgrid::s4u::Host*> validators;  // by NodeId
};

class ChainWorld {
 public:
  ChainWorld(ChainPlanPointer plan, WorldHosts hosts, Stage& stage, Network& network, Pool& pool,
             const Scenario& scenario, std::unique_ptr<Chronicle> chronicle);

  [[nodiscard]] const ChainPlan& plan() const { return learning.plan(); }
  [[nodiscard]] double now_s() const;                       // since this world began
  [[nodiscard]] NodeId home(InstitutionId member) const;    // the validator that a member talks to
  [[nodiscard]] simgrid::s4u::Host* host(InstitutionId member) const { return hosts.members[plan().position(member)]; }
  [[nodiscard]] simgrid::s4u::Host* host(NodeId node) const {
    return hosts.validators[static_cast<std::size_t>(node.value)];
  }

  // Starts all actors; the world's time begins now. `on_end` is called in the last actor when it ends.
  void begin(std::function<void()> on_end = [] {});

  // A member has trained: its update exists from now on, wherever its bytes may be.
  void publish(InstitutionId member, std::int64_t round, const RoundOutcome& outcome);
  // A validator sees blocks become final, a round closed by them, or something rejected. The first to say so is recorded.
  void finalized(const std::vector<BlockPointer>& blocks);
  void round_closed(const ClosedRound& closed);
  void report(const std::vector<LedgerEvent>& events);
  // A validator has seen the last round close. When all have, they are told to stop.
  void validator_ended(const ChainNode& node);

  [[nodiscard]] const RoundContent& content(std::int64_t round) const {
    return contents_[static_cast<std::size_t>(round)];
  }
  [[nodiscard]] const LedgerExport& ledger_export() const { return export_; }

  ChainLearning learning;
  WorldHosts hosts;
  Stage& stage;
  Network& network;
  Traffic traffic;
  std::unique_ptr<Chronicle> chronicle;
  std::vector<std::unique_ptr<Channel<Announcement>>> member_mail;      // by position
  std::vector<std::unique_ptr<Channel<ValidatorMail>>> validator_mail;  // by NodeId
  std::shared_ptr<SignatureCache> signatures = std::make_shared<SignatureCache>();

 private:
  void spawn(const std::string& name, simgrid::s4u::Host* on, std::function<void()> life);
  void record_initial();
  void record_round(const ClosedRound& closed);
  [[nodiscard]] RoundRow round_row(const ClosedRound& closed);
  [[nodiscard]] std::vector<MemberRow> member_rows(const ClosedRound& closed, const std::vector<InstitutionId>& members) const;
  [[nodiscard]] std::vector<SharedUpdatePointer> updates_of(const ClosedRound& closed);
  void export_ledger(const ChainNode& node);
  void record_stale_blocks(const ChainNode& node);

  const Scenario& scenario_;
  double origin_s_ = 0.0;
  // An update that was trained and whose round is still open.
  struct Published {
    MemberRow row;
    double samples = 0.0;
    SharedUpdatePointer update;
  };
  std::map<std::pair<std::int64_t, InstitutionId>, Published> published_;  // by round and author
  std::vector<RoundContent> contents_;                                   // by round
  std::map<std::uint64_t, Digest> final_blocks_;                         // by height
  std::set<std::tuple<std::string, std::string, std::string, InstitutionId>> reported_;  // every validator sees the same
  std::uint64_t ledger_bytes_ = 0;                                       // of blocks final since the last closed round
  std::int64_t blocks_ = 0;                                              // their number
  std::uint64_t traffic_before_ = 0;
  std::size_t validators_ended_ = 0;
  std::size_t living_ = 0;
  std::function<void()> on_end_;
  LedgerExport export_;
};

}  // namespace polyclinic
