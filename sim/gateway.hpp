// Where other chains come in: the light clients that a chain keeps of its sources, the relayers that feed them, and what its
// members learn from what was proven.
#pragma once

#include <simgrid/forward.h>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/collaboration/chain_learning.hpp"
#include "core/relay/light_client.hpp"
#include "core/record/rows.hpp"
#include "sim/relayer.hpp"
#include "sim/traffic.hpp"

namespace polyclinic {

class LearningWorld;

// One relay's end at the destination.
class Inlet {
 public:
  Inlet(Gateway& gateway, const RelayPlan& plan, LearningWorld& source, LearningWorld& destination);
  [[nodiscard]] const RelayPlan& plan() const { return plan_; }
  [[nodiscard]] LearningWorld& source() { return source_; }
  [[nodiscard]] LearningWorld& destination() { return destination_; }
  [[nodiscard]] Gateway& gateway() { return gateway_; }
  [[nodiscard]] LightClient& client() { return client_; }
  [[nodiscard]] std::vector<std::unique_ptr<Relayer>>& relayers() { return relayers_; }

 private:
  Gateway& gateway_;
  const RelayPlan& plan_;
  LearningWorld& source_;
  LearningWorld& destination_;
  LightClient client_;
  std::vector<std::unique_ptr<Relayer>> relayers_;
};

// What a member has to fetch and check of other chains to know a round.
struct RelayedContent {
  std::uint64_t bytes = 0;
  std::int64_t signatures = 0;
};

class Gateway {
 public:
  explicit Gateway(LearningWorld& world) : world_(world) {}
  ~Gateway();

  // Connects the relays that lead to this chain; `worlds` by ChainId, all of one simulated world.
  void connect(const std::vector<LearningWorld*>& worlds);
  void begin();
  // The chain has ended: relayers go home.
  void end();

  // A block has become final here, for the first time: the light clients see the packets in it.
  void finalized(const BlockPointer& block);
  // What has come since this was asked the last time.
  [[nodiscard]] RelayedContent take_content() { return std::exchange(content_, {}); }
  // A round is open (0: the first): what its model has of other chains goes into the result once it is known.
  void note_round(std::int64_t rounds);
  void finish();

  void institution_down(InstitutionId institution);
  void institution_up(InstitutionId institution);

  // ---- for relayers
  void sent(const SharedUpdatePointer& packet) { packets_.emplace(packet->digest(), packet); }
  [[nodiscard]] bool was_applied(const Digest& transaction) const { return applied_.contains(transaction); }
  [[nodiscard]] bool has_ended() const { return ended_; }

 private:
  // An object that was accepted, for the result.
  struct Arrival {
    AuxiliaryRow row;
    std::size_t source = 0;              // place among the chain's [[chain.auxiliary]]
    InstitutionId author;
    bool is_prototypes = false;
  };
  struct PendingRound {
    std::int64_t round = 0;
    std::vector<Arrival> arrivals;
    Job<GuidancePointer> guidance;
  };

  void spawn(Relayer& relayer);
  void apply(const Transaction& transaction);
  [[nodiscard]] Inlet* inlet_of(ChainId source);
  void accept(Inlet& inlet, const AcceptedObject& object, const AuxiliaryRow& row);
  void refuse(const Transaction& transaction, const Verdict& verdict, const std::string& source);
  void write_ready(bool all);
  void write(const PendingRound& pending);

  LearningWorld& world_;
  std::vector<std::unique_ptr<Inlet>> inlets_;
  std::map<const Relayer*, simgrid::s4u::ActorPtr> actors_;  // looked up, never iterated
  std::map<Digest, SharedUpdatePointer> packets_;            // on their way, by payload
  std::set<Digest> applied_;
  std::vector<Arrival> arrivals_;                            // in force: the latest of each source, author and kind
  std::deque<PendingRound> pending_;
  RelayedContent content_;
  bool ended_ = false;
};

}  // namespace polyclinic
