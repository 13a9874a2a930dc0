#include "sim/transfer.hpp"

#include <simgrid/s4u/Actor.hpp>
#include <simgrid/s4u/Semaphore.hpp>

#include <algorithm>

#include "sim/cost_model.hpp"

namespace polyclinic {

namespace sg4 = simgrid::s4u;

void transfer(Wire& wire, sg4::Host* from, sg4::Host* to, std::uint64_t bytes) {
  if (from == to || bytes == 0) return;
  const sg4::SemaphorePtr arrival = sg4::Semaphore::create(0);
  wire.send(from, to, bytes, [arrival] { arrival->release(); });
  arrival->acquire();
}

Traffic fetch_all(Wire& wire, Network& network, const std::vector<std::pair<sg4::Host*, std::uint64_t>>& sources,
                  sg4::Host* to) {
  Traffic travelled;
  double requests_s = 0.0;
  for (const auto& [from, bytes] : sources) {
    if (from == to) continue;
    travelled += {.bytes = cost::request_bytes + bytes, .messages = 2};
    requests_s = std::max(requests_s, network.idle_delay_s(to, from, cost::request_bytes));
  }
  sg4::this_actor::sleep_for(requests_s);
  const sg4::SemaphorePtr arrivals = sg4::Semaphore::create(0);
  for (const auto& [from, bytes] : sources) {
    wire.send(from, to, bytes, [arrivals] { arrivals->release(); });
  }
  for (std::size_t i = 0; i < sources.size(); ++i) arrivals->acquire();
  return travelled;
}

}  // namespace polyclinic
