#include "sim/wire.hpp"

#include <simgrid/s4u/Engine.hpp>
#include <simgrid/s4u/Host.hpp>

#include <algorithm>

#include "sim/cost_model.hpp"

namespace polyclinic {

namespace sg4 = simgrid::s4u;

Wire::Wire(Agenda& agenda, Network& network, bool in_turn) : agenda_(agenda), network_(network), in_turn_(in_turn) {
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
  if (in_turn_ && connection.is_in_line) uplink_free_s_[from] += network_.uplink_delay_s(from, to, bytes);
  if (connection.travelling.empty() && !connection.is_in_line) line_up(connection);
}

// Started by an actor, a flow would report its completion to that actor alone: the agenda starts them all.
void Wire::line_up(Connection& connection) {
  double start_s = sg4::Engine::get_clock();
  if (in_turn_) {
    double& free_s = uplink_free_s_[connection.from];
    start_s = std::max(free_s, start_s);
    free_s = start_s + network_.uplink_delay_s(connection.from, connection.to, connection.waiting_bytes);
  }
  connection.is_in_line = true;
  agenda_.at(start_s, [this, &connection] { start(connection); });
}

void Wire::start(Connection& connection) {
  connection.is_in_line = false;
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
  agenda_.at(sg4::Engine::get_clock(), [this, connection, done = found->first] {
    const std::vector<Arrived> cargo = std::exchange(connection->travelling, {});
    if (!connection->waiting.empty()) line_up(*connection);
    flows_.erase(done);
    for (const Arrived& arrived : cargo) arrived();
  });
}

}  // namespace polyclinic
