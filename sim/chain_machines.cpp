#include "sim/chain_machines.hpp"

#include <simgrid/s4u/Engine.hpp>
#include <simgrid/s4u/Host.hpp>

#include <cassert>
#include <utility>

#include "sim/cost_model.hpp"
#include "sim/messages.hpp"

namespace polyclinic {

namespace sg4 = simgrid::s4u;

ChainMachines::ChainMachines(const std::vector<ChainNodeSetup>& setups, std::vector<sg4::Host*> hosts, Agenda& agenda,
                             Wire& wire, Traffic& traffic, Observer& observer)
    : agenda_(agenda), wire_(wire), traffic_(traffic), observer_(observer) {
  assert(setups.size() == hosts.size());
  seats_.reserve(setups.size());
  for (std::size_t i = 0; i < setups.size(); ++i) {
    seats_.push_back({NodeId{static_cast<std::int32_t>(i)}, hosts[i], ChainNode(setups[i]), {}});
  }
}

double ChainMachines::now_s() const { return sg4::Engine::get_clock() - origin_s_; }

void ChainMachines::start() {
  origin_s_ = sg4::Engine::get_clock();
  for (Seat& seat : seats_) take(seat, {.kind = Kind::start});
}

void ChainMachines::submit(NodeId node, const Submission& submission) {
  take(seat(node), {.kind = Kind::submission, .message = std::make_shared<const NodeMessage>(submission)});
}

void ChainMachines::crash(NodeId node) {
  Seat& machine = seat(node);
  if (machine.is_busy) {
    machine.must_crash = true;
  } else {
    go_down(machine);
  }
}

void ChainMachines::go_down(Seat& seat) {
  seat.must_crash = false;
  seat.is_up = false;
  seat.inbox.clear();
  seat.due_s.clear();
  ++seat.lives;
}

void ChainMachines::restart(NodeId node) {
  Seat& machine = seat(node);
  machine.must_crash = false;
  if (std::exchange(machine.is_up, true)) return;
  take(machine, {.kind = Kind::restart});
}

void ChainMachines::take(Seat& seat, Input input) {
  if (stopped_ || !seat.is_up) return;
  if (seat.is_busy) {
    seat.inbox.push_back(std::move(input));
  } else {
    handle(seat, input);
  }
}

void ChainMachines::handle(Seat& seat, const Input& input) {
  if (input.kind == Kind::ring && !is_due(seat, input.timer)) return;
  Effects effects = react(seat, input);
  const double cost_s = cost::flops(effects.work) / seat.host->get_speed();
  if (cost_s <= 0.0) return carry_out(seat, effects);
  seat.is_busy = true;
  agenda_.at(sg4::Engine::get_clock() + cost_s, [this, &seat, effects = std::move(effects)]() mutable {
    seat.is_busy = false;
    if (stopped_) return;
    carry_out(seat, effects);
    if (seat.must_crash) return go_down(seat);
    handle_waiting(seat);
  });
}

void ChainMachines::handle_waiting(Seat& seat) {
  while (!seat.is_busy && !seat.inbox.empty()) {
    const Input next = std::move(seat.inbox.front());
    seat.inbox.pop_front();
    handle(seat, next);
  }
}

Effects ChainMachines::react(Seat& seat, const Input& input) {
  switch (input.kind) {
    case Kind::start: return seat.node.start(now_s());
    case Kind::restart: return seat.node.restart(now_s());
    case Kind::submission: return seat.node.submit(std::get<Submission>(*input.message), now_s());
    case Kind::message: return seat.node.receive(input.from, *input.message, now_s());
    case Kind::ring: break;
  }
  return seat.node.fire(input.timer.id, now_s());
}

void ChainMachines::carry_out(Seat& seat, Effects& effects) {
  observer_.reacted(seat.id, seat.node, effects);
  for (Outgoing& outgoing : effects.outgoing) send(seat, outgoing);
  for (const SetTimer& timer : effects.timers) set(seat, timer);
}

void ChainMachines::send(Seat& from, Outgoing& outgoing) {
  const std::uint64_t bytes = simulated_bytes(outgoing.message);
  Seat& to = seat(outgoing.to);
  if (from.host != to.host) traffic_ += {.bytes = bytes, .messages = 1};
  if (!observer_.connects(from.id, to.id) || observer_.loses()) return;
  auto message = std::make_shared<const NodeMessage>(std::move(outgoing.message));
  wire_.send(from.host, to.host, bytes, [this, sender = from.id, &to, message = std::move(message)]() mutable {
    if (to.is_up && observer_.connects(sender, to.id)) take(to, {.kind = Kind::message, .from = sender, .message = std::move(message)});
  });
}

void ChainMachines::set(Seat& seat, const SetTimer& timer) {
  seat.due_s[timer.id] = timer.at_s;
  agenda_.at(origin_s_ + timer.at_s, [this, &seat, timer, life = seat.lives] {
    if (seat.lives == life) take(seat, {.kind = Kind::ring, .timer = timer});
  });
}

// It may have been set again for another date, while the machine was busy too.
bool ChainMachines::is_due(Seat& seat, const SetTimer& timer) {
  const auto due = seat.due_s.find(timer.id);
  if (due == seat.due_s.end() || due->second != timer.at_s) return false;
  seat.due_s.erase(due);
  return true;
}

}  // namespace polyclinic
