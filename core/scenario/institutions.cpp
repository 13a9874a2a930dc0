#include "core/scenario/institutions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "core/base/pattern.hpp"
#include "core/base/seed.hpp"

namespace polyclinic {
namespace {

// The inverse of a distribution function that is linear between its quantiles.
double quantile(const std::vector<double>& quantiles, double share) {
  const double position = share * static_cast<double>(quantiles.size() - 1);
  const auto below = std::min(static_cast<std::size_t>(position), quantiles.size() - 2);
  return std::lerp(quantiles[below], quantiles[below + 1], position - static_cast<double>(below));
}

double rate_of(const RateConfig& rate, std::size_t index, Seed seed) {
  const std::vector<double>& values = rate.values;
  if (rate.distribution == "uniform") return Random(seed).uniform(values.at(0), values.at(1));
  if (rate.distribution == "lognormal") return values.at(0) * std::exp(values.at(1) * Random(seed).normal());
  if (rate.distribution == "quantiles") return quantile(values, Random(seed).uniform(0.0, 1.0));
  assert(rate.distribution == "constant");
  return values.at(index % values.size());
}

std::string region_of(const InstitutionGroup& group, std::size_t index, const NetworkConfig& network) {
  return group.regions.empty() ? network.regions.front() : group.regions[index % group.regions.size()];
}

Institution make_institution(const Scenario& scenario, const InstitutionGroup& group, std::size_t index, std::string name) {
  const Seed seed(scenario.seed);
  const double uplink = rate_of(group.uplink_bytes_per_s, index, seed / "uplink" / name);
  const double downlink = rate_of(group.downlink_bytes_per_s, index, seed / "downlink" / name);
  const double flops = rate_of(group.flops_per_s, index, seed / "flops" / name);
  return {.id = {},
          .name = std::move(name),
          .region = region_of(group, index, scenario.network),
          .uplink_bytes_per_s = uplink,
          .downlink_bytes_per_s = downlink,
          .latency_s = group.latency_s,
          .flops_per_s = flops};
}

bool is_named(const std::vector<std::string>& patterns, const std::string& group, const std::string& name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches(pattern, name) || matches(pattern, group); });
}

}  // namespace

std::vector<std::string> institution_names(const InstitutionGroup& group) {
  if (group.count == 1) return {group.name};
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < group.count; ++i) names.push_back(fmt::format("{}-{}", group.name, i));
  return names;
}

std::string institution_name(const Scenario& scenario, InstitutionId id) {
  std::int64_t rest = id.value;
  for (const InstitutionGroup& group : scenario.groups) {
    if (rest < group.count) return group.count == 1 ? group.name : fmt::format("{}-{}", group.name, rest);
    rest -= group.count;
  }
  assert(false && "an institution of another scenario");
  return {};
}

std::vector<Institution> expand_institutions(const Scenario& scenario) {
  std::vector<Institution> institutions;
  for (const InstitutionGroup& group : scenario.groups) {
    std::size_t index = 0;
    for (std::string& name : institution_names(group)) {
      institutions.push_back(make_institution(scenario, group, index++, std::move(name)));
      institutions.back().id.value = static_cast<std::int32_t>(institutions.size() - 1);
    }
  }
  return institutions;
}

std::vector<InstitutionId> institutions_matching(const Scenario& scenario, const std::vector<std::string>& patterns) {
  std::vector<InstitutionId> matching;
  InstitutionId id{0};
  for (const InstitutionGroup& group : scenario.groups) {
    for (const std::string& name : institution_names(group)) {
      if (is_named(patterns, group.name, name)) matching.push_back(id);
      ++id.value;
    }
  }
  return matching;
}

std::vector<InstitutionId> members_of(const Scenario& scenario, const ChainConfig& chain) {
  return institutions_matching(scenario, chain.members.empty() ? std::vector<std::string>{"*"} : chain.members);
}

}  // namespace polyclinic
