// One relayer of one relay: an actor on an institution's machine that watches the source chain through one of its validators, puts
// what is final and wanted into packets, and hands them to a validator of the destination chain.
#pragma once

#include <simgrid/forward.h>

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "core/collaboration/exchange_plan.hpp"
#include "core/ledger/ledger.hpp"
#include "core/relay/packet.hpp"
#include "sim/channel.hpp"
#include "sim/messages.hpp"

namespace polyclinic {

class Gateway;
class Inlet;
class LearningWorld;

class Relayer {
 public:
  // The n-th (from 0) of its relay. All references must outlive the engine.
  Relayer(Inlet& inlet, std::size_t place);

  // An actor's life: until the destination chain has ended, or a crash.
  void live();
  // A validator of the source chain has new final blocks: one that this relayer watches tells it.
  void source_reacted(NodeId node, const Ledger& ledger);
  void crashed();
  [[nodiscard]] InstitutionId institution() const { return institution_; }
  [[nodiscard]] simgrid::s4u::Host* host() const { return host_; }

 private:
  // What a packet is built of.
  struct Wanted {
    Digest id;
    BlockPointer block;
    std::size_t index = 0;                   // of the transaction in the block
    int attempts = 0;
  };

  void note(const RelayNews& news);
  [[nodiscard]] bool has_something() const;
  void carry();
  void wait_for_others();
  void forget_delivered();
  [[nodiscard]] RelayPacket assemble();
  [[nodiscard]] RelayPacket falsified(const RelayPacket& honest);
  [[nodiscard]] std::vector<Header> headers_to(const BlockPointer& tip) const;
  // The block with which the packet's headers end: the head where what follows a block makes it final, else the last final one.
  [[nodiscard]] BlockPointer packet_tip() const;
  [[nodiscard]] std::vector<Attestation> gather_attestations(const BlockPointer& tip);
  [[nodiscard]] RelayedObject fetch(const Wanted& wanted);
  void submit(const RelayPacket& packet);
  void wait_until_final(const Digest& transaction);
  [[nodiscard]] std::vector<Header> stale_branch() const;
  // The first validator of the chain, from this relayer's own on, that it reaches; none: -1.
  [[nodiscard]] NodeId reachable(const LearningWorld& world) const;
  void compute(double flops);

  Inlet& inlet_;
  std::size_t place_;
  InstitutionId institution_;
  simgrid::s4u::Host* host_;
  KeyPair keys_;
  std::string misconduct_;
  Channel<RelayNews> mail_;
  std::map<Digest, BlockPointer> blocks_;    // of the source, that it has heard of and the light client may lack
  BlockPointer head_, final_;                // of the source, as its validator sees them
  std::vector<Wanted> wanted_;               // oldest first
  std::set<Digest> noted_;                   // objects ever wanted
  std::int64_t headers_waiting_ = 0;         // final ones, since the last packet
  std::vector<RelayPacket> sent_;            // by a dishonest relayer alone: the first
  std::uint32_t nonce_ = 0;
};

}  // namespace polyclinic
