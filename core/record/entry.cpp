// Payloads, little-endian; a text is its length in 4 bytes and its UTF-8:
//   table      path, number of columns (4 bytes), for each: name, unit, kind (1 byte)
//   row        path, the row's cells (result_data.hpp)
//   attribute  path, name, kind (1 byte), value as a cell
//   text       path, the text
//   array      path, kind (1 byte), dimensions (4 bytes), extents (8 bytes each), values
#include "core/record/entry.hpp"

namespace polyclinic {

namespace {

std::string get_text(ByteReader& reader) {
  const ByteView bytes = reader.get_bytes(reader.get<std::uint32_t>());
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <class Kind>
Kind get_kind(ByteReader& reader, Kind last) {
  const auto kind = reader.get<std::uint8_t>();
  require(kind <= static_cast<std::uint8_t>(last), "there is no kind {}", kind);
  return static_cast<Kind>(kind);
}

ByteView rest_of(ByteReader& reader, ByteView payload, std::size_t used) {
  return reader.get_bytes(payload.size() - used);
}

// A path becomes the names of HDF5 groups, which may not be empty.
void check_path(std::string_view path) {
  require(path.starts_with('/') && !path.ends_with('/') && path.find("//") == std::string_view::npos,
          "\"{}\" is not a path of the result file", path);
}

void check_free(const ResultData& data, std::string_view path, const void* own_kind) {
  check_path(path);
  const auto taken = [&](const auto& held) { return &held != own_kind && held.contains(path); };
  require(!taken(data.tables) && !taken(data.texts) && !taken(data.arrays), "\"{}\" is already something else", path);
}

void apply_table(ResultData& data, ByteReader& reader) {
  const std::string path = get_text(reader);
  check_free(data, path, &data.tables);
  std::vector<ColumnSpec> columns;
  for (auto left = reader.get<std::uint32_t>(); left > 0; --left) {
    std::string name = get_text(reader);
    std::string unit = get_text(reader);
    columns.push_back({std::move(name), std::move(unit), get_kind(reader, CellKind::text)});
  }
  require(!columns.empty(), "table \"{}\" has no columns", path);
  const auto [place, added] = data.tables.try_emplace(path);
  if (added) place->second.columns = std::move(columns);
  else require(place->second.columns == columns, "table \"{}\" already has other columns", path);
}

void apply_row(ResultData& data, ByteReader& reader, ByteView payload) {
  const ByteView name = reader.get_bytes(reader.get<std::uint32_t>());
  const std::string_view path(reinterpret_cast<const char*>(name.data()), name.size());
  const auto found = data.tables.find(path);
  require(found != data.tables.end(), "there is no table \"{}\" for the row", path);
  const ByteView row = rest_of(reader, payload, sizeof(std::uint32_t) + name.size());
  found->second.rows.insert(found->second.rows.end(), row.begin(), row.end());
  ++found->second.count;
}

void apply_attribute(ResultData& data, ByteReader& reader) {
  const std::string path = get_text(reader);
  if (path != "/") check_path(path);
  const std::string name = get_text(reader);
  require(!name.empty(), "an attribute of \"{}\" has no name", path);
  const CellKind kind = get_kind(reader, CellKind::text);
  data.attributes[path][name] = get_row(reader, {ColumnSpec{name, "", kind}}).front();
}

void apply_text(ResultData& data, ByteReader& reader) {
  const std::string path = get_text(reader);
  check_free(data, path, &data.texts);
  data.texts[path] = get_text(reader);
}

void apply_array(ResultData& data, ByteReader& reader) {
  const std::string path = get_text(reader);
  check_free(data, path, &data.arrays);
  Array array{get_kind(reader, ElementKind::uint8), {}, {}};
  for (auto left = reader.get<std::uint32_t>(); left > 0; --left) array.shape.push_back(reader.get<std::int64_t>());
  const auto size = static_cast<std::size_t>(element_count(array.shape)) * element_size(array.kind);
  const ByteView values = reader.get_bytes(size);
  array.values.assign(values.begin(), values.end());
  data.arrays[path] = std::move(array);
}

}  // namespace

Entry table_entry(std::string_view path, const std::vector<ColumnSpec>& columns) {
  ByteWriter writer;
  put_cell(writer, path);
  writer.put(static_cast<std::uint32_t>(columns.size()));
  for (const ColumnSpec& column : columns) {
    put_cell(writer, column.name);
    put_cell(writer, column.unit);
    writer.put(column.kind);
  }
  return {EntryKind::table, writer.take()};
}

Entry row_entry(std::string_view path, ByteView row) {
  ByteWriter writer;
  put_cell(writer, path);
  writer.put_bytes(row);
  return {EntryKind::row, writer.take()};
}

Entry attribute_entry(std::string_view path, std::string_view name, const Attribute& value) {
  ByteWriter writer;
  put_cell(writer, path);
  put_cell(writer, name);
  writer.put(static_cast<CellKind>(value.index()));
  std::visit([&](const auto& held) { put_cell(writer, held); }, value);
  return {EntryKind::attribute, writer.take()};
}

Entry text_entry(std::string_view path, std::string_view value) {
  ByteWriter writer;
  put_cell(writer, path);
  put_cell(writer, value);
  return {EntryKind::text, writer.take()};
}

Entry array_entry(std::string_view path, ArrayValues values, const std::vector<std::int64_t>& shape) {
  const std::size_t held = std::visit([](const auto& span) { return span.size(); }, values);
  require(static_cast<std::int64_t>(held) == element_count(shape), "\"{}\": {} values do not fill a shape of {} elements", path,
          held, element_count(shape));
  ByteWriter writer;
  put_cell(writer, path);
  writer.put(static_cast<ElementKind>(values.index())).put(static_cast<std::uint32_t>(shape.size()));
  for (const std::int64_t extent : shape) writer.put(extent);
  std::visit([&](const auto& span) { writer.put_bytes(std::as_bytes(span)); }, values);
  return {EntryKind::array, writer.take()};
}

void apply(ResultData& data, EntryKind kind, ByteView payload) {
  ByteReader reader(payload);
  switch (kind) {
    case EntryKind::table: apply_table(data, reader); break;
    case EntryKind::row: apply_row(data, reader, payload); break;
    case EntryKind::attribute: apply_attribute(data, reader); break;
    case EntryKind::text: apply_text(data, reader); break;
    case EntryKind::array: apply_array(data, reader); break;
    default: fail("there is no entry of kind {}", static_cast<int>(kind));
  }
  require(reader.empty(), "an entry is longer than it should be");
}

}  // namespace polyclinic
