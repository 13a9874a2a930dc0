#include "core/scenario/write_value.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>

#include <toml++/toml.h>
#include <utility>

namespace polyclinic {
namespace {

template <class Element>
std::string write_list(const std::vector<Element>& values) {
  std::vector<std::string> texts;
  for (const Element& value : values) texts.push_back(write_value(value));
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

}  // namespace

std::string write_value(bool value) { return value ? "true" : "false"; }
std::string write_value(std::int64_t value) { return fmt::format("{}", value); }
std::string write_value(std::uint64_t value) { return fmt::format("{}", value); }

std::string write_value(double value) {
  const std::string text = fmt::format("{}", value);
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;  // n: of inf and nan
}

// toml++ knows what to escape.
std::string write_value(const std::string& value) {
  const toml::value<std::string> node(value);
  std::ostringstream stream;
  stream << toml::toml_formatter(node, toml::format_flags::allow_unicode_strings);
  return std::move(stream).str();
}

std::string write_value(const std::vector<std::string>& values) { return write_list(values); }
std::string write_value(const std::vector<std::int64_t>& values) { return write_list(values); }
std::string write_value(const std::vector<double>& values) { return write_list(values); }
std::string write_value(const std::vector<std::vector<double>>& values) { return write_list(values); }

std::string write_value(const RateConfig& rate) {
  const std::vector<double>& values = rate.values;
  if (rate.distribution == "constant") return values.size() == 1 ? write_value(values.front()) : write_list(values);
  if (rate.distribution == "quantiles")
    return fmt::format("{{ distribution = \"quantiles\", values = {} }}", write_list(values));
  const bool uniform = rate.distribution == "uniform";
  return fmt::format("{{ distribution = \"{}\", {} = {}, {} = {} }}", rate.distribution, uniform ? "low" : "median",
                     write_value(values.at(0)), uniform ? "high" : "sigma", write_value(values.at(1)));
}

}  // namespace polyclinic
