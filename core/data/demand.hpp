// Complaints about a scenario's values, as opposed to a file's.
#pragma once

#include <utility>

#include "core/base/error.hpp"

namespace polyclinic {

// Throws UsageError with the formatted message unless `condition` holds.
template <class... Args>
void demand(bool condition, fmt::format_string<Args...> format, Args&&... args) {
  if (!condition) throw UsageError(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace polyclinic
