// The figures of a report as JSON, arrays rather than objects where it counts:
//   {"id", "section", "title", "caption", "choices": [label], "series": [[name, role, order]], "panels": [panel]}
// A panel has an "id", a "title", a "kind", an "x" and a "y" axis for each choice ([title, unit], or one for all), and
// "data"[choice][series], null where a series has nothing:
//   "curves"  [x, y] or [x, y, low, high]; "steps": y holds until the next x; "log": x differs so that a logarithm helps
//   "dots"    [x, y, low, high] with y an index into "categories"
//   "bars"    [x, y], stacked, likewise
//   "boxes"   [least, lower quartile, median, upper quartile, most, count]
//   "marks"   [x, y, text] with y an index into "categories"
// "log_y": with a logarithmic x axis y is one, too. A figure without panels may have a "gallery" instead: lines of pictures,
// [label, [address of a picture], [caption]].
// Units: "score" (0 to 1), "difference" (of scores), "loss", "count", "s", "B", "share", "dB".
#pragma once

#include <vector>

#include "core/report/grouped.hpp"

namespace polyclinic {

// Each adds what the runs have something to show for.
void add_convergence(const ReportInput& input, const std::string& chain, Json& figures);   // with baselines
void add_institutions(const ReportInput& input, const std::string& chain, Json& figures);  // alone and together
void add_along(const ReportInput& input, const std::string& chain, Json& figures);         // against a number that is varied
void add_auxiliary(const ReportInput& input, const std::string& chain, Json& figures);     // from other chains
void add_personal(const ReportInput& input, const std::string& chain, Json& figures);      // models of one's own
void add_leakage(const ReportInput& input, const std::string& chain, Json& figures);        // what attacks make of images
void add_trade_offs(const ReportInput& input, const std::string& chain, Json& figures);     // accuracy against leakage
void add_membership(const ReportInput& input, const std::string& chain, Json& figures);     // who was trained on
void add_reconstructions(const ReportInput& input, const std::string& chain, Json& figures);
void add_targets(const ReportInput& input, const std::string& chain, Json& figures);       // time and bytes to target
void add_chain(const ReportInput& input, const std::string& chain, Json& figures);         // blocks and finality
void add_events(const ReportInput& input, Json& figures);                                  // faults and what followed

// In the order of their names.
[[nodiscard]] std::vector<std::string> chain_names(const ReportInput& input);

}  // namespace polyclinic
