#include <fmt/format.h>

#include <type_traits>
#include <vector>

#include "core/scenario/fields.hpp"
#include "core/scenario/parse.hpp"
#include "core/scenario/write_value.hpp"

namespace polyclinic {
namespace {

// What may be written for a member of type Value, in words.
template <class Value>
std::string describe_value(const Limits& limits, const KnownNames& known_names) {
  if constexpr (std::is_same_v<Value, bool>) return "true or false";
  if constexpr (std::is_same_v<Value, double>) return "a number" + describe_range(limits);
  if constexpr (std::is_same_v<Value, std::int64_t> || std::is_same_v<Value, std::uint64_t>) {
    return "a whole number" + describe_range(limits);
  }
  if constexpr (std::is_same_v<Value, std::string>) return describe_text(limits, known_names);
  if constexpr (std::is_same_v<Value, RateConfig>) {
    return "a number" + describe_range(limits) +
           ", a list of them, { distribution = \"lognormal\", median, sigma }, { distribution = \"uniform\", low, high } "
           "or { distribution = \"quantiles\", values = [least, ..., largest] }";
  }
  if constexpr (requires { typename Value::value_type; } && !std::is_same_v<Value, std::string>) {
    return "a list; each: " + describe_value<typename Value::value_type>(limits, known_names);
  }
}

template <class Config>
struct Lister {
  std::vector<KeyHelp>& keys;
  const KnownNames& known_names;
  std::string prefix;
  Config defaults = {};

  template <class Value>
  void key(const char* name, Value Config::*member, const Limits& limits, const char* unit, const char* meaning) {
    keys.push_back({.key = prefix + name,
                    .allowed = describe_value<Value>(limits, known_names),
                    .default_value = limits.required ? "(required)" : write_value(defaults.*member),
                    .unit = unit,
                    .meaning = meaning,
                    .names = names_allowed(limits, known_names)});
  }
  template <class Table>
  void table(const char* name, Table Config::*, const char*) {
    list<Table>(fmt::format("{}{}.", prefix, name));
  }
  template <class Table>
  void tables(const char* name, std::vector<Table> Config::*, const char*) {
    const bool is_inner = prefix.starts_with("[[") && prefix.ends_with("]] ");
    list<Table>(is_inner ? fmt::format("{}.{}]] ", prefix.substr(0, prefix.size() - 3), name) : fmt::format("[[{}]] ", name));
  }
  template <class Table>
  void list(std::string inner_prefix) {
    Lister<Table> inner{keys, known_names, std::move(inner_prefix)};
    describe(inner, std::type_identity<Table>{});
  }
};

}  // namespace

std::vector<KeyHelp> key_reference(const KnownNames& known_names) {
  std::vector<KeyHelp> keys;
  Lister<Scenario> lister{keys, known_names, ""};
  describe(lister, std::type_identity<Scenario>{});
  return keys;
}

}  // namespace polyclinic
