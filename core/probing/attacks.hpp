// Every attack that a [[probe]] may name, of all families.
#pragma once

#include <string>
#include <vector>

#include "core/base/named_kind.hpp"

namespace polyclinic {

enum class AttackFamily { inversion, labels, membership, properties };

[[nodiscard]] std::vector<NamedKind> attack_kinds();
[[nodiscard]] AttackFamily family_of(const std::string& attack);  // throws UsageError

}  // namespace polyclinic
