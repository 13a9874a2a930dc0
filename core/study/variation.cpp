#include "core/study/variation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

#include "core/base/error.hpp"
#include "core/scenario/nearest.hpp"
#include "core/scenario/read_table.hpp"
#include "core/study/point_names.hpp"
#include "core/study/read_parts.hpp"
#include "core/study/scenario_keys.hpp"

namespace polyclinic {
namespace {

// A key of the scenario, and what is written for it.
struct Entry {
  std::string key;
  const toml::node* node;
};

void check_key(const Document& document, const Entry& entry) {
  const std::string first = entry.key.substr(0, entry.key.find('.'));
  if (entry.key == "seed") document.reject(*entry.node, "seed cannot be set or varied: the study's list `seeds` does it");
  std::vector<std::string> names = scenario_key_beginnings();
  const std::vector<std::string>& of_chains = chain_key_beginnings();
  names.insert(names.end(), of_chains.begin(), of_chains.end());
  if (std::find(names.begin(), names.end(), first) != names.end()) return;
  document.reject(*entry.node,
                  fmt::format("unknown key {} = {}{}; a key of the scenario begins with {}, or, for one of every "
                              "chain, with {}",
                              entry.key, text_of(*entry.node), did_you_mean(first, names),
                              fmt::join(scenario_key_beginnings(), ", "), fmt::join(of_chains, ", ")));
}

// An inline table is a value, as in `--set KEY={...}`, where lists of values are not what is looked for.
bool is_value(const toml::node& node, bool lists_wanted) {
  const toml::table* table = node.as_table();
  return table == nullptr || table->empty() || (!lists_wanted && table->is_inline());
}

void collect(const toml::table& table, const std::string& path, bool lists_wanted, std::vector<Entry>& entries) {
  for (const auto& [key, node] : table) {
    const std::string inner = join_path(path, key.str());
    if (is_value(node, lists_wanted)) {
      entries.push_back({inner, &node});
    } else {
      collect(*node.as_table(), inner, lists_wanted, entries);
    }
  }
}

// In the order written, which a table of TOML forgets.
std::vector<Entry> entries_of(const Document& document, const toml::table& table, bool lists_wanted) {
  std::vector<Entry> entries;
  collect(table, "", lists_wanted, entries);
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    const auto place = [](const Entry& entry) {
      const toml::source_position begin = entry.node->source().begin;
      return std::tuple(begin.line, begin.column);
    };
    return place(a) < place(b);
  });
  for (const Entry& entry : entries) check_key(document, entry);
  return entries;
}

std::vector<Entry> entries_at(const Document& document, const toml::table& parent, const std::string& name,
                              bool lists_wanted) {
  const toml::node* node = parent.get(name);
  if (node == nullptr) return {};
  return entries_of(document, expect_table(document, *node, name), lists_wanted);
}

WrittenSetting setting_of(const Document& document, const std::string& key, const toml::node& value) {
  return {{key, toml_of(value)}, document.where(value)};
}

const toml::array& values_of(const Document& document, const Entry& entry) {
  const toml::array* list = entry.node->as_array();
  if (list == nullptr || list->empty()) {
    document.reject(*entry.node, fmt::format("{} = {} must be a list of at least one value, in brackets", entry.key,
                                             text_of(*entry.node)));
  }
  return *list;
}

// Lists side by side; an axis is a single one.
Factor factor_of(const Document& document, const std::vector<Entry>& entries, const std::vector<std::string>& names) {
  Factor factor(values_of(document, entries.front()).size());
  for (std::size_t i = 0; i < factor.size(); ++i) {
    std::vector<std::string> parts;
    for (std::size_t k = 0; k < entries.size(); ++k) {
      factor[i].settings.push_back(setting_of(document, entries[k].key, *values_of(document, entries[k]).get(i)));
      parts.push_back(name_part(names[k], factor[i].settings.back().setting.value));
    }
    factor[i].name = fmt::format("{}", fmt::join(parts, "_"));
    factor[i].where = factor[i].settings.front().where;
  }
  return factor;
}

void check_lengths(const Document& document, const std::vector<Entry>& zip) {
  for (const Entry& entry : zip) {
    const std::size_t first = values_of(document, zip.front()).size(), length = values_of(document, entry).size();
    if (length == first) continue;
    document.reject(*entry.node, fmt::format("the lists of [zip] must be of one length, but {} has {} values and {} has {}",
                                             zip.front().key, first, entry.key, length));
  }
}

struct Lists {
  std::vector<Entry> axes, zip;
};

Lists read_lists(const Document& document) {
  Lists lists{entries_at(document, document.root(), "axes", true), entries_at(document, document.root(), "zip", true)};
  check_lengths(document, lists.zip);
  return lists;
}

// Axes and zip in the order written.
std::vector<std::vector<Entry>> factors_in_order(const Lists& lists) {
  std::vector<std::vector<Entry>> factors;
  const auto line = [](const Entry& entry) { return entry.node->source().begin.line; };
  bool zipped = lists.zip.empty();
  for (const Entry& axis : lists.axes) {
    if (!zipped && line(lists.zip.front()) < line(axis)) {
      factors.push_back(lists.zip);
      zipped = true;
    }
    factors.push_back({axis});
  }
  if (!zipped) factors.push_back(lists.zip);
  return factors;
}

Choice read_point(const Document& document, const toml::table& table, const std::string& path) {
  reject_unknown_keys(document, table, path, {"name", "set"});
  Choice choice{table["name"].value_or(std::string()), document.where(table), {}};
  if (!is_point_name(choice.name)) {
    const toml::node* name = table.get("name");
    document.reject(
        join_path(path, "name"),
        fmt::format("{}.name = {} must be {}", path, name == nullptr ? "nothing" : text_of(*name), describe_point_name()));
  }
  for (const Entry& entry : entries_at(document, table, "set", false)) {
    choice.settings.push_back(setting_of(document, entry.key, *entry.node));
  }
  return choice;
}

Factor read_points(const Document& document) {
  const std::vector<const toml::table*> tables = read_point_tables(document);
  Factor points;
  for (std::size_t i = 0; i < tables.size(); ++i)
    points.push_back(read_point(document, *tables[i], fmt::format("point.{}", i)));
  return points;
}

std::vector<std::string> keys_of(const std::vector<Factor>& factors) {
  std::vector<std::string> keys;
  for (const Factor& factor : factors) {
    for (const Choice& choice : factor) {
      for (const WrittenSetting& written : choice.settings) {
        if (std::find(keys.begin(), keys.end(), written.setting.key) == keys.end()) keys.push_back(written.setting.key);
      }
    }
  }
  return keys;
}

}  // namespace

Variation read_variation(const Document& document) {
  Variation variation;
  for (const Entry& entry : entries_at(document, document.root(), "set", false)) {
    variation.common.push_back(setting_of(document, entry.key, *entry.node));
  }
  if (Factor points = read_points(document); !points.empty()) variation.factors.push_back(std::move(points));
  const std::vector<std::vector<Entry>> lists = factors_in_order(read_lists(document));
  std::vector<std::string> keys;
  for (const auto& entries : lists) {
    for (const Entry& entry : entries) keys.push_back(entry.key);
  }
  const std::vector<std::string> names = short_keys(keys);
  auto name = names.begin();
  for (const auto& entries : lists) {
    const auto end = name + static_cast<std::ptrdiff_t>(entries.size());
    variation.factors.push_back(factor_of(document, entries, {name, end}));
    name = end;
  }
  variation.keys = keys_of(variation.factors);
  return variation;
}

}  // namespace polyclinic
