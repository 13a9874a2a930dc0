// The final figures of one run's chains, and when they met the study's target.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/record/result_data.hpp"
#include "core/study/study_result.hpp"

namespace polyclinic {

// A number of StudyFigures: its column in the manifest.
struct FigureColumn {
  const char* name;  // "test_auc"
  const char* unit;  // as in rows.hpp
  double StudyFigures::*member;
};
[[nodiscard]] std::span<const FigureColumn> figure_columns();

// The series that a chain can have, in the order in which they are listed: "collaboration" and the baselines.
[[nodiscard]] std::span<const char* const> study_series();

// Chains in order of names. `run`: its place in StudyResult::runs.
[[nodiscard]] std::vector<StudyFigures> study_figures(const ResultData& data, std::size_t run,
                                                      const std::optional<StudyTarget>& target);

}  // namespace polyclinic
