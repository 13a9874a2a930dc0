#include "core/report/json.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace polyclinic {

Json json_number(double value) {
  if (!std::isfinite(value)) return nullptr;
  const double rounded = std::strtod(fmt::format("{:.6g}", value).c_str(), nullptr);
  if (rounded == std::round(rounded) && std::abs(rounded) < 1e15) return static_cast<std::int64_t>(rounded);
  return rounded;
}

Json json_numbers(std::span<const double> values) {
  Json numbers = Json::array();
  for (const double value : values) numbers.push_back(json_number(value));
  return numbers;
}

Json json_band(const Band& band) {
  Json json = {json_numbers(band.x), json_numbers(band.mean)};
  const auto known = [](double bound) { return !std::isnan(bound); };
  if (!std::ranges::any_of(band.low, known)) return json;
  json.push_back(json_numbers(band.low));
  json.push_back(json_numbers(band.high));
  return json;
}

// "<" starts both "</script" and "<!--"; JSON knows it only inside of texts, where its code may stand for it.
std::string script_text(const Json& json) {
  std::string text;
  for (const char letter : json.dump(-1, ' ', false, Json::error_handler_t::replace)) {
    if (letter == '<')
      text += "\\u003c";
    else
      text += letter;
  }
  return text;
}

}  // namespace polyclinic
