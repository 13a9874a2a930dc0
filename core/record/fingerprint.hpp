// What two runs have in common when they computed the same.
#pragma once

#include "core/base/digest.hpp"
#include "core/record/result_data.hpp"

namespace polyclinic {

// Hash over all tables (column names, units and rows in recorded order), texts, arrays and attributes, each kind in path order.
// Left out: /run (wall-clock times, host), /leakage, links, the scenario's [[probe]] tables (which come last in its text), and of the
// root's attributes complete, program_version, scenario_digest and both fingerprints. The same for a result in memory and read back from its file.
[[nodiscard]] Digest fingerprint(const ResultData& data);
// The same over /leakage and the [[probe]] tables alone.
[[nodiscard]] Digest leakage_fingerprint(const ResultData& data);

}  // namespace polyclinic
