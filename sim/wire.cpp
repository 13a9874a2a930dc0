#include "sim/wire.hpp"

#include <simgrid/s4u/Engine.hpp>
#include <simgrid/s4u/Host.hpp>

#include "sim/cost_model.hpp"

namespace polyclinic {

namespace sg4 = simgrid::s4u;

Wire::Wire(Agenda& agenda, Network& network, std::int64_t uploads)
    : agenda_(agenda), network_(network), uploads_(uploads) {
  sg4::Activity::on_completion_cb([this](const sg4::Activity& activity) { completed(activity); });
}

void Wire::send(sg4::Host* from, sg4::Host* to, std::uint64_t bytes, Arrived arrived) {
  if (from == to || bytes <= cost::largest_dated_bytes) {
    agenda_.at(sg4::Engine::get_clock() + network_.idle_delay_s(from, to, bytes), std::move(arrived));
    return;
  }
  Connection& connection = connections_[{from, to}];
  connection.from = from;
  connection.to = to;
  connection.waiting.push_back(std::move(arrived));
  connection.waiting_bytes += bytes;
  if (connection.travelling.empty() && !connection.is_queued) enqueue(connection);
}

void Wire::enqueue(Connection& connection) {
  Uplink& uplink = uplinks_[connection.from];
  connection.is_queued = true;
  uplink.queue.push_back(&connection);
  start_queued(uplink);
}

void Wire::start_queued(Uplink& uplink) {
  while (!uplink.queue.empty() && (uploads_ == 0 || uplink.active < uploads_)) {
    Connection& next = *uplink.queue.front();
    uplink.queue.pop_front();
    ++uplink.active;
    start(next);
  }
}

void Wire::start(Connection& connection) {
  connection.is_queued = false;
  connection.travelling = std::exchange(connection.waiting, {});
  const sg4::CommPtr flow = sg4::Comm::sendto_init(connection.from, connection.to);
  flow->set_payload_size(std::exchange(connection.waiting_bytes, 0));
  flows_.emplace(flow.get(), Flow{flow, &connection});
  ++flows_started_;
  flow->start();
}

// SimGrid is in the middle of its solver when it says so: what follows is left to the agenda.
void Wire::completed(const sg4::Activity& activity) {
  const auto found = flows_.find(&activity);
  if (found == flows_.end()) return;
  Connection* connection = found->second.connection;
  agenda_.at(sg4::Engine::get_clock(), [this, connection, done = found->first] { arrive(*connection, done); });
}

void Wire::arrive(Connection& connection, const sg4::Activity* done) {
  const std::vector<Arrived> cargo = std::exchange(connection.travelling, {});
  Uplink& uplink = uplinks_[connection.from];
  --uplink.active;
  if (!connection.waiting.empty()) enqueue(connection);
  start_queued(uplink);
  flows_.erase(done);
  for (const Arrived& arrived : cargo) arrived();
}

}  // namespace polyclinic
