// From TOML text to a Scenario, and back.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/digest.hpp"
#include "core/scenario/limits.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

// Reads a scenario strictly: an unknown key, a wrong type, a value out of range, an unknown name, two chains or institutions
// of one name, members that match nobody, or settings that contradict one another throw UsageError with one message that says
// where ("FILE:LINE", or "--set KEY=VALUE" for an override), the key's path, its value, what is allowed, and the nearest known
// name. `overrides` are texts KEY=VALUE, such as chain.0.sharing.fraction=0.1 or chain.NAME.rounds=5. Names that other rooms
// own are checked where `known_names` has any.
[[nodiscard]] Scenario load_scenario(const std::filesystem::path& file, const std::vector<std::string>& overrides,
                                     const KnownNames& known_names = {});
[[nodiscard]] Scenario parse_scenario(std::string_view text, const std::string& file_name,
                                      const std::vector<std::string>& overrides, const KnownNames& known_names = {});

// For errors that are found only when data or model are known, such as a pattern that matches no tensor. A message that begins
// with a key within the table at `table_path` ("sharing.shared: pattern ..." in "chain.0") becomes "FILE:LINE: chain.0.sharing.
// shared: pattern ...", where that key or the nearest table around it is written; any other, "FILE:LINE: chain.0: message".
[[nodiscard]] std::string locate_message(const std::filesystem::path& file, const std::vector<std::string>& overrides,
                                         std::string_view table_path, std::string_view message);

// Every key with its value, in the order of the key reference; numbers in the shortest form that reads back as the same.
// parse_scenario(to_toml(s)) == s but for `folder`.
[[nodiscard]] std::string to_toml(const Scenario& scenario);

// BLAKE2b of to_toml(): names the result.
[[nodiscard]] Digest scenario_digest(const Scenario& scenario);

// One line of `polyclinic list keys`.
struct KeyHelp {
  std::string key;            // "[[chain]] sharing.fraction"
  std::string allowed;        // "a number above 0 and at most 1"
  std::string default_value;  // as in TOML; "(required)" where there is none
  std::string unit;           // empty: none
  std::string meaning;
  std::vector<std::string> names = {};  // the texts allowed; empty: other values
};
[[nodiscard]] std::vector<KeyHelp> key_reference(const KnownNames& known_names = {});

}  // namespace polyclinic
