#include "core/study/axes.hpp"

#include <cmath>

#include "tests/core/study/sample_study.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

// A study of one key, with these values; an empty one: the point leaves the key alone.
Axes axes_for(const std::string& key, const std::vector<std::string>& values, const std::vector<std::string>& taken = {}) {
  Study study = sample_study();
  study.keys = {key};
  study.points.clear();
  for (const std::string& value : values) {
    study.points.push_back({"point", value.empty() ? std::vector<Setting>{} : std::vector<Setting>{{key, value}}});
  }
  return axes_of(study, taken);
}

}  // namespace

TEST_CASE("an axis is a column of integers, reals or text, as its values are") {
  CHECK(axes_for("rounds", {"10", "2_0"}).columns[0] == ColumnSpec{"rounds", "1", CellKind::integer});
  CHECK(axes_for("rounds", {"10", "2_0"}).cells[1][0] == Cell(std::int64_t{20}));
  CHECK(axes_for("sharing.fraction", {"1", "0.1"}).cells == std::vector<std::vector<Cell>>{{1.0}, {0.1}});
  CHECK(axes_for("model.kind", {"\"cnn\"", "\"mlp\""}).cells == std::vector<std::vector<Cell>>{{"cnn"}, {"mlp"}});
  CHECK(axes_for("sharing.steps", {"[\"top_k\"]", "1"}).cells == std::vector<std::vector<Cell>>{{"[\"top_k\"]"}, {"1"}});
}

TEST_CASE("a point that leaves the key alone has no value") {
  const Axes numbers = axes_for("rounds", {"10", ""});
  CHECK(numbers.columns[0].kind == CellKind::real);
  CHECK(std::isnan(std::get<double>(numbers.cells[1][0])));
  CHECK(axes_for("model.kind", {"\"cnn\"", ""}).cells[1][0] == Cell(std::string()));
}

TEST_CASE("an axis has its key's unit, and another name where the table has that column") {
  CHECK(axes_for("consensus.block_interval_s", {"1", "2.5"}).columns[0].unit == "s");
  CHECK(axes_for("institution.0.uplink_bytes_per_s", {"1e6"}).columns[0].unit == "B/s");
  CHECK(axes_for("model.kind", {"\"cnn\""}).columns[0].unit.empty());
  CHECK(axes_for("rounds", {"10"}, {"run", "rounds"}).columns[0].name == "set.rounds");
}
