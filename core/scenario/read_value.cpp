#include "core/scenario/read_value.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/scenario/nearest.hpp"

namespace polyclinic {
namespace {

[[noreturn]] void reject(const Found& found, const std::string& allowed, const std::string& hint = "") {
  found.document.reject(found.path, fmt::format("{} = {} must be {}{}", found.path, text_of(found.node), allowed, hint));
}

template <class Element>
void read_list(const Found& found, std::vector<Element>& target) {
  const toml::array* list = found.node.as_array();
  if (list == nullptr) reject(found, "a list, in brackets");
  target.assign(list->size(), {});
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Found element{found.document, found.known_names, join_path(found.path, std::to_string(i)), *list->get(i),
                        found.limits};
    read_value(element, target[i]);
  }
}

const toml::node& entry_of(const Found& found, const toml::table& table, const std::string& key) {
  const toml::node* node = table.get(key);
  if (node == nullptr) {
    found.document.reject(found.path, fmt::format("{} = {} lacks the key {}", found.path, text_of(table), key));
  }
  return *node;
}

double read_entry(const Found& found, const toml::table& table, const std::string& key, const Limits& limits) {
  double number = 0.0;
  read_value({found.document, found.known_names, join_path(found.path, key), entry_of(found, table, key), limits}, number);
  return number;
}

void reject_other_keys(const Found& found, const toml::table& table, const std::vector<std::string>& keys) {
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    if (std::find(keys.begin(), keys.end(), name) != keys.end()) continue;
    const std::string path = join_path(found.path, name);
    found.document.reject(
        path, fmt::format("unknown key {}{}; allowed are {}", path, did_you_mean(name, keys), fmt::join(keys, ", ")));
  }
}

std::vector<double> read_quantiles(const Found& found, const toml::table& table) {
  std::vector<double> values;
  read_value(
      {found.document, found.known_names, join_path(found.path, "values"), entry_of(found, table, "values"), found.limits},
      values);
  if (values.size() < 2 || !std::is_sorted(values.begin(), values.end())) {
    reject(found, "at least two quantiles, from the least to the largest");
  }
  return values;
}

RateConfig read_distribution(const Found& found, const toml::table& table) {
  const Limits kinds = one_of({"uniform", "lognormal", "quantiles"});
  RateConfig rate;
  const std::string path = join_path(found.path, "distribution");
  read_value({found.document, found.known_names, path, entry_of(found, table, "distribution"), kinds}, rate.distribution);
  if (rate.distribution == "lognormal") {
    reject_other_keys(found, table, {"distribution", "median", "sigma"});
    rate.values = {read_entry(found, table, "median", found.limits), read_entry(found, table, "sigma", between(0, 5))};
    return rate;
  }
  if (rate.distribution == "quantiles") {
    reject_other_keys(found, table, {"distribution", "values"});
    rate.values = read_quantiles(found, table);
    return rate;
  }
  reject_other_keys(found, table, {"distribution", "low", "high"});
  rate.values = {read_entry(found, table, "low", found.limits), read_entry(found, table, "high", found.limits)};
  if (rate.values[0] > rate.values[1]) reject(found, "a range whose low is at most its high");
  return rate;
}

}  // namespace

void read_value(const Found& found, bool& target) {
  const auto* value = found.node.as_boolean();
  if (value == nullptr) reject(found, "true or false");
  target = value->get();
}

void read_value(const Found& found, std::int64_t& target) {
  const auto* value = found.node.as_integer();
  if (value == nullptr || !found.limits.allow(static_cast<double>(value->get()))) {
    reject(found, "a whole number" + describe_range(found.limits));
  }
  target = value->get();
}

void read_value(const Found& found, std::uint64_t& target) {
  std::int64_t number = 0;
  read_value(found, number);
  if (number < 0) reject(found, "a whole number of at least 0");
  target = static_cast<std::uint64_t>(number);
}

void read_value(const Found& found, double& target) {
  const auto number = found.node.is_number() ? found.node.value<double>() : std::nullopt;
  if (!number || !std::isfinite(*number) || !found.limits.allow(*number)) {
    reject(found, "a number" + describe_range(found.limits));
  }
  target = *number;
}

void read_value(const Found& found, std::string& target) {
  const auto* value = found.node.as_string();
  const Limits& limits = found.limits;
  const std::vector<std::string>& names = names_allowed(limits, found.known_names);
  const std::string text = value == nullptr ? "" : value->get();
  const bool named = names.empty() || std::find(names.begin(), names.end(), text) != names.end();
  if (value == nullptr || !named || (limits.identifier && !is_identifier(text))) {
    reject(found, describe_text(limits, found.known_names), value == nullptr ? "" : did_you_mean(text, names));
  }
  target = text;
}

void read_value(const Found& found, std::vector<std::string>& target) { read_list(found, target); }
void read_value(const Found& found, std::vector<std::int64_t>& target) { read_list(found, target); }
void read_value(const Found& found, std::vector<double>& target) { read_list(found, target); }
void read_value(const Found& found, std::vector<std::vector<double>>& target) { read_list(found, target); }

void read_value(const Found& found, RateConfig& target) {
  if (const toml::table* table = found.node.as_table()) {
    target = read_distribution(found, *table);
    return;
  }
  target.distribution = "constant";
  target.values.assign(1, 0.0);
  if (found.node.is_array()) {
    read_value(found, target.values);
  } else {
    read_value(found, target.values.front());
  }
  if (target.values.empty()) reject(found, "a number, a list of at least one, or a distribution");
}

}  // namespace polyclinic
