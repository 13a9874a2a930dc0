// How long a message takes on idle links, and how SimGrid's flows are made to agree.
#pragma once

#include <simgrid/forward.h>

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace polyclinic {

// The factors of a network model, as SimGrid applies them to a single flow on an idle route.
struct NetworkFactors {
  double latency = 1.0;
  double bandwidth = 1.0;
  double cross_traffic = 0.0;          // share of a flow's rate that its acknowledgements take on the way back
};

// exact: latency + bytes / bandwidth. calibrated: SimGrid's LV08 (Velho and Legrand 2009): 13.01 x latency, 0.97 x
// bandwidth, 5 % cross traffic.
[[nodiscard]] NetworkFactors network_factors(const std::string& model);
// SimGrid options that make its flows behave so.
[[nodiscard]] std::vector<std::string> engine_options(const std::string& network_model);

// Dates closer than this are the same to SimGrid: its surf/precision, and late in a long simulation a double's own.
[[nodiscard]] double clock_precision_s(double now_s);

// From one host to another; and of that, for tables that are looked up and never iterated.
using HostPair = std::pair<const simgrid::s4u::Host*, const simgrid::s4u::Host*>;
struct HostPairHash {
  std::size_t operator()(const HostPair& pair) const {
    return std::hash<const void*>()(pair.first) * 0x9e3779b97f4a7c15ULL + std::hash<const void*>()(pair.second);
  }
};

class Network {
 public:
  explicit Network(const std::string& model) : factors_(network_factors(model)) {}

  // What a flow of `bytes` would take on the idle route; 0 from a host to itself.
  [[nodiscard]] double idle_delay_s(const simgrid::s4u::Host* from, const simgrid::s4u::Host* to, std::uint64_t bytes);
  // What its first link alone would take: `from` can begin with another message then.
  [[nodiscard]] double uplink_delay_s(const simgrid::s4u::Host* from, const simgrid::s4u::Host* to, std::uint64_t bytes);
  // The platform's links have changed: what is known of routes is looked up again.
  void forget_routes() { routes_.clear(); }

 private:
  struct Route {
    double latency_s = 0.0;
    double bytes_per_s = 0.0;          // of the narrowest link
    double uplink_bytes_per_s = 0.0;   // of the first
  };
  [[nodiscard]] const Route& route(const simgrid::s4u::Host* from, const simgrid::s4u::Host* to);

  NetworkFactors factors_;
  std::unordered_map<HostPair, Route, HostPairHash> routes_;
};

}  // namespace polyclinic
