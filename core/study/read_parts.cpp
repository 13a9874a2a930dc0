#include "core/study/read_parts.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <set>

#include "core/scenario/read_table.hpp"

namespace polyclinic {
namespace {

constexpr double most_memory_bytes = 1e15;

double factor_of(std::string_view unit) {
  constexpr std::pair<std::string_view, double> units[] = {{"B", 1.0},  {"kB", 1e3}, {"KB", 1e3},
                                                           {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}};
  for (const auto& [name, factor] : units) {
    if (name == unit) return factor;
  }
  return std::nan("");
}

// "4GB", "1.5 TB"; NaN where it is no such text.
double bytes_of(std::string_view text) {
  double number = 0.0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nan("");
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  if (text.starts_with(' ')) text.remove_prefix(1);
  return number * factor_of(text);
}

double read_memory(const Document& document, const toml::node& node) {
  const auto text = node.value<std::string_view>();
  const double bytes = text ? bytes_of(*text) : node.value<double>().value_or(std::nan(""));
  if (!(bytes > 0.0 && bytes <= most_memory_bytes)) {
    document.reject(node,
                    fmt::format("resources.memory = {} must be a number of bytes above 0 and at most {}, or one with its "
                                "unit, such as \"4GB\" (B, kB, MB, GB, TB)",
                                text_of(node), most_memory_bytes));
  }
  return bytes;
}

}  // namespace

std::vector<const toml::table*> read_point_tables(const Document& document) {
  std::vector<const toml::table*> tables;
  const toml::node* node = document.root().get("point");
  if (node == nullptr) return tables;
  const toml::array& list = expect_tables(document, *node, "point");
  for (std::size_t i = 0; i < list.size(); ++i) {
    tables.push_back(&expect_table(document, *list.get(i), fmt::format("point.{}", i)));
  }
  return tables;
}

StudyHead read_head(const Document& document) { return read_members<StudyHead>(document, {}, document.root(), ""); }

std::vector<std::uint64_t> read_seeds(const Document& document, const StudyHead& head) {
  if (head.seeds.empty()) document.reject("seeds", "seeds = [] must hold at least one seed, a whole number of at least 0");
  std::set<std::int64_t> seen;
  for (std::size_t i = 0; i < head.seeds.size(); ++i) {
    if (seen.insert(head.seeds[i]).second) continue;
    document.reject(fmt::format("seeds.{}", i), fmt::format("seeds has {} twice: each must be another", head.seeds[i]));
  }
  return {head.seeds.begin(), head.seeds.end()};
}

std::optional<StudyTarget> read_target(const Document& document) {
  const toml::node* node = document.root().get("target");
  if (node == nullptr) return std::nullopt;
  return read_table<StudyTarget>(document, {}, expect_table(document, *node, "target"), "target");
}

RunResources read_resources(const Document& document) {
  const toml::node* node = document.root().get("resources");
  if (node == nullptr) return {};
  const toml::table& table = expect_table(document, *node, "resources");
  std::vector<std::string> names = key_names<RunResources>();
  names.emplace_back("memory");
  reject_unknown_keys(document, table, "resources", names);
  RunResources resources = read_members<RunResources>(document, {}, table, "resources");
  if (const toml::node* memory = table.get("memory")) resources.memory_bytes = read_memory(document, *memory);
  if (!resources.partition.empty() && !is_identifier(resources.partition)) {
    document.reject("resources.partition", fmt::format("resources.partition = \"{}\" must be {}", resources.partition,
                                                       describe_text(identifier(), {})));
  }
  return resources;
}

}  // namespace polyclinic
