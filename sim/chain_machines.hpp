// The machines that run a chain's nodes. Each handles one input after the other: an input that finds it busy waits, and what
// follows from one happens when its simulated cost has been paid. They are not actors, see Agenda.
#pragma once

#include <simgrid/forward.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "core/ledger/chain_node.hpp"
#include "sim/agenda.hpp"
#include "sim/traffic.hpp"
#include "sim/wire.hpp"

namespace polyclinic {

class ChainMachines {
 public:
  // What the machines tell whoever owns them.
  class Observer {
   public:
    virtual ~Observer() = default;
    // `node` has handled an input; its messages have not been sent yet.
    virtual void reacted(NodeId node, const ChainNode& state, const Effects& effects) = 0;
    // Whether two machines reach each other now; asked when a message is sent and when it arrives.
    [[nodiscard]] virtual bool connects(NodeId from, NodeId to) const = 0;
    // Draws whether a message that is sent now gets lost on its way.
    [[nodiscard]] virtual bool loses() = 0;
  };

  // By NodeId: a setup for each host. A machine computes at its host's speed on a core of its own. References must outlive
  // the engine.
  ChainMachines(const std::vector<ChainNodeSetup>& setups, std::vector<simgrid::s4u::Host*> hosts, Agenda& agenda, Wire& wire,
                Traffic& traffic, Observer& observer);

  // Switches all machines on; the chain's time begins now.
  void start();
  // Nothing happens any more.
  void stop() { stopped_ = true; }
  // A member's transaction has arrived at this machine.
  void submit(NodeId node, const Submission& submission);
  // A machine crashes when it has finished what it is doing, and comes back with what it had on disk. What arrives in between
  // is lost.
  void crash(NodeId node);
  void restart(NodeId node);

  [[nodiscard]] bool is_up(NodeId node) const { return seat(node).is_up; }
  [[nodiscard]] const ChainNode& node(NodeId node) const { return seat(node).node; }
  [[nodiscard]] simgrid::s4u::Host* host(NodeId node) const { return seat(node).host; }
  [[nodiscard]] std::size_t size() const { return seats_.size(); }
  [[nodiscard]] double now_s() const;     // since start()

 private:
  enum class Kind { start, restart, submission, message, ring };
  struct Input {
    Kind kind = Kind::start;
    NodeId from = {};                                     // of a message
    std::shared_ptr<const NodeMessage> message = nullptr;  // or a member's submission
    SetTimer timer = {};
  };
  struct Seat {
    NodeId id;
    simgrid::s4u::Host* host;
    ChainNode node;
    std::deque<Input> inbox;
    std::map<TimerId, double> due_s = {};  // the date that counts, where a timer was set again
    bool is_up = true;
    bool is_busy = false;
    bool must_crash = false;
    std::uint64_t lives = 0;               // what was set in an earlier one is void
  };

  [[nodiscard]] Seat& seat(NodeId node) { return seats_[static_cast<std::size_t>(node.value)]; }
  [[nodiscard]] const Seat& seat(NodeId node) const { return seats_[static_cast<std::size_t>(node.value)]; }
  void take(Seat& seat, Input input);
  void handle(Seat& seat, const Input& input);
  void handle_waiting(Seat& seat);
  [[nodiscard]] Effects react(Seat& seat, const Input& input);
  void carry_out(Seat& seat, Effects& effects);
  void send(Seat& from, Outgoing& outgoing);
  void set(Seat& seat, const SetTimer& timer);
  [[nodiscard]] static bool is_due(Seat& seat, const SetTimer& timer);
  void go_down(Seat& seat);

  Agenda& agenda_;
  Wire& wire_;
  Traffic& traffic_;
  Observer& observer_;
  std::vector<Seat> seats_;
  double origin_s_ = 0.0;
  bool stopped_ = false;
};

}  // namespace polyclinic
