// A validator's machine: takes what arrives to its ChainNode and carries out what that answers.
#pragma once

#include <map>

#include "core/ledger/chain_node.hpp"
#include "sim/chain_world.hpp"

namespace polyclinic {

class Validator {
 public:
  Validator(ChainWorld& world, NodeId self);
  // Until told to stop.
  void live();

 private:
  [[nodiscard]] Effects react(const ValidatorMail& mail);
  void carry_out(Effects effects);
  void send(Outgoing outgoing);
  void set(const SetTimer& timer);
  void announce(const ClosedRound& closed);

  ChainWorld& world_;
  NodeId self_;
  simgrid::s4u::Host* host_;
  ChainNode node_;
  std::map<TimerId, double> due_s_;    // the date that counts, where a timer was set again
  bool ended_ = false;
};

}  // namespace polyclinic
