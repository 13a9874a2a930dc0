#include "core/base/named_kind.hpp"

#include <fmt/ranges.h>

#include "core/base/error.hpp"

namespace polyclinic {

void reject_kind(const std::string& what, const std::string& name, const std::vector<NamedKind>& allowed) {
  std::vector<std::string> names;
  for (const NamedKind& kind : allowed) names.push_back(kind.name);
  throw UsageError(fmt::format("{} is \"{}\", allowed: {}", what, name, fmt::join(names, ", ")));
}

}  // namespace polyclinic
