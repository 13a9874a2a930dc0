// What personalization came to, by chain and method.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/record/figures.hpp"
#include "core/record/rows.hpp"

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

// By how much the personal model is better than the collaborative one: in AUC, or in accuracy where one of the two AUCs is
// undefined; NaN where that is, too.
[[nodiscard]] double personal_gain(const PersonalRow& row);

// The rows of /personalization, of all chains, by method.
[[nodiscard]] std::map<std::string, std::vector<PersonalRow>> personal_rows(const ResultData& data);

// The methods applied on `chain`, in order of their names.
[[nodiscard]] std::vector<MethodFigures> method_figures(const ResultData& data, const std::string& chain);

}  // namespace polyclinic
