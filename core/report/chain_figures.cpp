#include <fmt/format.h>

#include <array>
#include <cmath>
#include <set>

#include "core/record/block_statistics.hpp"
#include "core/report/figures.hpp"

namespace polyclinic {

namespace {

constexpr std::size_t most_blocks = 1500;
constexpr std::array statuses{"final", "stale", "reversed", "pending"};
constexpr std::array counts{&ChainSummaryRow::final_blocks, &ChainSummaryRow::stale_blocks,
                            &ChainSummaryRow::reversed_blocks, &ChainSummaryRow::pending_blocks};

using Group = Grouped<const ChainView*>;

std::vector<Group> groups_of(const ReportInput& input, const std::string& chain) {
  return by_point<const ChainView*>(input, "point", [&](const RunView& run) -> std::optional<const ChainView*> {
    const ChainView* view = find_chain(run, chain);
    return view == nullptr || view->blocks.empty() ? std::nullopt : std::optional(view);
  });
}

double mean_count(const Group& group, std::int64_t ChainSummaryRow::*count) {
  double sum = 0, runs = 0;
  for (const ChainView* chain : group.runs) {
    if (!chain->summary) continue;
    sum += static_cast<double>((*chain->summary).*count);
    ++runs;
  }
  return runs == 0 ? unknown : sum / runs;
}

Json statuses_as_series() {
  Json series = Json::array();
  for (const char* status : statuses) series.push_back({status, status, -1});
  return series;
}

// Blocks by what became of them, of each point.
Json counts_panel(const std::vector<Group>& groups) {
  Json panel = {{"id", "blocks"},
                {"title", ""},
                {"kind", "bars"},
                {"x", Json::array({{"blocks a run", "count"}})},
                {"data", Json::array({Json::array()})}};
  for (const Group& group : groups) panel["categories"].push_back(group.series.name);
  for (const auto count : counts) {
    std::vector<double> means, places;
    for (std::size_t place = 0; place < groups.size(); ++place) {
      means.push_back(mean_count(groups[place], count));
      places.push_back(static_cast<double>(place));
    }
    const bool any = std::ranges::any_of(means, [](double mean) { return mean > 0; });
    panel["data"][0].push_back(any ? Json{json_numbers(means), json_numbers(places)} : Json(nullptr));
  }
  return panel;
}

// One run's blocks by when and by whom they were proposed; the first ones of those that are too many.
Json proposals_panel(const ChainView& chain) {
  Json panel = {{"id", "proposals"},
                {"title", ""},
                {"kind", "marks"},
                {"x", Json::array({{"proposed at, simulated", "s"}})},
                {"data", Json::array({Json::array()})}};
  const std::size_t shown = std::min(most_blocks, chain.blocks.size());
  std::set<std::int64_t> proposers;
  for (std::size_t i = 0; i < shown; ++i) proposers.insert(chain.blocks[i].proposer);
  for (const std::int64_t proposer : proposers) panel["categories"].push_back(fmt::format("validator {}", proposer));
  for (const char* status : statuses) {
    Json x = Json::array(), y = Json::array(), text = Json::array();
    for (std::size_t i = 0; i < shown; ++i) {
      const BlockRow& block = chain.blocks[i];
      if (block.status != status) continue;
      x.push_back(json_number(block.proposed_s));
      y.push_back(std::distance(proposers.begin(), proposers.find(block.proposer)));
      text.push_back(fmt::format("height {}, {} transactions", block.height, block.transactions));
    }
    panel["data"][0].push_back(x.empty() ? Json(nullptr) : Json{x, y, text});
  }
  return panel;
}

void add_blocks(const ReportInput& input, const std::string& chain, const std::vector<Group>& groups, Json& figures) {
  const ChainView& first = *groups.front().runs.front();
  Json figure = {{"id", "blocks-" + chain},
                 {"section", "The chain"},
                 {"chain", chain},
                 {"title", "Blocks"},
                 {"series", statuses_as_series()}};
  std::string caption =
      "Blocks by what became of them: final; stale (another of the same height won); reversed (was final once and is "
      "not any more); pending when the run ended.";
  if (!input.single)
    caption += " Means over seeds.";
  else if (first.blocks.size() > most_blocks)
    caption += fmt::format(" The first {} of {} blocks.", most_blocks, first.blocks.size());
  figure["caption"] = caption;
  figure["panels"] = Json::array({input.single ? proposals_panel(first) : counts_panel(groups)});
  figures.push_back(std::move(figure));
}

Json latencies_of(const Group& group, double BlockRow::*latency) {
  std::vector<double> values;
  for (const ChainView* chain : group.runs) {
    for (const BlockRow& block : chain->blocks) {
      if (block.status == "final") values.push_back(block.*latency);
    }
  }
  const Band band = distribution_of(std::move(values));
  return band.x.empty() ? Json(nullptr) : json_band(band);
}

void add_finality(const ReportInput& input, const std::string& chain, const std::vector<Group>& groups, Json& figures) {
  Json panel = {{"id", "finality"},
                {"title", ""},
                {"kind", "curves"},
                {"steps", true},
                {"log", false},
                {"x", Json::array({{"time from proposal", "s"}})},
                {"y", Json::array({{"share of final blocks", "share"}})},
                {"data", Json::array({Json::array()})}};
  Json series = Json::array();
  for (const Group& group : groups) {
    series.push_back(input.single ? Json{"final at half of the nodes", "point", 0} : json_of(group.series));
    panel["data"][0].push_back(latencies_of(group, &BlockRow::commit_median_s));
  }
  if (input.single) {
    series.push_back({"received by half of the nodes", "point", 1});
    panel["data"][0].push_back(latencies_of(groups.front(), &BlockRow::propagation_median_s));
  }
  if (std::ranges::all_of(panel["data"][0], [](const Json& data) { return data.is_null(); })) return;
  figures.push_back(
      {{"id", "finality-" + chain},
       {"section", "The chain"},
       {"chain", chain},
       {"title", "Time to finality"},
       {"series", series},
       {"caption",
        std::string("The share of final blocks that half of the nodes held as final within so long after the proposal") +
            (input.single ? ", and that had reached half of the nodes." : ", over all seeds.")},
       {"panels", Json::array({panel})}});
}

}  // namespace

void add_chain(const ReportInput& input, const std::string& chain, Json& figures) {
  const std::vector<Group> groups = groups_of(input, chain);
  if (groups.empty()) return;
  add_blocks(input, chain, groups, figures);
  add_finality(input, chain, groups, figures);
}

}  // namespace polyclinic
