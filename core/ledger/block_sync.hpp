// How a node that has missed blocks gets them: it names the blocks it knows, another sends what follows, batch by batch.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/ledger/effects.hpp"
#include "core/ledger/gossip.hpp"

namespace polyclinic {

// Of the head's chain, newest first: the last ten, then ever sparser, genesis last (a block locator as in Bitcoin).
[[nodiscard]] std::vector<Digest> block_locator(const Ledger& ledger);

// What follows the first of `request.known` that is on the head's chain here: at most 64 blocks, and no more bytes than
// three full blocks have. Where finality is proved, only what is final, with the proof for the last one.
[[nodiscard]] CatchUpAnswer answer_catch_up(const CatchUpRequest& request, const Ledger& ledger, const Consensus& consensus);

// Notices that a node waits for finality and no block comes: one may have been lost, with nothing after it to show that. (go-
// ethereum asks its best peer every ten seconds anyway, forceSyncCycle in eth/sync.go.)
class StallWatch {
 public:
  static constexpr TimerId timer = node_timer | 3;

  explicit StallWatch(double patience_s) : patience_s_(patience_s) {}

  // Something has come that gives hope; patience begins anew.
  void encourage() { attempts_ = 0; }
  // After every input: whether something waits to be final.
  void look(bool waits, double at_s, Effects& effects);
  // Whether to ask for blocks: nothing has encouraged for a while. Each time in vain it waits twice as long, and it gives up
  // after some, so that a chain that has come to a standstill for good gets quiet.
  [[nodiscard]] bool fire();
  void clear() { *this = StallWatch(patience_s_); }

 private:
  double patience_s_;
  bool is_armed_ = false;
  int attempts_ = 0;
  int attempts_when_armed_ = 0;
};

// The asking side.
class BlockSync {
 public:
  static constexpr TimerId timer = node_timer | 2;

  // `peers`: who may be asked, in turn.
  BlockSync(std::vector<NodeId> peers, double timeout_s) : peers_(std::move(peers)), timeout_s_(timeout_s) {}

  // Asks `first`, or a peer; does nothing while a question is open, or where there is nobody to ask.
  void begin(std::optional<NodeId> first, const Ledger& ledger, double at_s, Effects& effects);
  // An answer has been carried out, as far as it went. Asks its sender for more where it has more, and another peer where it
  // did not help: blocks still wait for their parents.
  void follow_up(NodeId from, const CatchUpAnswer& answer, bool is_behind, const Ledger& ledger, double at_s,
                 Effects& effects);
  // Nobody answered in time: asks the next, and gives up after some attempts.
  void fire(const Ledger& ledger, double at_s, Effects& effects);
  void clear() { is_open_ = false; }

 private:
  void ask(NodeId peer, std::vector<Digest> known, double at_s, Effects& effects);
  void ask_next(const Ledger& ledger, double at_s, Effects& effects);

  std::vector<NodeId> peers_;
  double timeout_s_;
  std::size_t next_peer_ = 0;
  bool is_open_ = false;
  int attempts_ = 0;
};

}  // namespace polyclinic
