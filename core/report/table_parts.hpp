// What the tables of a report are made of. Included by them alone.
#pragma once

#include <string>
#include <vector>

#include "core/report/json.hpp"
#include "core/report/report.hpp"
#include "core/study/statistics.hpp"

namespace polyclinic {

// How a metric's cells are written, without the "~" of one with an interval.
[[nodiscard]] std::string kind_of(const StudyMetric& metric);
// "test_auc" as people write it; the unit of a time or size is in its cells.
[[nodiscard]] std::string title_of(const StudyMetric& metric);

// [mean, low, high, count]; null where there is no value.
[[nodiscard]] Json cell_of(const Estimate& value);

// Puts `cell` into the line that begins with the texts `keys` and has a cell for each of `columns`: the last one, as
// statistics come line by line, or a new one.
void put(Json& rows, const std::vector<std::string>& keys, std::size_t columns, std::size_t column, Json cell);

// Of the columns from `first` on: leaves those that have a cell in any row.
void drop_empty_columns(Json& table, std::size_t first);

// What was learned from other chains and what each method of personalization came to; empty where there is nothing.
[[nodiscard]] Json ratios_table(const StudyResult& result);
[[nodiscard]] Json personal_table(const StudyResult& result);

// What attacks on images came to in each view, who was told from whom, and what could not be tried; empty where there is nothing.
[[nodiscard]] Json images_table(const ReportInput& input);
[[nodiscard]] Json membership_table(const ReportInput& input);
[[nodiscard]] Json skipped_table(const ReportInput& input);

}  // namespace polyclinic
