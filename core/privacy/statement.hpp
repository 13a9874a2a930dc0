// What is claimed of a release, with everything without which the number means nothing.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "core/privacy/rdp.hpp"

namespace polyclinic {

struct PrivacyStatement {
  std::string unit;                    // what is protected: record, institution
  std::string adjacency;               // what two neighbours differ in: add/remove, replace; of updates zero-out, replace
  std::string sampling;                // poisson: each record by a coin of its own; none: every one takes part; fixed: batches of a size
  std::string mechanism;               // what makes the noise
  double delta = 0.0;                  // 0: pure
  std::string accountant;
  std::string conversion;              // rdp alone
  double noise_multiplier = 0.0;       // in the bound of one record's or institution's part; 0: another kind of noise
  double rate = 1.0;
  std::int64_t steps = 0;              // releases in all
  double epsilon = std::numeric_limits<double>::quiet_NaN();  // NaN: none holds, and `reason` says why
  std::string reason = {};
  double order = 0.0;                  // of the Rényi divergence; 0: the accountant has none
  bool at_edge = false;                // see FoundEpsilon
};

// Lines "name: value", each with its end.
[[nodiscard]] std::string text_of(const PrivacyStatement& statement);
// One line: "epsilon 2.1 at delta 1e-05 (rdp, improved), per record, add/remove, ..." or "no epsilon holds: reason".
[[nodiscard]] std::string line_of(const PrivacyStatement& statement);

}  // namespace polyclinic
