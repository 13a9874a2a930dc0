// What an update weighs that was trained from an older version of the global model than the one it is added to.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

// The functions that CollaborationConfig::staleness may name, with a line of description each.
[[nodiscard]] std::vector<NamedKind> staleness_kinds();

// s(age) of Xie, Koyejo and Gupta 2019, Asynchronous federated optimization, section 5.2: constant 1; polynomial
// (1 + age)^-a; hinge 1 up to age b, 1 / (a (age - b) + 1) beyond. `age`: versions behind, at least 0. At age 0, 1 whatever
// the function. Throws UsageError for an unknown one.
[[nodiscard]] double staleness_weight(const CollaborationConfig& config, std::int64_t age);

}  // namespace polyclinic
