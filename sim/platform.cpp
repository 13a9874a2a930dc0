#include "sim/platform.hpp"

#include <xbt/ex.h>
#include <simgrid/s4u.hpp>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <memory>

#include "core/base/error.hpp"
#include "sim/speed_levels.hpp"

namespace polyclinic {
namespace {

namespace sg4 = simgrid::s4u;
using simgrid::kernel::routing::NetPoint;

constexpr double default_region_latency_s = 0.01;  // one way; core/scenario/fields.hpp says so too

struct Region {
  sg4::NetZone* zone;
  NetPoint* router;
};

struct AccessLink {
  double uplink_bytes_per_s;
  double downlink_bytes_per_s;
  double latency_s;
};

// SimGrid knows one root; every world is a zone of its own under it, without a way to the others.
sg4::NetZone* root() {
  sg4::NetZone* existing = sg4::Engine::get_instance()->get_netzone_root();
  return existing != nullptr ? existing : sg4::create_full_zone("worlds");
}

class Builder {
 public:
  Builder(const Scenario& scenario, const std::string& prefix)
      : network_(scenario.network), prefix_(prefix), speed_levels_(speed_levels(scenario)) {
    sg4::NetZone* worlds = root();
    world_ = sg4::create_full_zone(prefix_ + "world");
    world_->set_parent(worlds);
    for (const std::string& name : network_.regions) {
      sg4::NetZone* zone = sg4::create_star_zone(prefix_ + "region " + name);
      zone->set_parent(world_);
      regions_.push_back({zone, zone->create_router(prefix_ + "router " + name)});
    }
  }

  [[nodiscard]] std::size_t region(const std::string& name) const {
    const auto found = std::find(network_.regions.begin(), network_.regions.end(), name);
    return static_cast<std::size_t>(found - network_.regions.begin());
  }
  [[nodiscard]] std::size_t regions() const { return regions_.size(); }

  sg4::Host* add_host(const std::string& name, const Party& party, std::size_t region, double flops_per_s,
                      const AccessLink& access) {
    sg4::NetZone* zone = regions_[region].zone;
    sg4::Host* host = zone->create_host(prefix_ + name, speeds(party, flops_per_s));
    const double latency_s = access.latency_s + 0.5 * within_s(region);
    const sg4::Link* up =
        zone->create_link(prefix_ + name + " up", access.uplink_bytes_per_s)->set_latency(latency_s)->seal();
    const sg4::Link* down =
        zone->create_link(prefix_ + name + " down", access.downlink_bytes_per_s)->set_latency(latency_s)->seal();
    const auto way = [](const sg4::Link* link) { return std::vector<sg4::LinkInRoute>{sg4::LinkInRoute(link)}; };
    zone->add_route(host->get_netpoint(), nullptr, nullptr, nullptr, way(up), false);
    zone->add_route(nullptr, host->get_netpoint(), nullptr, nullptr, way(down), false);
    host->seal();
    return host;
  }

  void finish() {
    for (std::size_t a = 0; a < regions_.size(); ++a) {
      for (std::size_t b = a + 1; b < regions_.size(); ++b) connect(a, b);
      regions_[a].zone->seal();
    }
    world_->seal();
  }

 private:
  [[nodiscard]] std::vector<double> speeds(const Party& party, double flops_per_s) const {
    const auto slowed = speed_levels_.find(party);
    if (slowed == speed_levels_.end()) return {flops_per_s};
    std::vector<double> levels;
    for (const double factor : slowed->second) levels.push_back(factor * flops_per_s);
    return levels;
  }

  // Half of it lies on either side of a way within the region.
  [[nodiscard]] double within_s(std::size_t region) const {
    return network_.latency_s.empty() ? 0.0 : network_.latency_s[region][region];
  }

  void connect(std::size_t a, std::size_t b) {
    const double whole_s = network_.latency_s.empty() ? default_region_latency_s : network_.latency_s[a][b];
    const double latency_s = whole_s - 0.5 * (within_s(a) + within_s(b));
    if (latency_s < 0.0) {
      throw UsageError(
          fmt::format("network.latency_s: {} and {} are {} s apart, nearer than places within them ({} s and {} s)",
                      network_.regions[a], network_.regions[b], whole_s, within_s(a), within_s(b)));
    }
    connect_one_way(a, b, latency_s);
    connect_one_way(b, a, latency_s);
  }

  void connect_one_way(std::size_t from, std::size_t to, double latency_s) {
    const std::string name = prefix_ + "backbone " + network_.regions[from] + " " + network_.regions[to];
    const sg4::Link* link = world_->create_link(name, network_.backbone_bytes_per_s)->set_latency(latency_s)->seal();
    world_->add_route(regions_[from].zone->get_netpoint(), regions_[to].zone->get_netpoint(), regions_[from].router,
                      regions_[to].router, {sg4::LinkInRoute(link)}, false);
  }

  const NetworkConfig& network_;
  std::string prefix_;
  std::map<Party, std::vector<double>> speed_levels_;
  sg4::NetZone* world_;
  std::vector<Region> regions_;
};

// Digits compare as numbers: host-9 comes before host-10.
bool natural_less(const sg4::Host* left, const sg4::Host* right) {
  const auto key = [](const std::string& name) {
    const std::size_t digits = name.find_last_not_of("0123456789") + 1;
    return std::tuple(name.substr(0, digits), name.size() - digits, name.substr(digits));
  };
  return key(left->get_name()) < key(right->get_name());
}

double narrowest_bytes_per_s(const std::vector<sg4::Link*>& links) {
  double narrowest = std::numeric_limits<double>::infinity();
  for (const sg4::Link* link : links) narrowest = std::min(narrowest, link->get_bandwidth());
  return narrowest;
}

std::vector<sg4::Host*> member_hosts(const Scenario& scenario, const ChainConfig& chain, const Hosts& hosts) {
  std::vector<sg4::Host*> machines;
  for (const InstitutionId member : members_of(scenario, chain)) {
    machines.push_back(hosts.institutions[static_cast<std::size_t>(member.value)]);
  }
  return machines;
}

// `count` of `machines`, in turn when they are fewer.
std::vector<sg4::Host*> in_turn(const std::vector<sg4::Host*>& machines, std::int64_t count) {
  std::vector<sg4::Host*> chosen;
  for (std::int64_t i = 0; i < count; ++i) chosen.push_back(machines[static_cast<std::size_t>(i) % machines.size()]);
  return chosen;
}

}  // namespace

Hosts build_platform(const Scenario& scenario, const std::vector<Institution>& institutions, const std::string& prefix) {
  const NetworkConfig& network = scenario.network;
  Builder builder(scenario, prefix);
  Hosts hosts;
  for (const Institution& institution : institutions) {
    hosts.institutions.push_back(
        builder.add_host(institution.name, institution.id, builder.region(institution.region), institution.flops_per_s,
                         {institution.uplink_bytes_per_s, institution.downlink_bytes_per_s, institution.latency_s}));
  }
  for (std::size_t c = 0; c < scenario.chains.size(); ++c) {
    const ChainConfig& chain = scenario.chains[c];
    std::vector<sg4::Host*>& validators = hosts.validators[ChainId{static_cast<std::int32_t>(c)}];
    if (chain.consensus.hosts == "members") {
      validators = in_turn(member_hosts(scenario, chain, hosts), chain.consensus.validators);
      continue;
    }
    for (std::size_t node = 0; node < static_cast<std::size_t>(chain.consensus.validators); ++node) {
      validators.push_back(builder.add_host(
          chain.name + " validator " + std::to_string(node),
          Party(ChainId{static_cast<std::int32_t>(c)}, NodeId{static_cast<std::int32_t>(node)}), node % builder.regions(), network.validator_flops_per_s,
          {network.validator_bytes_per_s, network.validator_bytes_per_s, network.validator_latency_s}));
    }
  }
  builder.finish();
  return hosts;
}

std::vector<Institution> as_built(std::vector<Institution> institutions, const Hosts& hosts, const sg4::Host* hub) {
  for (std::size_t i = 0; i < institutions.size(); ++i) {
    const sg4::Host* host = hosts.institutions[i];
    institutions[i].flops_per_s = host->get_speed();
    if (host == hub) continue;
    std::vector<sg4::Link*> up, down;
    double latency_s = 0.0, back_s = 0.0;
    host->route_to(hub, up, &latency_s);
    hub->route_to(host, down, &back_s);
    institutions[i].latency_s = latency_s;
    institutions[i].uplink_bytes_per_s = narrowest_bytes_per_s(up);
    institutions[i].downlink_bytes_per_s = narrowest_bytes_per_s(down);
  }
  return institutions;
}

Hosts load_platform(const Scenario& scenario, const std::vector<Institution>& institutions) {
  std::filesystem::path file = scenario.network.platform;
  if (file.is_relative()) file = std::filesystem::path(scenario.folder) / file;
  require(std::filesystem::exists(file), "network.platform: there is no file {}", file.string());
  sg4::Engine::get_instance()->load_platform(file.string());
  std::vector<sg4::Host*> machines = sg4::Engine::get_instance()->get_all_hosts();
  require(machines.size() >= institutions.size(), "{} has {} hosts, but the scenario has {} institutions", file.string(),
          machines.size(), institutions.size());
  std::sort(machines.begin(), machines.end(), natural_less);
  Hosts hosts;
  const auto used = machines.begin() + static_cast<std::ptrdiff_t>(institutions.size());
  hosts.institutions.assign(machines.begin(), used);
  const std::vector<sg4::Host*> rest(used, machines.end());
  for (std::size_t c = 0; c < scenario.chains.size(); ++c) {
    const ChainConfig& chain = scenario.chains[c];
    const bool own = chain.consensus.hosts == "own" && !rest.empty();
    hosts.validators[ChainId{static_cast<std::int32_t>(c)}] =
        in_turn(own ? rest : member_hosts(scenario, chain, hosts), chain.consensus.validators);
  }
  return hosts;
}

}  // namespace polyclinic
