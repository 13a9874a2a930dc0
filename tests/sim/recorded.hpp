// What a run on the small scenario's chain recorded, in the words of tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/record/result_data.hpp"
#include "core/record/rows.hpp"

namespace polyclinic::test {

[[nodiscard]] std::vector<RoundRow> rounds_of(const ResultData& data);
[[nodiscard]] std::vector<BlockRow> final_blocks(const ResultData& data);
[[nodiscard]] ChainSummaryRow summary_of(const ResultData& data);  // throws where there is none
[[nodiscard]] std::vector<EventRow> events(const ResultData& data, const std::string& kind);
[[nodiscard]] std::vector<ActivityRow> activities(const ResultData& data, const std::string& kind,
                                                  std::int64_t institution);
[[nodiscard]] double duration_s(const ActivityRow& row);
// Of the first update that left.
[[nodiscard]] double update_bytes(const ResultData& data);

// "" where every update that left an institution (/egress) is counted once in the chain's summary, as included or (each
// with an event) expired; else the counts.
[[nodiscard]] std::string unaccounted(const ResultData& data);

}  // namespace polyclinic::test
