// A chain whose members learn: machines, members, what they published, and who heard of it.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/announcer.hpp"
#include "sim/chain_watch.hpp"
#include "sim/chain_world.hpp"
#include "sim/channel.hpp"
#include "sim/connections.hpp"
#include "sim/exports.hpp"
#include "sim/gateway.hpp"
#include "sim/payload_store.hpp"
#include "sim/round_book.hpp"
#include "sim/scorers.hpp"
#include "sim/submissions.hpp"

namespace polyclinic {

class InstitutionLife;

class LearningWorld : public ChainWorld, public ChainMachines::Observer {
 public:
  LearningWorld(ChainPlanPointer plan, WorldHosts world_hosts, const Services& world_services,
                Reachability& world_reachability, std::unique_ptr<Chronicle> world_chronicle);
  ~LearningWorld() override;

  void connect(const std::vector<ChainWorld*>& chains) override;
  void begin(std::function<void()> on_end) override;
  void finish() override;
  [[nodiscard]] const ChainPlan& plan() const override { return learner.plan(); }
  [[nodiscard]] ChainMachines& machines() override { return *machines_; }
  void institution_down(InstitutionId institution) override;
  void institution_up(InstitutionId institution) override;
  void reachability_changed() override { connections->reachability_changed(); }
  void fault(const EventRow& event) override;
  [[nodiscard]] const LedgerExport& ledger_export() const override { return export_; }
  [[nodiscard]] const ChainLearning& learning() const override { return learner; }
  [[nodiscard]] Traffic wire_traffic() const override { return traffic; }

  // ---- for the members' lives
  [[nodiscard]] double now_s() const { return machines_->now_s(); }
  [[nodiscard]] simgrid::s4u::Host* host(InstitutionId member) const { return hosts.members[plan().position(member)]; }
  [[nodiscard]] simgrid::s4u::Host* home_host(InstitutionId member) const;
  [[nodiscard]] Channel<Announcement>& mail(InstitutionId member) { return *mail_[plan().position(member)]; }
  [[nodiscard]] InstitutionLife& life(InstitutionId member) { return *lives_[plan().position(member)]; }
  [[nodiscard]] const ChainWatch& watch() const { return watch_; }
  [[nodiscard]] bool has_ended() const { return ended_; }
  // Asks several hosts at once and waits for the last answer, see fetch_all().
  void fetch(const std::vector<std::pair<simgrid::s4u::Host*, std::uint64_t>>& sources, simgrid::s4u::Host* to);
  // A member has trained; what it published is in the books from now on.
  void publish(const UpdateName& name, const RoundOutcome& outcome);
  void activity(InstitutionId member, std::int64_t round, const char* what, double start_s);
  void event(const std::string& kind, const std::string& cause, const std::string& detail, const std::string& consequence,
             InstitutionId member);
  // A member has received its copy of an off-chain payload; where that needs a receipt, it vouches for it on the chain.
  void keep(InstitutionId keeper, const Transaction& update);
  // A member has the final model.
  void done(InstitutionId member);

  // ---- for relayers
  [[nodiscard]] simgrid::s4u::Host* institution_host(InstitutionId institution) const {
    return hosts.institutions[static_cast<std::size_t>(institution.value)];
  }
  // For the result.
  void auxiliary(const AuxiliaryRow& row) { chronicle_->auxiliary(row); }
  void egress(const EgressRow& row) { chronicle_->egress(row); }

  ChainLearning learner;
  WorldHosts hosts;
  Services services;
  Reachability& reachability;
  Traffic traffic;
  RoundBook book;
  PayloadStore store;
  Submissions submissions;
  Exports exports;
  std::unique_ptr<Connections> connections;

 private:
  void reacted(NodeId node, const ChainNode& state, const Effects& effects) override;
  [[nodiscard]] bool connects(NodeId from, NodeId to) const override;
  [[nodiscard]] bool loses() override { return reachability.loses(plan().id); }

  void open();
  void see(const BlockPointer& block);
  void close(const ClosedRound& closed);
  void note(const ClosedPhase& phase);
  [[noreturn]] void lose_safety(std::int64_t round, const std::string& what);
  void record_round(const ClosedRound& closed);
  void record_initial();
  void spawn(InstitutionId member);
  void check_progress(double progress_before_s);
  void check_end();
  void end();
  void record_end();
  void vouch(InstitutionId keeper, const Transaction& update);
  // The one of `nodes` that knows the longest final chain.
  [[nodiscard]] const ChainNode& longest(const std::set<NodeId>& nodes) const;

  std::unique_ptr<Chronicle> chronicle_;
  ChainWatch watch_;
  Announcer announcer_;
  Scorers scorers_;
  std::vector<std::unique_ptr<InstitutionLife>> lives_;  // by position, as are the next three
  std::vector<std::unique_ptr<Channel<Announcement>>> mail_;
  std::vector<simgrid::s4u::ActorPtr> actors_;
  std::vector<bool> is_done_;
  std::unique_ptr<ChainMachines> machines_;
  std::set<NodeId> nodes_ended_;
  const double patience_s_;
  Gateway gateway_{*this};
  std::set<Digest> seen_;                                // blocks with transactions that were final here: every validator tells of them
  std::int64_t payloads_unavailable_ = 0;
  std::uint64_t traffic_before_ = 0;
  double progress_s_ = 0.0;  // when something last went forward
  bool may_end_ = false;
  bool ended_ = false;
  std::function<void()> on_end_;
  LedgerExport export_;
};

}  // namespace polyclinic
