#include "core/data/known_sets.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/error.hpp"
#include "index_text.hpp"

namespace polyclinic {
namespace {

constexpr std::array<std::pair<std::string_view, TaskKind>, 4> task_kinds = {{{"binary", TaskKind::binary},
                                                                              {"multi_class", TaskKind::multi_class},
                                                                              {"multi_label", TaskKind::multi_label},
                                                                              {"ordinal", TaskKind::ordinal}}};

// The index is ours and compiled in: a key that is missing is a mistake of its editor, named so that a test finds it.
template <class T>
T value(const toml::table& table, std::string_view key) {
  const auto found = table[key].value<T>();
  require(found.has_value(), "datasets/index.toml: key {} is missing or of the wrong type", key);
  return *found;
}

template <class T>
std::vector<T> values(const toml::table& table, std::string_view key) {
  const toml::array* array = table[key].as_array();
  require(array != nullptr, "datasets/index.toml: key {} must be a list", key);
  std::vector<T> list;
  for (const toml::node& node : *array) {
    const auto item = node.value<T>();
    require(item.has_value(), "datasets/index.toml: an entry of {} has the wrong type", key);
    list.push_back(*item);
  }
  return list;
}

std::vector<KnownFile> files_of(const toml::table& table) {
  std::vector<KnownFile> files;
  const toml::array* list = table["files"].as_array();
  require(list != nullptr, "datasets/index.toml: key files must be a list");
  for (const toml::node& node : *list) {
    const toml::table* file = node.as_table();
    require(file != nullptr, "datasets/index.toml: an entry of files must be a table");
    files.push_back({value<std::string>(*file, "name"), values<std::string>(*file, "md5")});
  }
  return files;
}

KnownSet set_of(const toml::table& table) {
  KnownSet set;
  set.name = value<std::string>(table, "name");
  set.format = value<std::string>(table, "format");
  set.title = value<std::string>(table, "title");
  set.task.kind = parse_task_kind(value<std::string>(table, "task"));
  set.task.class_names = values<std::string>(table, "classes");
  set.task.classes = static_cast<std::int64_t>(set.task.class_names.size());
  set.channels = value<std::int64_t>(table, "channels");
  set.rows = values<std::int64_t>(table, "rows");
  set.licence = value<std::string>(table, "licence");
  set.citation = value<std::string>(table, "citation");
  set.url = value<std::string>(table, "url");
  set.folder = value<std::string>(table, "folder");
  set.files = files_of(table);
  return set;
}

}  // namespace

std::vector<KnownSet> known_sets() {
  const toml::table root = toml::parse(index_text);
  const toml::array* list = root["set"].as_array();
  require(list != nullptr, "datasets/index.toml has no [[set]]");
  std::vector<KnownSet> sets;
  for (const toml::node& node : *list) sets.push_back(set_of(*node.as_table()));
  return sets;
}

std::optional<KnownSet> find_known_set(std::string_view name) {
  for (KnownSet& set : known_sets())
    if (set.name == name) return std::move(set);
  return std::nullopt;
}

std::optional<KnownFile> find_known_file(const KnownSet& set, std::string_view name) {
  const auto found = std::find_if(set.files.begin(), set.files.end(), [&](const KnownFile& f) { return f.name == name; });
  return found == set.files.end() ? std::nullopt : std::optional(*found);
}

TaskKind parse_task_kind(std::string_view name) {
  for (const auto& [known, kind] : task_kinds)
    if (known == name) return kind;
  fail("\"{}\" is not a kind of task", name);
}

std::string_view task_kind_name(TaskKind kind) {
  const auto is_it = [&](const auto& entry) { return entry.second == kind; };
  return std::find_if(task_kinds.begin(), task_kinds.end(), is_it)->first;
}

}  // namespace polyclinic
