#include <fmt/format.h>

#include <vector>

#include "core/scenario/fields.hpp"
#include "core/scenario/parse.hpp"
#include "core/scenario/write_value.hpp"

namespace polyclinic {
namespace {

template <class Config>
void write_table(std::string& text, const std::string& path, const Config& config);

std::string inner_path(const std::string& path, const char* name) {
  return path.empty() ? name : fmt::format("{}.{}", path, name);
}

template <class Config>
struct Writer {
  std::string& text;
  const std::string& path;
  const Config& config;

  template <class Value>
  void key(const char* name, Value Config::*member, const Limits&, const char*, const char*) {
    text += fmt::format("{} = {}\n", name, write_value(config.*member));
  }
  template <class Table>
  void table(const char* name, Table Config::*member, const char*) {
    const std::string inner = inner_path(path, name);
    text += fmt::format("\n[{}]\n", inner);
    write_table(text, inner, config.*member);
  }
  template <class Table>
  void tables(const char* name, std::vector<Table> Config::*member, const char*) {
    const std::string inner = inner_path(path, name);
    for (const Table& entry : config.*member) {
      text += fmt::format("\n[[{}]]\n", inner);
      write_table(text, inner, entry);
    }
  }
};

template <class Config>
void write_table(std::string& text, const std::string& path, const Config& config) {
  Writer<Config> writer{text, path, config};
  describe(writer, std::type_identity<Config>{});
}

}  // namespace

std::string to_toml(const Scenario& scenario) {
  std::string text;
  write_table(text, "", scenario);
  return text;
}

Digest scenario_digest(const Scenario& scenario) { return blake2b(view_of(to_toml(scenario))); }

}  // namespace polyclinic
