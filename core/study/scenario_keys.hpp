// How a study names keys of its scenario: as `--set` does, or, where a key is a [[chain]]'s alone, without saying of which: it
// then stands for that key of every chain.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/study/study.hpp"

namespace polyclinic {

// What a key may begin with: of the scenario ("network"), and of its chains alone ("sharing", "rounds").
[[nodiscard]] const std::vector<std::string>& scenario_key_beginnings();
[[nodiscard]] const std::vector<std::string>& chain_key_beginnings();

// The paths of the scenario that `key` stands for: "chain.0.sharing.fraction", ... for "sharing.fraction"; chains called by
// their name get their number. A key that does not exist stands for itself.
[[nodiscard]] std::vector<std::string> paths_of(const std::string& key, const std::vector<std::string>& chains);

// What the setting is on a command line, "chain.0.sharing.fraction=0.1", once for each of those paths.
[[nodiscard]] std::vector<std::string> overrides_of(const Setting& setting, const std::vector<std::string>& chains);

}  // namespace polyclinic
