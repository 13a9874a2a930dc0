// What is read off a learning curve and off what came from other chains. Included by the figures of a run alone.
#pragma once

#include <cstddef>
#include <vector>

#include "core/record/rows.hpp"
#include "core/study/study_result.hpp"

namespace polyclinic {

// The area under a curve through the evaluated rounds, straight between them, divided by the rounds it spans: its mean height,
// whatever the distance of the evaluations. The value itself where there is one; NaN where there is none.
[[nodiscard]] double curve_area(const std::vector<RoundRow>& rounds, double RoundRow::*metric);

// start_*, first_* and area_* of the figures.
void put_curve(const std::vector<RoundRow>& rounds, StudyFigures& figures);

// auxiliary_* of the figures; `refused`: packets and objects that were turned away. Nothing where there was neither.
void put_auxiliary(const std::vector<AuxiliaryRow>& rows, std::size_t refused, StudyFigures& figures);

}  // namespace polyclinic
