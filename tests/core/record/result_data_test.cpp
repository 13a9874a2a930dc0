#include "core/record/result_data.hpp"

#include <cmath>
#include <limits>

#include "core/record/entry.hpp"
#include "core/record/fingerprint.hpp"
#include "core/record/rows.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

void record(ResultData& data, const Entry& entry) { apply(data, entry.kind, entry.payload); }

template <class Row>
void add(ResultData& data, std::string_view path, const Row& row) {
  record(data, table_entry(path, columns_of<Row>()));
  record(data, row_entry(path, encode_row(row)));
}

EventRow event(double time_s) { return {time_s, "north", "crash", "power", "", 3}; }

ResultData two_tables(bool events_first) {
  ResultData data;
  if (events_first) add(data, "/events", event(1));
  add(data, "/timeline", ActivityRow{"north", 1, 2, "train", 0, 1});
  if (!events_first) add(data, "/events", event(1));
  return data;
}

}  // namespace

TEST_CASE("typed rows survive the way through bytes, by column name") {
  ResultData data;
  add(data, "/events", EventRow{2.5, "Zürich", "rejected", std::string(300, 'x'), "", -1});
  const auto rows = polyclinic::rows<EventRow>(data, "/events");
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].sim_time_s == 2.5);
  CHECK(rows[0].chain == "Zürich");
  CHECK(rows[0].cause.size() == 300);
  CHECK(rows[0].institution == -1);
  CHECK(polyclinic::rows<EventRow>(data, "/nothing").empty());
  CHECK_THROWS_WITH_AS(polyclinic::rows<ActivityRow>(data, "/events"), "table /events has no column round", Error);
}

TEST_CASE("a column of another type is refused by name") {
  ResultData data;
  record(data, table_entry("/events", {{"sim_time_s", "s", CellKind::integer}}));
  CHECK_THROWS_WITH_AS(polyclinic::rows<EventRow>(data, "/events"),
                       "column sim_time_s of table /events has another type than expected", Error);
}

TEST_CASE("entries that cannot be are refused and change nothing") {
  ResultData data = two_tables(true);
  const ResultData before = data;
  const std::vector<float> three = {1, 2, 3};
  CHECK_THROWS_AS(record(data, table_entry("events", columns_of<EventRow>())), Error);     // no leading slash
  CHECK_THROWS_AS(record(data, table_entry("/a//b", columns_of<EventRow>())), Error);
  CHECK_THROWS_AS(record(data, table_entry("/a", {})), Error);                             // no columns
  CHECK_THROWS_AS(record(data, table_entry("/events", columns_of<ActivityRow>())), Error); // other columns
  CHECK_THROWS_AS(record(data, row_entry("/unknown", {})), Error);
  CHECK_THROWS_AS(record(data, text_entry("/events", "taken")), Error);
  CHECK_THROWS_AS(array_entry("/a", std::span(three), {2, 2}), Error);
  CHECK_THROWS_AS(array_entry("/a", std::span(three), {-3}), Error);
  CHECK_THROWS_AS(array_entry("/a", std::span(three), {std::int64_t{1} << 61, 8}), Error); // overflows
  CHECK_THROWS_AS(apply(data, static_cast<EntryKind>(9), {}), Error);
  CHECK(data == before);
}

TEST_CASE("the fingerprint does not depend on the order of tables, but on every row, unit, name and attribute") {
  CHECK(fingerprint(two_tables(true)) == fingerprint(two_tables(false)));
  const Digest original = fingerprint(two_tables(true));
  const auto changed = [&](auto change) {
    ResultData data = two_tables(true);
    change(data);
    return fingerprint(data) != original;
  };
  CHECK(changed([](ResultData& data) { add(data, "/events", event(2)); }));
  CHECK(changed([](ResultData& data) { data.tables["/events"].columns[0].unit = "h"; }));
  CHECK(changed([](ResultData& data) { data.attributes["/"]["seed"] = std::int64_t{1}; }));
  CHECK(changed([](ResultData& data) { data.texts["/scenario"] = "x"; }));
  CHECK(changed([](ResultData& data) { data.arrays["/models/a"] = {ElementKind::uint8, {0}, {}}; }));
  CHECK(changed([](ResultData& data) { record(data, table_entry("/egress", columns_of<EgressRow>())); }));
  CHECK(changed([](ResultData& data) { data.texts["/running"] = "not /run"; }));
}

TEST_CASE("the fingerprint leaves out wall-clock times, the leakage group and itself, leakage has its own") {
  ResultData data = two_tables(true);
  const Digest original = fingerprint(data);
  const Digest leakage = leakage_fingerprint(data);
  data.attributes["/run"]["wall_s"] = 3.0;
  data.texts["/run/log"] = "slow";
  data.attributes["/"]["complete"] = std::int64_t{1};
  data.attributes["/"]["fingerprint"] = std::string("abc");
  data.attributes["/"]["program_version"] = std::string("0.2.0");
  CHECK(leakage_fingerprint(data) == leakage);
  add(data, "/leakage/inversion", event(1));
  CHECK(fingerprint(data) == original);
  CHECK(leakage_fingerprint(data) != leakage);
}

TEST_CASE("every NaN is the same NaN, zero keeps its sign") {
  const double negative = std::copysign(std::numeric_limits<double>::quiet_NaN(), -1.0);
  CHECK(encode_row(event(negative)) == encode_row(event(std::nan("7"))));
  CHECK(encode_row(event(-0.0)) != encode_row(event(0.0)));
}

TEST_CASE("attributes are found as numbers or text, or not at all") {
  ResultData data;
  data.attributes["/run"]["threads"] = std::int64_t{2};
  data.attributes["/run"]["host"] = std::string("a");
  CHECK(number_or(data, "/run", "threads", 0) == 2);
  CHECK(number_or(data, "/run", "host", -1) == -1);
  CHECK(text_or(data, "/run", "threads", "none") == "none");
  CHECK(find_attribute(data, "/", "host") == nullptr);
}
