// How points of a study are called: readable, and fit for a file on any system and for a link in HDF5.
#pragma once

#include <string>
#include <vector>

namespace polyclinic {

constexpr std::size_t longest_point_name = 100;

// Letters, digits and -_.,+= , beginning with neither '-' nor '.'; and that in words.
[[nodiscard]] bool is_point_name(const std::string& name);
[[nodiscard]] std::string describe_point_name();

// What each key is called in names: its last part where no other key ends so, else the whole key.
[[nodiscard]] std::vector<std::string> short_keys(const std::vector<std::string>& keys);

// "fraction=0.1": a value as TOML without its quotes, brackets and spaces, other characters that are unfit for a file replaced
// by '-'; a long one is cut, with a hash of the whole.
[[nodiscard]] std::string name_part(const std::string& short_key, const std::string& value);

// Parts joined by '_', cut where too long, with a hash of the whole.
[[nodiscard]] std::string point_name(const std::vector<std::string>& parts);

}  // namespace polyclinic
