// A result in memory, as the recorder gathers it, the journal replays it and the HDF5 file holds it; and the bridge between it
// and the typed rows of rows.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/bytes.hpp"

namespace polyclinic {

using Attribute = std::variant<std::int64_t, double, std::string>;
using Cell = Attribute;  // one value of a table

template <class Value>
using ByPath = std::map<std::string, Value, std::less<>>;

enum class CellKind : std::uint8_t { integer, real, text };  // the order of Cell's alternatives

struct ColumnSpec {
  std::string name, unit;
  CellKind kind = CellKind::integer;
  bool operator==(const ColumnSpec&) const = default;
};

// `rows` holds `count` rows, one after another, cell by cell: an integer or a real is 8 bytes, a text its length in 4 bytes and
// then its UTF-8.
struct Table {
  std::vector<ColumnSpec> columns;
  Bytes rows;
  std::int64_t count = 0;
  bool operator==(const Table&) const = default;
};

enum class ElementKind : std::uint8_t { float32, float64, int64, uint8 };

// A dense array in row-major order; a shape of no dimensions is one element.
struct Array {
  ElementKind kind = ElementKind::float32;
  std::vector<std::int64_t> shape;
  Bytes values;
  bool operator==(const Array&) const = default;
};

// Everything is held by its path in the file ("/chains/NAME/rounds"); attributes by the path of their group, "/" for the root.
struct ResultData {
  ByPath<Table> tables;
  ByPath<ByPath<Attribute>> attributes;
  ByPath<std::string> texts;
  ByPath<Array> arrays;
  ByPath<std::string> links;           // to the root of another HDF5 file, by its path as seen from this one's folder
  bool operator==(const ResultData&) const = default;
};

[[nodiscard]] std::size_t element_size(ElementKind kind);  // bytes
// The number of elements of `shape`; throws Error where it is negative or beyond 2^62.
[[nodiscard]] std::int64_t element_count(const std::vector<std::int64_t>& shape);

// The attribute `name` at `path`, or nullptr.
[[nodiscard]] const Attribute* find_attribute(const ResultData& data, std::string_view path, std::string_view name);
// The same as a number or as text; `otherwise` where it is absent or of another kind.
[[nodiscard]] double number_or(const ResultData& data, std::string_view path, std::string_view name, double otherwise);
[[nodiscard]] std::string text_or(const ResultData& data, std::string_view path, std::string_view name, std::string otherwise);

// Cells as bytes. Every NaN becomes the same NaN, since the sign and payload of a computed one depend on the processor.
void put_cell(ByteWriter& writer, std::int64_t value);
void put_cell(ByteWriter& writer, double value);
void put_cell(ByteWriter& writer, std::string_view value);
// The next cell's content: 8 bytes of a number, or a text's UTF-8. Throws Error where the bytes end too early.
[[nodiscard]] ByteView get_cell_bytes(ByteReader& reader, CellKind kind);
// The next row of a table; throws Error where the bytes end too early.
[[nodiscard]] std::vector<Cell> get_row(ByteReader& reader, const std::vector<ColumnSpec>& columns);

// For each of `wanted` its position among the table's columns; throws Error where one is missing or of another kind.
[[nodiscard]] std::vector<std::size_t> column_positions(const std::vector<ColumnSpec>& wanted, const Table& table,
                                                        std::string_view path);

template <class Value>
constexpr CellKind cell_kind_of() {
  if constexpr (std::is_same_v<Value, std::int64_t>) return CellKind::integer;
  else if constexpr (std::is_same_v<Value, double>) return CellKind::real;
  else {
    static_assert(std::is_same_v<Value, std::string>, "a cell is an integer of 64 bits, a double or a string");
    return CellKind::text;
  }
}

// The columns of a typed row.
template <class Row>
[[nodiscard]] const std::vector<ColumnSpec>& columns_of() {
  static const std::vector<ColumnSpec> specs = [] {
    const auto spec = [](const auto& column) {
      return ColumnSpec{column.name, column.unit,
                        cell_kind_of<std::remove_cvref_t<decltype(std::declval<Row&>().*column.member)>>()};
    };
    return std::apply([&](const auto&... column) { return std::vector<ColumnSpec>{spec(column)...}; }, Row::columns);
  }();
  return specs;
}

template <class Row>
[[nodiscard]] Bytes encode_row(const Row& row) {
  ByteWriter writer;
  std::apply([&](const auto&... column) { (put_cell(writer, row.*column.member), ...); }, Row::columns);
  return writer.take();
}

// The rows of the table at `path`, in the order recorded; none where there is no such table. Columns are found by name, so that
// a table with more columns reads as well. Throws Error where a column is missing.
template <class Row>
[[nodiscard]] std::vector<Row> rows(const ResultData& data, std::string_view path) {
  std::vector<Row> result;
  const auto found = data.tables.find(path);
  if (found == data.tables.end()) return result;
  const Table& table = found->second;
  const std::vector<std::size_t> positions = column_positions(columns_of<Row>(), table, path);
  ByteReader reader(table.rows);
  while (!reader.empty()) {
    std::vector<Cell> cells = get_row(reader, table.columns);
    Row& row = result.emplace_back();
    auto position = positions.begin();
    const auto assign = [&](auto& member) {
      member = std::get<std::remove_reference_t<decltype(member)>>(std::move(cells[*position++]));
    };
    std::apply([&](const auto&... column) { (assign(row.*column.member), ...); }, Row::columns);
  }
  return result;
}

}  // namespace polyclinic
