#include "tests/sim/recorded.hpp"

#include <fmt/format.h>

namespace polyclinic::test {

std::vector<RoundRow> rounds_of(const ResultData& data) { return rows<RoundRow>(data, "/chains/small/rounds"); }

std::vector<BlockRow> final_blocks(const ResultData& data) {
  std::vector<BlockRow> blocks = rows<BlockRow>(data, "/chains/small/blocks");
  std::erase_if(blocks, [](const BlockRow& block) { return block.status != "final"; });
  return blocks;
}

ChainSummaryRow summary_of(const ResultData& data) { return rows<ChainSummaryRow>(data, "/chains/small/summary").at(0); }

std::vector<EventRow> events(const ResultData& data, const std::string& kind) {
  std::vector<EventRow> found = rows<EventRow>(data, "/events");
  std::erase_if(found, [&](const EventRow& event) { return event.kind != kind; });
  return found;
}

std::vector<ActivityRow> activities(const ResultData& data, const std::string& kind, std::int64_t institution) {
  std::vector<ActivityRow> found = rows<ActivityRow>(data, "/timeline");
  std::erase_if(found, [&](const ActivityRow& row) { return row.activity != kind || row.institution != institution; });
  return found;
}

double duration_s(const ActivityRow& row) { return row.end_s - row.start_s; }

double update_bytes(const ResultData& data) { return static_cast<double>(rows<EgressRow>(data, "/egress").at(0).bytes); }

std::string unaccounted(const ResultData& data) {
  const ChainSummaryRow summary = summary_of(data);
  const auto left = static_cast<std::int64_t>(rows<EgressRow>(data, "/egress").size());
  const auto expired = static_cast<std::int64_t>(events(data, "expired update").size());
  const std::int64_t counted = summary.updates_included + summary.updates_expired;
  if (left == summary.updates_published && left == counted && expired == summary.updates_expired) return "";
  return fmt::format("{} left; published {} = included {} + expired {}; {} events of expired ones", left,
                     summary.updates_published, summary.updates_included, summary.updates_expired, expired);
}

}  // namespace polyclinic::test
