// A one-way typed mailbox: it owns a message from `send` until `receive`. Messages are received in order of arrival.
#pragma once

#include <simgrid/s4u/Actor.hpp>
#include <simgrid/s4u/Engine.hpp>
#include <simgrid/s4u/Host.hpp>
#include <simgrid/s4u/Semaphore.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "sim/actor.hpp"
#include "sim/cost_model.hpp"
#include "sim/messages.hpp"
#include "sim/network.hpp"

namespace polyclinic {

// Bytes that went over the network; one counter for each chain.
struct Traffic {
  std::uint64_t bytes = 0;
};

template <Sendable T>
class Channel {
 public:
  // All references must outlive the channel. `receiver` is the host of the actor that will call receive().
  Channel(Stage& stage, Network& network, Traffic& traffic, simgrid::s4u::Host* receiver)
      : stage_(stage), network_(network), traffic_(traffic), receiver_(receiver) {}

  // Returns at once. Up to 1 kB is a dated delivery; more is a flow over the one connection between the two hosts: what is
  // sent while it is busy waits, and then travels together.
  void send(simgrid::s4u::Host* from, T message) {
    const std::uint64_t bytes = count(from, message);
    if (bytes <= cost::largest_dated_bytes) {
      deliver(now_s() + network_.idle_delay_s(from, receiver_, bytes), std::move(message));
      return;
    }
    Connection& connection = connections_[from];
    connection.waiting.push_back(std::move(message));
    connection.waiting_bytes += bytes;
    if (std::exchange(connection.busy, true)) return;
    stage_.spawn("carrier", from, [this, from, &connection] { carry(from, connection); });
  }

  // The same, but returns when the message has arrived.
  void transmit(simgrid::s4u::Host* from, T message) {
    network_.transfer(from, receiver_, count(from, message));
    deliver(now_s(), std::move(message));
  }

  // Puts the message in the mailbox so that it is received at `at_s`, not before; costs nothing.
  void deliver(double at_s, T message) {
    queue_.emplace(std::pair{at_s, next_++}, std::move(message));
    arrival_->release();
  }

  // Waits for the earliest message.
  [[nodiscard]] T receive() {
    for (;;) {
      if (queue_.empty()) {
        arrival_->acquire();
        continue;
      }
      const double wait_s = queue_.begin()->first.first - now_s();
      if (wait_s <= precision_s()) break;
      (void)arrival_->acquire_timeout(wait_s);
    }
    return std::move(queue_.extract(queue_.begin()).mapped());
  }

  // Whether receive() would return at once.
  [[nodiscard]] bool has_mail() const {
    return !queue_.empty() && queue_.begin()->first.first <= now_s() + precision_s();
  }

 private:
  // SimGrid's surf/precision; late in a long simulation a double is coarser than that.
  [[nodiscard]] static double precision_s() { return std::max(1e-9, 4.0 * std::numeric_limits<double>::epsilon() * now_s()); }

  struct Connection {
    std::vector<T> waiting;
    std::uint64_t waiting_bytes = 0;
    bool busy = false;
  };

  void carry(simgrid::s4u::Host* from, Connection& connection) {
    while (!connection.waiting.empty()) {
      std::vector<T> cargo = std::exchange(connection.waiting, {});
      network_.transfer(from, receiver_, std::exchange(connection.waiting_bytes, 0));
      for (T& message : cargo) deliver(now_s(), std::move(message));
    }
    connection.busy = false;
  }

  [[nodiscard]] static double now_s() { return simgrid::s4u::Engine::get_clock(); }

  std::uint64_t count(const simgrid::s4u::Host* from, const T& message) {
    const std::uint64_t bytes = simulated_bytes(message);
    if (from != receiver_) traffic_.bytes += bytes;
    return bytes;
  }

  Stage& stage_;
  Network& network_;
  Traffic& traffic_;
  simgrid::s4u::Host* receiver_;
  simgrid::s4u::SemaphorePtr arrival_ = simgrid::s4u::Semaphore::create(0);
  std::map<std::pair<double, std::uint64_t>, T> queue_;  // by (date, order of sending)
  std::map<const simgrid::s4u::Host*, Connection> connections_;  // by sender; looked up, never iterated
  std::uint64_t next_ = 0;
};

}  // namespace polyclinic
