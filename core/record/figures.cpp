#include "core/record/figures.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace polyclinic {

namespace {

std::vector<std::string> chain_names(const ResultData& data) {
  constexpr std::string_view prefix = "/chains/";
  std::set<std::string> names;
  for (const auto& [path, table] : data.tables) {
    if (path.starts_with(prefix)) names.insert(path.substr(prefix.size(), path.rfind('/') - prefix.size()));
  }
  return {names.begin(), names.end()};
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::optional<ModelFigures> baseline(const ResultData& data, const std::string& path) {
  const auto rounds = rows<RoundRow>(data, path);
  return rounds.empty() ? std::nullopt : std::optional(model_figures(rounds));
}

// Mean and worst of one figure, over those institutions that have it.
void put_figure(const std::map<std::int64_t, Scores>& scores, double Scores::*figure, Spread& spread) {
  std::vector<double> values;
  for (const auto& [institution, score] : scores) {
    if (!std::isnan(score.*figure)) values.push_back(score.*figure);
  }
  if (values.empty()) return;
  spread.mean.*figure = mean(values);
  spread.worst.*figure = figure == &Scores::loss ? std::ranges::max(values) : std::ranges::min(values);
}

template <class Row>
Spread spread_of(const std::vector<Row>& rows, double Row::*accuracy, double Row::*auc, double Row::*loss = nullptr) {
  std::map<std::int64_t, Scores> last;
  for (const Row& row : rows) {
    if (!std::isnan(row.*accuracy)) last[row.institution] = {row.*accuracy, row.*auc, loss ? row.*loss : unknown};
  }
  Spread spread{static_cast<std::int64_t>(last.size()), {}, {}};
  put_figure(last, &Scores::accuracy, spread);
  put_figure(last, &Scores::auc, spread);
  put_figure(last, &Scores::loss, spread);
  return spread;
}

void add_local(const ResultData& data, ChainFigures& figures) {
  const auto local = rows<LocalRow>(data, "/baselines/local/" + figures.name);
  if (local.empty()) return;
  figures.local = spread_of(local, &LocalRow::test_accuracy, &LocalRow::test_auc, &LocalRow::test_loss);
  figures.local_own_rows = spread_of(local, &LocalRow::local_test_accuracy, &LocalRow::local_test_auc);
}

// What the figures need of tables whose other columns came later, so that older files can be read as well.
struct BlockStatus {
  std::string status;
  static constexpr auto columns = std::make_tuple(Column{"status", "", &BlockStatus::status});
};

struct EventKind {
  std::string chain, kind;
  static constexpr auto columns = std::make_tuple(Column{"chain", "", &EventKind::chain}, Column{"kind", "", &EventKind::kind});
};

void add_blocks(const ResultData& data, ChainFigures& figures) {
  for (const BlockStatus& block : rows<BlockStatus>(data, "/chains/" + figures.name + "/blocks")) {
    if (block.status == "final") ++figures.final_blocks;
    if (block.status == "stale") ++figures.stale_blocks;
  }
}

void add_health(const ResultData& data, ChainFigures& figures) {
  const auto summaries = rows<ChainSummaryRow>(data, "/chains/" + figures.name + "/summary");
  if (summaries.empty()) return;
  ChainHealth health{summaries.front(), {}};
  constexpr std::string_view beginning = " begins";
  for (const EventKind& event : rows<EventKind>(data, "/events")) {
    if (event.chain != figures.name || !event.kind.ends_with(beginning)) continue;
    ++health.faults[event.kind.substr(0, event.kind.size() - beginning.size())];
  }
  figures.health = std::move(health);
}

void add_load(const ResultData& data, ChainFigures& figures) {
  if (!figures.health) return;
  const std::string folder = "/chains/" + figures.name;
  figures.load = figures.health->row;
  figures.load_bytes = number_or(data, folder, "wire_bytes", 0);
  figures.load_messages = number_or(data, folder, "wire_messages", 0);
}

ChainFigures figures_of(const ResultData& data, const std::string& name,
                        const std::vector<InstitutionRow>& institutions) {
  ChainFigures figures;
  figures.name = name;
  figures.members = std::ranges::count(institutions, name, &InstitutionRow::chain);
  const auto rounds = rows<RoundRow>(data, "/chains/" + name + "/rounds");
  figures.collaborative = model_figures(rounds);
  figures.own_rows = spread_of(rows<MemberRow>(data, "/chains/" + name + "/members"), &MemberRow::local_test_accuracy,
                               &MemberRow::local_test_auc);
  figures.centralized = baseline(data, "/baselines/centralized/" + name);
  figures.full_sharing = baseline(data, "/baselines/full_sharing/" + name);
  add_local(data, figures);
  add_blocks(data, figures);
  add_health(data, figures);
  if (rounds.empty()) add_load(data, figures);
  return figures;
}

std::int64_t count_of(const ResultData& data, std::string_view path) {
  const auto found = data.tables.find(path);
  return found == data.tables.end() ? 0 : found->second.count;
}

// The mean of a column over those rows that have it; NaN where none has.
double column_mean(const std::vector<LocalRow>& rows, double LocalRow::*column) {
  std::vector<double> values;
  for (const LocalRow& row : rows) {
    if (!std::isnan(row.*column)) values.push_back(row.*column);
  }
  return values.empty() ? unknown : mean(values);
}

RoundRow mean_row(std::int64_t round, const std::vector<LocalRow>& rows) {
  RoundRow row;
  row.round = round;
  row.participants = static_cast<std::int64_t>(rows.size());
  row.sim_time_s = std::ranges::max(rows, {}, &LocalRow::sim_time_s).sim_time_s;
  row.train_loss = column_mean(rows, &LocalRow::train_loss);
  row.test_loss = column_mean(rows, &LocalRow::test_loss);
  row.test_accuracy = column_mean(rows, &LocalRow::test_accuracy);
  row.test_auc = column_mean(rows, &LocalRow::test_auc);
  row.test_f1 = column_mean(rows, &LocalRow::test_f1);
  return row;
}

}  // namespace

ModelFigures model_figures(const std::vector<RoundRow>& rounds) {
  ModelFigures figures;
  for (const RoundRow& row : rounds) {
    if (!std::isnan(row.test_accuracy)) figures.test = {row.test_accuracy, row.test_auc, row.test_loss};
    figures.sim_time_s = row.sim_time_s;
    figures.rounds = std::max(figures.rounds, row.round);
    figures.published_bytes += static_cast<double>(row.published_bytes);
    figures.wire_bytes += static_cast<double>(row.wire_bytes);
  }
  return figures;
}

std::vector<RoundRow> mean_rounds(const std::vector<LocalRow>& rows) {
  std::map<std::int64_t, std::vector<LocalRow>> by_round;
  for (const LocalRow& row : rows) by_round[row.round].push_back(row);
  std::vector<RoundRow> means;
  for (const auto& [round, of_round] : by_round) means.push_back(mean_row(round, of_round));
  return means;
}

std::vector<ChainFigures> chain_figures(const ResultData& data) {
  const auto institutions = rows<InstitutionRow>(data, "/institutions");
  std::vector<ChainFigures> figures;
  for (const std::string& name : chain_names(data)) figures.push_back(figures_of(data, name, institutions));
  return figures;
}

RunFigures run_figures(const ResultData& data) {
  std::set<std::int64_t> institutions;
  for (const InstitutionRow& row : rows<InstitutionRow>(data, "/institutions")) institutions.insert(row.institution);
  const auto of_run = [&](std::string_view name) { return number_or(data, "/run", name, unknown); };
  RunFigures figures;
  figures.complete = number_or(data, "/", "complete", 0) == 1;
  figures.name = text_or(data, "/", "name", "unnamed");
  figures.institutions = static_cast<std::int64_t>(institutions.size());
  figures.events = count_of(data, "/events");
  figures.wall_s = of_run("wall_s");
  figures.threads = of_run("threads");
  figures.peak_memory_bytes = of_run("peak_memory_bytes");
  const double available_s = figures.threads * (figures.wall_s - of_run("startup_s"));
  if (available_s > 0) figures.pool_share = (of_run("training_s") + of_run("evaluation_s")) / available_s;
  return figures;
}

}  // namespace polyclinic
