#include "core/scenario/parse.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/base/error.hpp"
#include "core/scenario/checks.hpp"
#include "core/scenario/document.hpp"
#include "core/scenario/fields.hpp"
#include "core/scenario/nearest.hpp"
#include "core/scenario/read_value.hpp"

namespace polyclinic {
namespace {

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
Config read_table(const Document& document, const KnownNames& known_names, const toml::table& table,
                  const std::string& path);

const toml::table& expect_table(const Document& document, const toml::node& node, const std::string& path) {
  const toml::table* table = node.as_table();
  if (table == nullptr) document.reject(path, fmt::format("{} = {} must be a table", path, text_of(node)));
  return *table;
}

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
    const toml::array* list = node->as_array();
    if (list == nullptr) document.reject(list_path, fmt::format("{0} must be a list of tables, [[{0}]]", list_path));
    for (std::size_t i = 0; i < list->size(); ++i) {
      const std::string inner = join_path(list_path, std::to_string(i));
      const toml::table& entry = expect_table(document, *list->get(i), inner);
      (config.*member).push_back(read_table<Table>(document, known_names, entry, inner));
    }
  }
};

void reject_unknown_keys(const Document& document, const toml::table& table, const std::string& path,
                         const std::vector<std::string>& names) {
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    const std::string inner = join_path(path, name);
    document.reject(inner, fmt::format("unknown key {} = {}{}; allowed here are {}", inner, text_of(node),
                                       did_you_mean(name, names), fmt::join(names, ", ")));
  }
}

// Local steps replace the default epoch, unless the scenario asks for both.
void resolve_epochs(const toml::table& table, TrainingConfig& config) {
  if (config.steps > 0 && !table.contains("epochs")) config.epochs = 0;
}
template <class Config>
void resolve_epochs(const toml::table&, Config&) {}

template <class Config>
Config read_table(const Document& document, const KnownNames& known_names, const toml::table& table,
                  const std::string& path) {
  KeyNames keys;
  describe(keys, std::type_identity<Config>{});
  reject_unknown_keys(document, table, path, keys.names);
  Reader<Config> reader{document, known_names, table, path};
  describe(reader, std::type_identity<Config>{});
  resolve_epochs(table, reader.config);
  return std::move(reader.config);
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (stream && std::filesystem::is_regular_file(file)) text << stream.rdbuf();
  if (!stream || text.str().empty()) throw UsageError(fmt::format("{}: cannot be read as a scenario file", file.string()));
  return std::move(text).str();
}

}  // namespace

Scenario parse_scenario(std::string_view text, const std::string& file_name, const std::vector<std::string>& overrides,
                        const KnownNames& known_names) {
  const Document document(text, file_name, overrides);
  Scenario scenario = read_table<Scenario>(document, known_names, document.root(), "");
  check_consistency(scenario, known_names,
                    [&](const std::string& path, const std::string& message) { document.reject(path, message); });
  return scenario;
}

Scenario load_scenario(const std::filesystem::path& file, const std::vector<std::string>& overrides,
                       const KnownNames& known_names) {
  Scenario scenario = parse_scenario(read_text(file), file.string(), overrides, known_names);
  scenario.folder = std::filesystem::absolute(file).parent_path().string();
  return scenario;
}

std::string locate_message(const std::filesystem::path& file, const std::vector<std::string>& overrides,
                           std::string_view table_path, std::string_view message) {
  const Document document(read_text(file), file.string(), overrides);
  const std::string_view word = message.substr(0, message.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_."));
  const bool is_key = word.find('.') != std::string_view::npos && word.back() != '.';
  if (!is_key) return fmt::format("{}: {}: {}", document.where(table_path), table_path, message);
  return fmt::format("{}: {}", document.where(join_path(table_path, word)), join_path(table_path, message));
}

}  // namespace polyclinic
