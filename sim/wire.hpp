// Messages that arrive by themselves: a call is made when they have, nobody waits for them.
#pragma once

#include <simgrid/forward.h>
#include <simgrid/s4u/Comm.hpp>

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "sim/agenda.hpp"
#include "sim/network.hpp"

namespace polyclinic {

class Wire {
 public:
  using Arrived = std::function<void()>;

  // One for each SimGrid engine, since completed flows are announced to all who listen. References must outlive the engine.
  // Flows of one host start as they come and share its uplink or, `in_turn`, each when the bytes of those before it would
  // have left: the first that asked are then served first.
  Wire(Agenda& agenda, Network& network, bool in_turn = false);

  // Returns at once. Up to 1 kB is a dated delivery; more is a flow over the one connection between the two hosts: what is
  // sent while it is busy waits, and then travels together. From a host to itself it takes no time.
  void send(simgrid::s4u::Host* from, simgrid::s4u::Host* to, std::uint64_t bytes, Arrived arrived);
  [[nodiscard]] std::uint64_t flows() const { return flows_started_; }

 private:
  struct Connection {
    simgrid::s4u::Host* from = nullptr;
    simgrid::s4u::Host* to = nullptr;
    std::vector<Arrived> travelling;
    std::vector<Arrived> waiting;
    std::uint64_t waiting_bytes = 0;
    bool is_in_line = false;           // its turn has a date
  };

  void line_up(Connection& connection);
  void start(Connection& connection);
  void completed(const simgrid::s4u::Activity& activity);

  Agenda& agenda_;
  Network& network_;
  bool in_turn_;
  // All tables are looked up and never iterated.
  std::unordered_map<const simgrid::s4u::Host*, double> uplink_free_s_;
  std::unordered_map<HostPair, Connection, HostPairHash> connections_;
  struct Flow {
    simgrid::s4u::CommPtr communication;
    Connection* connection = nullptr;
  };
  std::unordered_map<const simgrid::s4u::Activity*, Flow> flows_;
  std::uint64_t flows_started_ = 0;
};

}  // namespace polyclinic
