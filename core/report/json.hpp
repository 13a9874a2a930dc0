// Numbers as a report's JSON holds them: six significant digits, which no plot can tell from more, and null for NaN.
#pragma once

#include <nlohmann/json.hpp>

#include <span>
#include <string>

#include "core/report/band.hpp"

namespace polyclinic {

using Json = nlohmann::json;

[[nodiscard]] Json json_number(double value);
[[nodiscard]] Json json_numbers(std::span<const double> values);
// [x, mean], and [x, mean, low, high] where there is an interval.
[[nodiscard]] Json json_band(const Band& band);
// As text that may stand inside a <script> element, whatever the names in it; what is not UTF-8 is replaced.
[[nodiscard]] std::string script_text(const Json& json);

}  // namespace polyclinic
