// What a single key's limits cannot say: names that clash, patterns that match nobody, settings that contradict one another.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "core/scenario/limits.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

// Throws, given the path of the key that is wrong and a message that names it, its value and what is allowed.
using Reject = std::function<void(const std::string& path, const std::string& message)>;

// Calls `reject` for the first inconsistency; depends on values alone, so that a resolved scenario passes again. What a
// behaviour needs is checked where `known_names` has any.
void check_consistency(const Scenario& scenario, const KnownNames& known_names, const Reject& reject);

// The part that concerns scenario.chains[index].
void check_chain(const Scenario& scenario, std::size_t index, const Reject& reject);

}  // namespace polyclinic
