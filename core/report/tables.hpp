// The tables of a report as JSON: {"id", "title", "caption", "columns": [[title, kind]], "rows": [[cell]]}. Kinds: "text",
// "prose"; "count", "s", "B", "dB", "score", "share": a number or null; and the same with "~" before it: [mean, low, high, count]
// or null, or with a fifth figure, the effect size.
#pragma once

#include "core/report/report.hpp"

namespace polyclinic {

[[nodiscard]] Json report_tables(const ReportInput& input);

}  // namespace polyclinic
