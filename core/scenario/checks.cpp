#include "core/scenario/checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <vector>

#include "core/scenario/institutions.hpp"
#include "core/scenario/nearest.hpp"
#include "core/scenario/table_check.hpp"

namespace polyclinic {
namespace {

void check_present(const Scenario& scenario, const Reject& reject) {
  if (scenario.chains.empty()) reject("", "no [[chain]]: at least one is needed");
  if (scenario.groups.empty()) reject("", "no [[institution]]: at least one is needed");
}

void check_chain_names(const Scenario& scenario, const Reject& reject) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < scenario.chains.size(); ++i) {
    const std::string& name = scenario.chains[i].name;
    const std::string path = fmt::format("chain.{}.name", i);
    if (!names.insert(name).second) reject(path, fmt::format("{} = \"{}\" is the name of an earlier chain", path, name));
  }
}

// Group names count too: `members` may use them.
void check_institution_names(const Scenario& scenario, const Reject& reject) {
  std::set<std::string> taken;
  for (std::size_t i = 0; i < scenario.groups.size(); ++i) {
    const InstitutionGroup& group = scenario.groups[i];
    std::vector<std::string> names = institution_names(group);
    if (group.count > 1) names.push_back(group.name);
    for (const std::string& name : names) {
      if (taken.insert(name).second) continue;
      const std::string path = fmt::format("institution.{}.name", i);
      reject(path, fmt::format("{} = \"{}\" makes a second institution or group called \"{}\"", path, group.name, name));
    }
  }
}

void check_regions(const Scenario& scenario, const Reject& reject) {
  const std::vector<std::string>& known = scenario.network.regions;
  if (known.empty()) reject("network.regions", "network.regions = [] must name at least one region");
  std::set<std::string> names;
  for (const std::string& region : known) {
    if (!names.insert(region).second) reject("network.regions", fmt::format("network.regions has \"{}\" twice", region));
  }
  for (std::size_t i = 0; i < scenario.groups.size(); ++i) {
    for (const std::string& region : scenario.groups[i].regions) {
      if (names.contains(region)) continue;
      const std::string path = fmt::format("institution.{}.regions", i);
      reject(path, fmt::format("{} has \"{}\"{}, but must be among network.regions, which are \"{}\"", path, region,
                               did_you_mean(region, known), fmt::join(known, "\", \"")));
    }
  }
}

void check_latency_matrix(const NetworkConfig& network, const Reject& reject) {
  const auto& matrix = network.latency_s;
  const std::size_t regions = network.regions.size();
  if (matrix.empty()) return;
  for (std::size_t row = 0; row < matrix.size(); ++row) {
    if (matrix.size() == regions && matrix[row].size() == regions) continue;
    reject("network.latency_s", fmt::format("network.latency_s has {} rows, and {} numbers in row {}, but must be {} x {}: "
                                            "one row and column for each of network.regions",
                                            matrix.size(), matrix[row].size(), row, regions, regions));
  }
  for (std::size_t row = 0; row < regions; ++row) {
    for (std::size_t column = 0; column < row; ++column) {
      if (matrix[row][column] == matrix[column][row]) continue;
      reject("network.latency_s",
             fmt::format("network.latency_s must be symmetric, but is {} from {} to {} and {} back", matrix[row][column],
                         network.regions[row], network.regions[column], matrix[column][row]));
    }
  }
}

}  // namespace

void check_consistency(const Scenario& scenario, const KnownNames& known_names, const Reject& reject) {
  check_present(scenario, reject);
  check_chain_names(scenario, reject);
  check_institution_names(scenario, reject);
  check_regions(scenario, reject);
  check_latency_matrix(scenario.network, reject);
  for (std::size_t i = 0; i < scenario.chains.size(); ++i) check_chain(scenario, i, reject);
  check_exchange(scenario, reject);
  check_faults(scenario, reject);
  check_behaviours(scenario, known_names, reject);
  check_probes(scenario, reject);
}

}  // namespace polyclinic
