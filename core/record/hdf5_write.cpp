#include <algorithm>
#include <cstring>
#include <numeric>
#include <span>

#include "core/record/hdf5_file.hpp"
#include "core/record/hdf5_handle.hpp"
#include "core/base/output_file.hpp"

namespace polyclinic {

namespace {

constexpr std::size_t chunk_bytes = 256 * 1024;  // a quarter of HDF5's default chunk cache
constexpr std::size_t growth_bytes = 1024 * 1024;

Hdf5Handle variable_string() {
  Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "copy the string type");
  checked(H5Tset_size(type.id(), H5T_VARIABLE), "make a string type");
  checked(H5Tset_cset(type.id(), H5T_CSET_UTF8), "make a string type");
  return type;
}

Hdf5Handle fixed_string(std::size_t size) {
  Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "copy the string type");
  checked(H5Tset_size(type.id(), size), "make a string type");
  checked(H5Tset_cset(type.id(), H5T_CSET_UTF8), "make a string type");
  checked(H5Tset_strpad(type.id(), H5T_STR_NULLPAD), "make a string type");
  return type;
}

Hdf5Handle simple_space(const std::vector<hsize_t>& shape) {
  if (shape.empty()) return {H5Screate(H5S_SCALAR), H5Sclose, "make a scalar dataspace"};
  return {H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose, "make a dataspace"};
}

Hdf5Handle intermediate_groups() {
  Hdf5Handle list(H5Pcreate(H5P_LINK_CREATE), H5Pclose, "make a property list");
  checked(H5Pset_create_intermediate_group(list.id(), 1), "ask for intermediate groups");
  return list;
}

Hdf5Handle create_dataset(hid_t file, const std::string& path, hid_t type, hid_t space, hid_t layout) {
  checked(H5Pset_obj_track_times(layout, false), "leave out the time of day");
  const Hdf5Handle links = intermediate_groups();
  return {H5Dcreate2(file, path.c_str(), type, space, links.id(), layout, H5P_DEFAULT), H5Dclose, "create a dataset"};
}

Hdf5Handle dataset_layout() { return {H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "make a property list"}; }

// Where each column of a table lies in a row of the file.
struct Layout {
  std::vector<std::size_t> sizes, offsets;  // bytes
  std::size_t row_size = 0;
};

// Calls visit(row, column, bytes) for every cell.
template <class Visit>
void for_each_cell(const Table& table, Visit visit) {
  ByteReader reader(table.rows);
  for (std::size_t row = 0; !reader.empty(); ++row) {
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
      visit(row, column, get_cell_bytes(reader, table.columns[column].kind));
    }
  }
}

Layout layout_of(const Table& table) {
  Layout layout;
  for (const ColumnSpec& column : table.columns) layout.sizes.push_back(column.kind == CellKind::text ? 1 : 8);
  for_each_cell(table, [&](std::size_t, std::size_t column, ByteView cell) {
    layout.sizes[column] = std::max(layout.sizes[column], cell.size());
  });
  layout.offsets.resize(layout.sizes.size());
  std::exclusive_scan(layout.sizes.begin(), layout.sizes.end(), layout.offsets.begin(), std::size_t{0});
  layout.row_size = layout.offsets.back() + layout.sizes.back();
  return layout;
}

Hdf5Handle compound_type(const Table& table, const Layout& layout) {
  Hdf5Handle type(H5Tcreate(H5T_COMPOUND, layout.row_size), H5Tclose, "make a row type");
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const ColumnSpec& column = table.columns[i];
    const Hdf5Handle text = fixed_string(layout.sizes[i]);
    const hid_t member = column.kind == CellKind::text      ? text.id()
                         : column.kind == CellKind::integer ? H5T_NATIVE_INT64
                                                            : H5T_NATIVE_DOUBLE;
    checked(H5Tinsert(type.id(), column.name.c_str(), layout.offsets[i], member), "add a column to a row type");
  }
  return type;
}

Bytes packed_rows(const Table& table, const Layout& layout) {
  Bytes packed(static_cast<std::size_t>(table.count) * layout.row_size);
  for_each_cell(table, [&](std::size_t row, std::size_t column, ByteView cell) {
    if (cell.empty()) return;
    std::memcpy(packed.data() + row * layout.row_size + layout.offsets[column], cell.data(), cell.size());
  });
  return packed;
}

void write_strings(hid_t object, const char* name, const std::vector<const char*>& values, hid_t space) {
  const Hdf5Handle type = variable_string();
  const Hdf5Handle attribute(H5Acreate2(object, name, type.id(), space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                             "create an attribute");
  checked(H5Awrite(attribute.id(), type.id(), values.data()), "write an attribute");
}

void write_table(hid_t file, const std::string& path, const Table& table) {
  const Layout layout = layout_of(table);
  const Hdf5Handle type = compound_type(table, layout);
  const auto count = static_cast<hsize_t>(table.count);
  const Hdf5Handle space = simple_space({count});
  const Hdf5Handle properties = dataset_layout();
  const hsize_t chunk = std::clamp<hsize_t>(chunk_bytes / layout.row_size, 1, std::max<hsize_t>(count, 1));
  checked(H5Pset_chunk(properties.id(), 1, &chunk), "set the chunk size");
  checked(H5Pset_shuffle(properties.id()), "set the shuffle filter");
  checked(H5Pset_deflate(properties.id(), 1), "set the compression");
  const Hdf5Handle dataset = create_dataset(file, path, type.id(), space.id(), properties.id());
  const Bytes packed = packed_rows(table, layout);
  if (count > 0) checked(H5Dwrite(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, packed.data()), "write a table");
  std::vector<const char*> units;
  for (const ColumnSpec& column : table.columns) units.push_back(column.unit.c_str());
  write_strings(dataset.id(), "units", units, simple_space({units.size()}).id());
}

void write_text(hid_t file, const std::string& path, const std::string& text) {
  const Hdf5Handle type = variable_string();
  const Hdf5Handle space = simple_space({});
  const Hdf5Handle properties = dataset_layout();
  const Hdf5Handle dataset = create_dataset(file, path, type.id(), space.id(), properties.id());
  const char* characters = text.c_str();
  checked(H5Dwrite(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, &characters), "write a text");
}

hid_t type_of(ElementKind kind) {
  switch (kind) {
    case ElementKind::float32: return H5T_NATIVE_FLOAT;
    case ElementKind::float64: return H5T_NATIVE_DOUBLE;
    case ElementKind::int64: return H5T_NATIVE_INT64;
    case ElementKind::uint8: break;
  }
  return H5T_NATIVE_UINT8;
}

void write_array(hid_t file, const std::string& path, const Array& array) {
  const Hdf5Handle space = simple_space({array.shape.begin(), array.shape.end()});
  const Hdf5Handle properties = dataset_layout();
  const Hdf5Handle dataset = create_dataset(file, path, type_of(array.kind), space.id(), properties.id());
  if (array.values.empty()) return;
  checked(H5Dwrite(dataset.id(), type_of(array.kind), H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()), "write an array");
}

void write_link(hid_t file, const std::string& path, const std::string& other_file) {
  const Hdf5Handle links = intermediate_groups();
  checked(H5Lcreate_external(other_file.c_str(), "/", file, path.c_str(), links.id(), H5P_DEFAULT), "link another file");
}

bool exists(hid_t file, const std::string& path) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    if (checked(H5Lexists(file, path.substr(0, end).c_str(), H5P_DEFAULT), "look for a link") == 0) return false;
    if (end == std::string::npos) return true;
  }
}

Hdf5Handle open_or_create(hid_t file, const std::string& path) {
  if (path == "/" || exists(file, path)) return {H5Oopen(file, path.c_str(), H5P_DEFAULT), H5Oclose, "open a group"};
  const Hdf5Handle links = intermediate_groups();
  return {H5Gcreate2(file, path.c_str(), links.id(), H5P_DEFAULT, H5P_DEFAULT), H5Gclose, "create a group"};
}

void write_attribute(hid_t object, const std::string& name, const Attribute& value) {
  const Hdf5Handle space = simple_space({});
  if (const auto* text = std::get_if<std::string>(&value)) return write_strings(object, name.c_str(), {text->c_str()}, space.id());
  const bool integer = std::holds_alternative<std::int64_t>(value);
  const hid_t type = integer ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE;
  const Hdf5Handle attribute(H5Acreate2(object, name.c_str(), type, space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                             "create an attribute");
  const void* number = integer ? static_cast<const void*>(std::get_if<std::int64_t>(&value)) : std::get_if<double>(&value);
  checked(H5Awrite(attribute.id(), type, number), "write an attribute");
}

void write_all(hid_t file, const ResultData& data) {
  for (const auto& [path, table] : data.tables) write_table(file, path, table);
  for (const auto& [path, text] : data.texts) write_text(file, path, text);
  for (const auto& [path, array] : data.arrays) write_array(file, path, array);
  for (const auto& [path, other_file] : data.links) write_link(file, path, other_file);
  for (const auto& [path, attributes] : data.attributes) {
    const Hdf5Handle object = open_or_create(file, path);
    for (const auto& [name, value] : attributes) write_attribute(object.id(), name, value);
  }
}

// The file is made in memory and written by ourselves: HDF5 1.10 that meets a full disk while it writes cannot close the file
// any more and ends the process with a segmentation fault (measured with a limit on the file size).
Bytes file_image(const ResultData& data) {
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "make a property list");
  checked(H5Pset_fapl_core(access.id(), growth_bytes, false), "keep the file in memory");
  const Hdf5Handle file(H5Fcreate("result.h5", H5F_ACC_TRUNC, H5P_DEFAULT, access.id()), H5Fclose, "create a file in memory");
  write_all(file.id(), data);
  checked(H5Fflush(file.id(), H5F_SCOPE_GLOBAL), "finish the file");
  Bytes image(static_cast<std::size_t>(checked(H5Fget_file_image(file.id(), nullptr, 0), "measure the file")));
  checked(H5Fget_file_image(file.id(), image.data(), image.size()), "take the file");
  return image;
}

Bytes named_image(const std::filesystem::path& path, const ResultData& data) {
  const Hdf5Silence silence;
  try {
    return file_image(data);
  } catch (const Error& error) {
    fail("{}: {}", path.string(), error.what());
  }
}

}  // namespace

void write_hdf5(const std::filesystem::path& path, const ResultData& data) { replace_file(path, named_image(path, data)); }

}  // namespace polyclinic
