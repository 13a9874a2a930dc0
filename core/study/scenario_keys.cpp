#include "core/study/scenario_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/scenario/parse.hpp"

namespace polyclinic {
namespace {

bool holds(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void add_once(std::vector<std::string>& names, std::string_view name) {
  if (!holds(names, name)) names.emplace_back(name);
}

std::string_view first_part(std::string_view key) { return key.substr(0, key.find('.')); }

// The key reference writes "[[chain]] sharing.fraction" for a key of a list's tables.
constexpr std::string_view list_begin = "[[", list_end = "]] ";

std::vector<std::string> find_scenario_beginnings() {
  std::vector<std::string> names;
  for (const KeyHelp& help : key_reference()) {
    const std::string_view key = help.key;
    const bool listed = key.starts_with(list_begin);
    add_once(names, listed ? key.substr(list_begin.size(), key.find(list_end) - list_begin.size()) : first_part(key));
  }
  return names;
}

std::vector<std::string> find_chain_beginnings() {
  constexpr std::string_view prefix = "[[chain]] ";
  std::vector<std::string> names;
  for (const KeyHelp& help : key_reference()) {
    if (!help.key.starts_with(prefix)) continue;
    const std::string_view name = first_part(std::string_view(help.key).substr(prefix.size()));
    if (!holds(scenario_key_beginnings(), name)) add_once(names, name);
  }
  return names;
}

// "chain.NAME.rest" with the chain's number.
std::string numbered(const std::string& key, const std::vector<std::string>& chains) {
  constexpr std::string_view prefix = "chain.";
  if (!key.starts_with(prefix)) return key;
  for (std::size_t i = 0; i < chains.size(); ++i) {
    const std::string named = fmt::format("{}{}.", prefix, chains[i]);
    if (key.starts_with(named)) return fmt::format("{}{}.{}", prefix, i, key.substr(named.size()));
  }
  return key;
}

}  // namespace

const std::vector<std::string>& scenario_key_beginnings() {
  static const std::vector<std::string> names = find_scenario_beginnings();
  return names;
}

const std::vector<std::string>& chain_key_beginnings() {
  static const std::vector<std::string> names = find_chain_beginnings();
  return names;
}

std::vector<std::string> paths_of(const std::string& key, const std::vector<std::string>& chains) {
  if (!holds(chain_key_beginnings(), first_part(key))) return {numbered(key, chains)};
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < chains.size(); ++i) paths.push_back(fmt::format("chain.{}.{}", i, key));
  return paths;
}

std::vector<std::string> overrides_of(const Setting& setting, const std::vector<std::string>& chains) {
  std::vector<std::string> overrides = paths_of(setting.key, chains);
  for (std::string& override : overrides) override += "=" + setting.value;
  return overrides;
}

}  // namespace polyclinic
