// What a study varies, as it is written: `set`, [axes], [zip] and [[point]]. Included by the reader of studies alone.
#pragma once

#include <string>
#include <vector>

#include "core/scenario/document.hpp"
#include "core/study/study.hpp"

namespace polyclinic {

struct WrittenSetting {
  Setting setting;
  std::string where;                        // "FILE:LINE"
};

// One of several ways to set some keys.
struct Choice {
  std::string name;                         // of a [[point]]; what the settings say, of any other
  std::string where;
  std::vector<WrittenSetting> settings;
};

// A point of the study takes one choice of each factor: an axis is a factor, all of [zip] is one, all of [[point]] is one.
using Factor = std::vector<Choice>;

struct Variation {
  std::vector<WrittenSetting> common;       // in every run
  std::vector<std::string> keys;            // that factors set, in the factors' order
  std::vector<Factor> factors;              // [[point]] first, then axes and [zip] in the order written
};

// Throws UsageError where a table or list is none or empty, lists side by side differ in length, a key can belong to no scenario
// or is `seed`, or a point's name is unfit. Whether the scenario takes the values is another matter.
[[nodiscard]] Variation read_variation(const Document& document);

// Throws UsageError where two keys set the same of the scenario, so that one of them would have no effect.
void check_overlaps(const Variation& variation, const std::vector<std::string>& chains);

}  // namespace polyclinic
