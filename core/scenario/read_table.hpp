// A TOML table into a struct by its describe(), strictly. Included by readers alone, beside the fields that they read.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/scenario/document.hpp"
#include "core/scenario/nearest.hpp"
#include "core/scenario/read_value.hpp"

namespace polyclinic {

// Collects the names that a table may hold.
struct KeyNames {
  std::vector<std::string> names;
  template <class Member>
  void key(const char* name, Member, const Limits&, const char*, const char*) {
    names.emplace_back(name);
  }
  template <class Member>
  void table(const char* name, Member, const char*) {
    names.emplace_back(name);
  }
  template <class Member>
  void tables(const char* name, Member, const char*) {
    names.emplace_back(name);
  }
};

template <class Config>
[[nodiscard]] std::vector<std::string> key_names() {
  KeyNames keys;
  describe(keys, std::type_identity<Config>{});
  return std::move(keys.names);
}

inline void reject_unknown_keys(const Document& document, const toml::table& table, const std::string& path,
                                const std::vector<std::string>& names) {
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    const std::string inner = join_path(path, name);
    document.reject(inner, fmt::format("unknown key {} = {}{}; allowed here are {}", inner, text_of(node),
                                       did_you_mean(name, names), fmt::join(names, ", ")));
  }
}

inline const toml::table& expect_table(const Document& document, const toml::node& node, const std::string& path) {
  const toml::table* table = node.as_table();
  if (table == nullptr) document.reject(path, fmt::format("{} = {} must be a table", path, text_of(node)));
  return *table;
}

inline const toml::array& expect_tables(const Document& document, const toml::node& node, const std::string& path) {
  const toml::array* list = node.as_array();
  if (list == nullptr) document.reject(path, fmt::format("{0} must be a list of tables, [[{0}]]", path));
  return *list;
}

// Local steps replace the default epoch, unless the scenario asks for both.
inline void resolve_epochs(const toml::table& table, TrainingConfig& config) {
  if (config.steps > 0 && !table.contains("epochs")) config.epochs = 0;
}
template <class Config>
void resolve_epochs(const toml::table&, Config&) {}

template <class Config>
[[nodiscard]] Config read_table(const Document& document, const KnownNames& known_names, const toml::table& table,
                                const std::string& path);

template <class Config>
struct Reader {
  const Document& document;
  const KnownNames& known_names;
  const toml::table& source;
  const std::string& path;
  Config config = {};

  template <class Value>
  void key(const char* name, Value Config::*member, const Limits& limits, const char*, const char* meaning) {
    if (const toml::node* node = source.get(name)) {
      read_value(Found{document, known_names, join_path(path, name), *node, limits}, config.*member);
    } else if (limits.required) {
      document.reject(path, fmt::format("the key {} is missing: {}", join_path(path, name), meaning));
    }
  }
  template <class Table>
  void table(const char* name, Table Config::*member, const char*) {
    const toml::node* node = source.get(name);
    if (node == nullptr) return;
    const std::string inner = join_path(path, name);
    config.*member = read_table<Table>(document, known_names, expect_table(document, *node, inner), inner);
  }
  template <class Table>
  void tables(const char* name, std::vector<Table> Config::*member, const char*) {
    const toml::node* node = source.get(name);
    if (node == nullptr) return;
    const std::string list_path = join_path(path, name);
    const toml::array& list = expect_tables(document, *node, list_path);
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string inner = join_path(list_path, std::to_string(i));
      const toml::table& entry = expect_table(document, *list.get(i), inner);
      (config.*member).push_back(read_table<Table>(document, known_names, entry, inner));
    }
  }
};

// The described keys of a table that may hold others.
template <class Config>
[[nodiscard]] Config read_members(const Document& document, const KnownNames& known_names, const toml::table& table,
                                  const std::string& path) {
  Reader<Config> reader{document, known_names, table, path};
  describe(reader, std::type_identity<Config>{});
  resolve_epochs(table, reader.config);
  return std::move(reader.config);
}

template <class Config>
Config read_table(const Document& document, const KnownNames& known_names, const toml::table& table,
                  const std::string& path) {
  reject_unknown_keys(document, table, path, key_names<Config>());
  return read_members<Config>(document, known_names, table, path);
}

}  // namespace polyclinic
