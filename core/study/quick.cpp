#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "core/scenario/nearest.hpp"
#include "core/scenario/read_table.hpp"
#include "core/study/points.hpp"

namespace polyclinic {
namespace {

struct Entry {
  std::string key;
  const toml::node* node;
};

void collect(const toml::table& table, const std::string& path, std::vector<Entry>& entries) {
  for (const auto& [key, node] : table) {
    const std::string inner = join_path(path, key.str());
    const toml::table* deeper = node.as_table();
    deeper == nullptr ? entries.push_back({inner, &node}) : collect(*deeper, inner, entries);
  }
}

const toml::array& list_at(const Document& document, const Entry& entry) {
  const toml::array* list = entry.node->as_array();
  if (list != nullptr && !list->empty()) return *list;
  document.reject(*entry.node,
                  fmt::format("{} = {} must be a list of at least one value", entry.key, text_of(*entry.node)));
}

// The values listed, as texts, each of which must be one of `allowed`.
std::vector<std::string> chosen(const Document& document, const Entry& entry, const std::vector<std::string>& allowed) {
  std::vector<std::string> values;
  for (const toml::node& node : list_at(document, entry)) {
    values.push_back(toml_of(node));
    if (std::ranges::find(allowed, values.back()) != allowed.end()) continue;
    document.reject(node, fmt::format("{} has {}, which the study does not have{}; it has {}", entry.key, text_of(node),
                                      did_you_mean(values.back(), allowed), fmt::join(allowed, ", ")));
  }
  return values;
}

// Keeps of `items` those whose text is listed.
template <class Item, class TextOf>
void keep(const Document& document, const Entry& entry, std::vector<Item>& items, TextOf text_of_item) {
  std::vector<std::string> texts;
  std::ranges::transform(items, std::back_inserter(texts), text_of_item);
  const std::vector<std::string> wanted = chosen(document, entry, texts);
  std::erase_if(items, [&](const Item& item) { return std::ranges::find(wanted, text_of_item(item)) == wanted.end(); });
}

bool is_points(const Document& document, const Variation& variation, const Factor& factor) {
  return document.root().contains("point") && &factor == &variation.factors.front();
}

void keep_points(const Document& document, const Entry& entry, Variation& variation) {
  if (!document.root().contains("point")) document.reject(*entry.node, "quick.points: the study has no [[point]]");
  keep(document, entry, variation.factors.front(), [](const Choice& choice) { return fmt::format("\"{}\"", choice.name); });
}

void keep_values(const Document& document, const Entry& entry, Variation& variation) {
  const std::string key = entry.key.substr(std::string_view("quick.axes.").size());
  for (Factor& factor : variation.factors) {
    const std::vector<WrittenSetting>& settings = factor.front().settings;
    if (is_points(document, variation, factor) || settings.size() != 1 || settings.front().setting.key != key) continue;
    keep(document, entry, factor, [](const Choice& choice) { return choice.settings.front().setting.value; });
    return;
  }
  document.reject(*entry.node, fmt::format("{}: {} is no axis of the study", entry.key, key));
}

}  // namespace

void keep_quick_part(const Document& document, Variation& variation, std::vector<std::uint64_t>& seeds) {
  const toml::node* node = document.root().get("quick");
  if (node == nullptr) return;
  const toml::table& quick = expect_table(document, *node, "quick");
  reject_unknown_keys(document, quick, "quick", {"seeds", "points", "axes"});
  std::vector<Entry> entries;
  collect(quick, "quick", entries);
  for (const Entry& entry : entries) {
    if (entry.key == "quick.seeds") {
      keep(document, entry, seeds, [](std::uint64_t seed) { return std::to_string(seed); });
    } else if (entry.key == "quick.points") {
      keep_points(document, entry, variation);
    } else {
      keep_values(document, entry, variation);
    }
  }
}

}  // namespace polyclinic
