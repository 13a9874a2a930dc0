// What personalization came to, by chain and method.
#pragma once

#include <string>
#include <vector>

#include "core/record/figures.hpp"

namespace polyclinic {

// Means over those institutions for which a figure is defined; the worst of each figure by itself.
struct MethodFigures {
  std::string method;
  std::int64_t institutions = 0;
  Spread local, collaborative, personal;  // on the institutions' own test rows
  std::int64_t gained = 0;                // institutions whose personal model has a greater AUC than the collaborative one;
                                          // accuracy, where one of the two AUCs is undefined
  std::int64_t hurt = 0;                  // a lesser one
};

// The methods applied on `chain`, in order of their names.
[[nodiscard]] std::vector<MethodFigures> method_figures(const ResultData& data, const std::string& chain);

}  // namespace polyclinic
