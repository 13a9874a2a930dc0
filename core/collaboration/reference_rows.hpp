// Public images that a scenario describes once and several parts of it name.
#pragma once

#include <string>

#include "core/data/load.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

// The rows of the [[reference]] of that name, the same for all who name it; undefined where `name` is empty. Throws UsageError,
// naming `key`, where their shape is not `shape`.
[[nodiscard]] Rows reference_rows(const Scenario& scenario, const std::string& name, const std::string& key, const InputShape& shape,
                                  const DataPaths& paths);

}  // namespace polyclinic
