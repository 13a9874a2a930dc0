// One member as TOML text, the inverse of read_value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/scenario/scenario.hpp"

namespace polyclinic {

[[nodiscard]] std::string write_value(bool value);
[[nodiscard]] std::string write_value(std::int64_t value);
[[nodiscard]] std::string write_value(std::uint64_t value);
[[nodiscard]] std::string write_value(double value);  // the shortest text that reads back as the same number
[[nodiscard]] std::string write_value(const std::string& value);
[[nodiscard]] std::string write_value(const std::vector<std::string>& values);
[[nodiscard]] std::string write_value(const std::vector<std::int64_t>& values);
[[nodiscard]] std::string write_value(const std::vector<double>& values);
[[nodiscard]] std::string write_value(const std::vector<std::vector<double>>& values);
[[nodiscard]] std::string write_value(const RateConfig& value);

}  // namespace polyclinic
