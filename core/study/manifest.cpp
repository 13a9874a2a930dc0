// study.h5 (docs/studies.md).
#include <algorithm>

#include "core/record/fingerprint.hpp"
#include "core/record/hdf5_file.hpp"
#include "core/study/axes.hpp"
#include "core/study/statistics.hpp"
#include "core/study/study_result.hpp"

namespace polyclinic {

namespace {

using Row = std::vector<Cell>;
using Columns = std::vector<ColumnSpec>;

constexpr const char* unit_column =
    "unit";  // the unit of columns whose rows have different ones: their column of that name says it

ColumnSpec text(const char* name) { return {name, "", CellKind::text}; }
ColumnSpec count(const char* name) { return {name, "1", CellKind::integer}; }
ColumnSpec real(const char* name, const char* unit) { return {name, unit, CellKind::real}; }

// Columns before and after the axes'.
struct TableShape {
  const char* path;
  Columns before, after;
};

TableShape runs_shape() {
  return {"/runs", {text("run"), text("point"), count("seed")}, {text("state"), text("fingerprint"), text("file")}};
}

TableShape figures_shape() {
  TableShape shape{"/figures", {text("run"), text("point"), count("seed")}, {text("chain"), text("series")}};
  for (const FigureColumn& column : figure_columns()) shape.after.push_back(real(column.name, column.unit));
  return shape;
}

TableShape statistics_shape() {
  return {"/statistics",
          {text("point")},
          {text("chain"), text("series"), text("metric"), text("unit"), count("count"), real("mean", unit_column),
           real("deviation", unit_column), real("low", unit_column), real("high", unit_column)}};
}

TableShape comparisons_shape() {
  return {"/comparisons",
          {text("point")},
          {text("chain"), text("metric"), text("unit"), text("kind"), text("against"), count("count"),
           real("difference", unit_column), real("deviation", unit_column), real("low", unit_column),
           real("high", unit_column), real("effect_size", "1")}};
}

TableShape targets_shape() {
  return {"/targets",
          {text("point")},
          {text("chain"), text("series"), text("measure"), text("unit"), count("runs"), count("reached"),
           real("median", unit_column), real("least_mean", unit_column)}};
}

TableShape ratios_shape() {
  return {"/ratios",
          {text("point")},
          {text("chain"), text("measure"), text("against"), count("runs"), count("reached"), count("against_reached"),
           real("ratio", "1"), text("bound")}};
}

TableShape personal_shape() {
  TableShape shape{"/personal", {text("run"), text("point"), count("seed")}, {text("chain"), text("method")}};
  for (const PersonalColumn& column : personal_columns()) shape.after.push_back(real(column.name, column.unit));
  return shape;
}

TableShape personal_statistics_shape() {
  return {"/personal_statistics",
          {text("point")},
          {text("chain"), text("method"), text("metric"), count("count"), real("mean", "1"), real("deviation", "1"),
           real("low", "1"), real("high", "1")}};
}

TableShape wall_shape() {
  return {
      "/wall", {text("run")}, {real("wall_s", "s"), real("cpu_s", "s"), real("peak_memory_bytes", "B"), text("message")}};
}

std::vector<std::string> taken_names() {
  std::vector<std::string> names;
  for (const TableShape& shape : {runs_shape(), figures_shape(), statistics_shape(), comparisons_shape(), targets_shape(),
                                  ratios_shape(), personal_shape(), personal_statistics_shape()}) {
    for (const ColumnSpec& column : shape.before) names.push_back(column.name);
    for (const ColumnSpec& column : shape.after) names.push_back(column.name);
  }
  return names;
}

// Gathers a table's rows.
class TableWriter {
 public:
  TableWriter(const TableShape& shape, const Columns& axes) {
    for (const Columns* columns : {&shape.before, &axes, &shape.after}) {
      table_.columns.insert(table_.columns.end(), columns->begin(), columns->end());
    }
  }
  void add(const Row& before, const Row& axes, const Row& after) {
    for (const Row* cells : {&before, &axes, &after}) {
      for (const Cell& cell : *cells) std::visit([&](const auto& value) { put_cell(rows_, value); }, cell);
    }
    ++table_.count;
  }
  [[nodiscard]] Table take() {
    table_.rows = rows_.take();
    return std::move(table_);
  }

 private:
  Table table_;
  ByteWriter rows_;
};

std::string unit_of(const std::string& metric) {
  const auto found =
      std::ranges::find_if(figure_columns(), [&](const FigureColumn& column) { return metric == column.name; });
  return found == figure_columns().end() ? "1" : found->unit;
}

// The tables of one study.
class Manifest {
 public:
  explicit Manifest(const StudyResult& result) : result_(result), axes_(axes_of(result.study, taken_names())) {}

  [[nodiscard]] Table runs() const {
    TableWriter table(runs_shape(), axes_.columns);
    for (const StudyRunResult& run : result_.runs) {
      const std::string file = run.state == StudyRunState::complete ? run.run.file().string() : "";
      table.add(name_cells(run.run), axes_.cells[run.run.point], {name_of(run.state), run.fingerprint, file});
    }
    return table.take();
  }

  [[nodiscard]] Table figures() const {
    TableWriter table(figures_shape(), axes_.columns);
    for (const StudyFigures& figures : result_.figures) {
      const StudyRun& run = result_.runs[figures.run].run;
      Row after{figures.chain, figures.series};
      for (const FigureColumn& column : figure_columns()) after.emplace_back(figures.*column.member);
      table.add(name_cells(run), axes_.cells[run.point], after);
    }
    return table.take();
  }

  [[nodiscard]] Table statistics() const {
    TableWriter table(statistics_shape(), axes_.columns);
    for (const StatisticRow& row : polyclinic::statistics(result_)) {
      const Estimate& value = row.value;
      table.add({row.point}, axes_at(row.point),
                {row.chain, row.series, row.metric, unit_of(row.metric), value.count, value.mean, value.deviation,
                 value.low, value.high});
    }
    return table.take();
  }

  [[nodiscard]] Table comparisons() const {
    TableWriter table(comparisons_shape(), axes_.columns);
    for (const ComparisonRow& row : polyclinic::comparisons(result_)) {
      const Estimate& value = row.paired.difference;
      table.add({row.point}, axes_at(row.point),
                {row.chain, row.metric, unit_of(row.metric), row.kind == Comparison::point ? "point" : "baseline",
                 row.against, value.count, value.mean, value.deviation, value.low, value.high, row.paired.effect_size});
    }
    return table.take();
  }

  [[nodiscard]] Table targets() const {
    TableWriter table(targets_shape(), axes_.columns);
    for (const TargetRow& row : polyclinic::targets(result_)) {
      table.add({row.point}, axes_at(row.point),
                {row.chain, row.series, row.measure, unit_of(row.measure), row.time.runs, row.time.reached, row.time.median,
                 row.time.least_mean});
    }
    return table.take();
  }

  [[nodiscard]] Table ratios() const {
    TableWriter table(ratios_shape(), axes_.columns);
    for (const RatioRow& row : target_ratios(result_)) {
      table.add({row.point}, axes_at(row.point),
                {row.chain, row.measure, row.against, row.own.runs, row.own.reached, row.others.reached, row.time.ratio,
                 name_of(row.time.bound)});
    }
    return table.take();
  }

  [[nodiscard]] Table personal() const {
    TableWriter table(personal_shape(), axes_.columns);
    for (const PersonalFigures& figures : result_.personal) {
      const StudyRun& run = result_.runs[figures.run].run;
      Row after{figures.chain, figures.method};
      for (const PersonalColumn& column : personal_columns()) after.emplace_back(figures.*column.member);
      table.add(name_cells(run), axes_.cells[run.point], after);
    }
    return table.take();
  }

  [[nodiscard]] Table personal_statistics() const {
    TableWriter table(personal_statistics_shape(), axes_.columns);
    for (const PersonalRowOverSeeds& row : polyclinic::personal_statistics(result_)) {
      const Estimate& value = row.value;
      table.add({row.point}, axes_at(row.point),
                {row.chain, row.method, row.metric, value.count, value.mean, value.deviation, value.low, value.high});
    }
    return table.take();
  }

  [[nodiscard]] Table wall() const {
    TableWriter table(wall_shape(), {});
    for (const StudyRunResult& run : result_.runs) {
      table.add({run.run.name}, {}, {run.wall_s, run.cpu_s, run.peak_memory_bytes, run.message});
    }
    return table.take();
  }

 private:
  [[nodiscard]] Row name_cells(const StudyRun& run) const {
    return {run.name, result_.study.points[run.point].name, static_cast<std::int64_t>(run.seed)};
  }
  [[nodiscard]] const Row& axes_at(const std::string& point) const {
    const auto found = std::ranges::find(result_.study.points, point, &StudyPoint::name);
    return axes_.cells[static_cast<std::size_t>(found - result_.study.points.begin())];
  }

  const StudyResult& result_;
  Axes axes_;
};

// What two sweeps of one study have in common.
ResultData same_part(const StudyResult& result, const Manifest& manifest) {
  ResultData data;
  data.tables["/runs"] = manifest.runs();
  data.tables["/figures"] = manifest.figures();
  data.tables["/statistics"] = manifest.statistics();
  data.tables["/comparisons"] = manifest.comparisons();
  data.tables["/targets"] = manifest.targets();
  data.tables["/ratios"] = manifest.ratios();
  data.tables["/personal"] = manifest.personal();
  data.tables["/personal_statistics"] = manifest.personal_statistics();
  data.attributes["/"] = {{"format", std::string(study_format)},
                          {"schema_version", std::int64_t{1}},
                          {"name", result.study.name},
                          {"study_digest", study_digest(result.study).hex()},
                          {"complete", std::int64_t{count_runs(result, StudyRunState::complete) == result.runs.size()}}};
  return data;
}

}  // namespace

void write_manifest(const std::filesystem::path& folder, const StudyResult& result) {
  const Manifest manifest(result);
  ResultData data = same_part(result, manifest);
  data.attributes["/"]["fingerprint"] = fingerprint(data).hex();
  data.tables["/wall"] = manifest.wall();
  data.texts["/study"] = to_toml(result.study);
  for (const StudyRunResult& run : result.runs) {
    const std::filesystem::path file = run.run.file();
    if (std::filesystem::exists(folder / file)) data.links["/files/" + run.run.name] = file.string();
  }
  write_hdf5(folder / "study.h5", data);
}

}  // namespace polyclinic
