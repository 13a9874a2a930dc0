#include "core/learning/config_text.hpp"

#include <fmt/format.h>

#include "core/scenario/fields_learning.hpp"
#include "core/scenario/write_value.hpp"

namespace polyclinic {
namespace {

// From the descriptions by which scenarios are read, so that no key is forgotten here.
template <class Config>
struct Writer {
  const Config& config;
  std::string text;

  template <class Value>
  void key(const char* name, Value Config::*member, const Limits&, const char*, const char*) {
    text += fmt::format("{} = {}\n", name, write_value(config.*member));
  }
  template <class Table>
  void table(const char* name, Table Config::*member, const char*) {
    Writer<Table> inner{config.*member, {}};
    describe(inner, std::type_identity<Table>{});
    text += fmt::format("[{}]\n{}", name, inner.text);
  }
};

template <class Config>
std::string text_of(const Config& config) {
  Writer<Config> writer{config, {}};
  describe(writer, std::type_identity<Config>{});
  return writer.text;
}

}  // namespace

std::string config_text(const ModelConfig& config) { return text_of(config); }
std::string config_text(const TrainingConfig& config) { return text_of(config); }

}  // namespace polyclinic
