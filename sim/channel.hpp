// A one-way typed mailbox: it owns a message from `send` until `receive`. Messages are received in order of arrival.
#pragma once

#include <simgrid/s4u/Engine.hpp>
#include <simgrid/s4u/Semaphore.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "sim/messages.hpp"
#include "sim/traffic.hpp"
#include "sim/wire.hpp"

namespace polyclinic {

template <Sendable T>
class Channel {
 public:
  // All references must outlive the channel. `receiver` is the host of the actor that will call receive().
  Channel(Wire& wire, Traffic& traffic, simgrid::s4u::Host* receiver) : wire_(wire), traffic_(traffic), receiver_(receiver) {}

  // Returns at once.
  void send(simgrid::s4u::Host* from, T message) {
    const std::uint64_t bytes = simulated_bytes(message);
    if (from != receiver_) traffic_ += {.bytes = bytes, .messages = 1};
    auto cargo = std::make_shared<T>(std::move(message));
    wire_.send(from, receiver_, bytes, [this, cargo] { deliver(now_s(), std::move(*cargo)); });
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
      if (wait_s <= clock_precision_s(now_s())) break;
      (void)arrival_->acquire_timeout(wait_s);
    }
    return std::move(queue_.extract(queue_.begin()).mapped());
  }

  // Whether receive() would return at once.
  [[nodiscard]] bool has_mail() const {
    return !queue_.empty() && queue_.begin()->first.first <= now_s() + clock_precision_s(now_s());
  }
  // What lies there is lost.
  void clear() { queue_.clear(); }

 private:
  [[nodiscard]] static double now_s() { return simgrid::s4u::Engine::get_clock(); }

  Wire& wire_;
  Traffic& traffic_;
  simgrid::s4u::Host* receiver_;
  simgrid::s4u::SemaphorePtr arrival_ = simgrid::s4u::Semaphore::create(0);
  std::map<std::pair<double, std::uint64_t>, T> queue_;  // by (date, order of sending)
  std::uint64_t next_ = 0;
};

}  // namespace polyclinic
