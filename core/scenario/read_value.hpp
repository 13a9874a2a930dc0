// One TOML value into one member, strictly: a whole number is fine where a number is wanted; nothing else converts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/scenario/document.hpp"
#include "core/scenario/limits.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

// A value where it was found, with what is allowed there.
struct Found {
  const Document& document;
  const KnownNames& known_names;
  std::string path;
  const toml::node& node;
  const Limits& limits;
};

// Each throws UsageError with position, path, value and what is allowed, where type or value do not fit.
void read_value(const Found& found, bool& target);
void read_value(const Found& found, std::int64_t& target);
void read_value(const Found& found, std::uint64_t& target);
void read_value(const Found& found, double& target);
void read_value(const Found& found, std::string& target);
void read_value(const Found& found, std::vector<std::string>& target);
void read_value(const Found& found, std::vector<std::int64_t>& target);
void read_value(const Found& found, std::vector<double>& target);
void read_value(const Found& found, std::vector<std::vector<double>>& target);
// A number, a list of numbers, or a distribution: { distribution = "uniform", low, high }, { distribution = "lognormal", median,
// sigma } or { distribution = "quantiles", values }.
void read_value(const Found& found, RateConfig& target);

}  // namespace polyclinic
