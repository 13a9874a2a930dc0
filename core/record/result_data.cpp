#include "core/record/result_data.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace polyclinic {

std::size_t element_size(ElementKind kind) {
  switch (kind) {
    case ElementKind::float32: return 4;
    case ElementKind::float64:
    case ElementKind::int64: return 8;
    case ElementKind::uint8: return 1;
  }
  fail("there is no element kind {}", static_cast<int>(kind));
}

std::int64_t element_count(const std::vector<std::int64_t>& shape) {
  constexpr std::int64_t most = std::int64_t{1} << 62;
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) {
    require(extent >= 0 && (extent == 0 || count <= most / extent), "an array's extent of {} is not possible", extent);
    count *= extent;
  }
  return count;
}

const Attribute* find_attribute(const ResultData& data, std::string_view path, std::string_view name) {
  const auto group = data.attributes.find(path);
  if (group == data.attributes.end()) return nullptr;
  const auto found = group->second.find(name);
  return found == group->second.end() ? nullptr : &found->second;
}

double number_or(const ResultData& data, std::string_view path, std::string_view name, double otherwise) {
  const Attribute* found = find_attribute(data, path, name);
  if (found == nullptr) return otherwise;
  if (const auto* integer = std::get_if<std::int64_t>(found)) return static_cast<double>(*integer);
  const auto* real = std::get_if<double>(found);
  return real == nullptr ? otherwise : *real;
}

std::string text_or(const ResultData& data, std::string_view path, std::string_view name, std::string otherwise) {
  const Attribute* found = find_attribute(data, path, name);
  const auto* text = found == nullptr ? nullptr : std::get_if<std::string>(found);
  return text == nullptr ? std::move(otherwise) : *text;
}

void put_cell(ByteWriter& writer, std::int64_t value) { writer.put(value); }

void put_cell(ByteWriter& writer, double value) {
  writer.put(std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value);
}

void put_cell(ByteWriter& writer, std::string_view value) {
  writer.put(static_cast<std::uint32_t>(value.size())).put_bytes(view_of(value));
}

ByteView get_cell_bytes(ByteReader& reader, CellKind kind) {
  return reader.get_bytes(kind == CellKind::text ? reader.get<std::uint32_t>() : sizeof(double));
}

namespace {

Cell get_cell(ByteReader& reader, CellKind kind) {
  switch (kind) {
    case CellKind::integer: return reader.get<std::int64_t>();
    case CellKind::real: return reader.get<double>();
    case CellKind::text: break;
  }
  const ByteView bytes = get_cell_bytes(reader, kind);
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace

std::vector<Cell> get_row(ByteReader& reader, const std::vector<ColumnSpec>& columns) {
  std::vector<Cell> cells;
  cells.reserve(columns.size());
  for (const ColumnSpec& column : columns) cells.push_back(get_cell(reader, column.kind));
  return cells;
}

std::vector<std::size_t> column_positions(const std::vector<ColumnSpec>& wanted, const Table& table, std::string_view path) {
  std::vector<std::size_t> positions;
  for (const ColumnSpec& column : wanted) {
    const auto found = std::ranges::find(table.columns, column.name, &ColumnSpec::name);
    require(found != table.columns.end(), "table {} has no column {}", path, column.name);
    require(found->kind == column.kind, "column {} of table {} has another type than expected", column.name, path);
    positions.push_back(static_cast<std::size_t>(found - table.columns.begin()));
  }
  return positions;
}

}  // namespace polyclinic
