#include "sim/network.hpp"

#include <simgrid/s4u.hpp>

#include <algorithm>
#include <limits>

namespace polyclinic {

namespace sg4 = simgrid::s4u;

NetworkFactors network_factors(const std::string& model) {
  if (model == "exact") return {};
  return {.latency = 13.01, .bandwidth = 0.97, .cross_traffic = 0.05};
}

std::vector<std::string> engine_options(const std::string& network_model) {
  if (network_model == "exact") {
    // TCP-gamma 0: no window limit. The large weight-S makes flows share a link equally whatever their latencies; the
    // solver's sums are then small (down to bandwidth / weight-S) and need a finer precision than its default of 1e-5.
    return {"--cfg=network/model:CM02", "--cfg=network/crosstraffic:0", "--cfg=network/TCP-gamma:0",
            "--cfg=network/weight-S:1e12", "--cfg=maxmin/precision:1e-12"};
  }
  return {"--cfg=network/model:LV08"};
}

double clock_precision_s(double now_s) { return std::max(1e-9, 4.0 * std::numeric_limits<double>::epsilon() * now_s); }

const Network::Route& Network::route(const sg4::Host* from, const sg4::Host* to) {
  const auto [found, is_new] = routes_.try_emplace({from, to});
  if (is_new && from != to) {
    std::vector<sg4::Link*> links, back;
    double back_latency_s = 0.0;
    from->route_to(to, links, &found->second.latency_s);
    to->route_to(from, back, &back_latency_s);
    found->second.bytes_per_s = std::numeric_limits<double>::infinity();
    for (const sg4::Link* link : links) {
      const bool carries_acknowledgements = std::find(back.begin(), back.end(), link) != back.end();
      const double use = carries_acknowledgements ? 1.0 + factors_.cross_traffic : 1.0;
      found->second.bytes_per_s = std::min(found->second.bytes_per_s, link->get_bandwidth() / use);
      if (link == links.front()) found->second.uplink_bytes_per_s = found->second.bytes_per_s;
    }
  }
  return found->second;
}

double Network::idle_delay_s(const sg4::Host* from, const sg4::Host* to, std::uint64_t bytes) {
  if (from == to) return 0.0;
  const Route& way = route(from, to);
  return factors_.latency * way.latency_s + static_cast<double>(bytes) / (factors_.bandwidth * way.bytes_per_s);
}

double Network::uplink_delay_s(const sg4::Host* from, const sg4::Host* to, std::uint64_t bytes) {
  return static_cast<double>(bytes) / (factors_.bandwidth * route(from, to).uplink_bytes_per_s);
}

}  // namespace polyclinic
