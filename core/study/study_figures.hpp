// The figures of one run's chains, when they met the study's target, and what personalization came to.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/record/result_data.hpp"
#include "core/study/study_result.hpp"

namespace polyclinic {

// A number of StudyFigures or PersonalFigures: its column in the manifest.
template <class Figures>
struct ColumnOf {
  const char* name;  // "test_auc"
  const char* unit;  // as in rows.hpp
  double Figures::*member;
};
using FigureColumn = ColumnOf<StudyFigures>;
using PersonalColumn = ColumnOf<PersonalFigures>;
[[nodiscard]] std::span<const FigureColumn> figure_columns();
[[nodiscard]] std::span<const PersonalColumn> personal_columns();

// The series that a chain can have, in the order in which they are listed: "collaboration" and the baselines.
[[nodiscard]] std::span<const char* const> study_series();

// Chains in order of names. `run`: its place in StudyResult::runs.
[[nodiscard]] std::vector<StudyFigures> study_figures(const ResultData& data, std::size_t run,
                                                      const std::optional<StudyTarget>& target);

// Methods in order of names, of each its chains in order of names.
[[nodiscard]] std::vector<PersonalFigures> personal_figures(const ResultData& data, std::size_t run);

}  // namespace polyclinic
