#include <cstring>
#include <new>
#include <stdexcept>

#include "core/record/hdf5_file.hpp"
#include "core/record/hdf5_handle.hpp"

namespace polyclinic {

namespace {

constexpr int deepest_group = 32;  // ours are 5 deep; a foreign file may link a group into itself

std::size_t bytes_of(hid_t space, std::size_t element, hsize_t stored) {
  const auto count = static_cast<hsize_t>(checked(H5Sget_simple_extent_npoints(space), "measure a dataset"));
  // Deflate shrinks at most 1032 times (zlib's documentation): more is a damaged size, not to be allocated.
  require(element > 0 && count <= (stored * 1032 + 4096) / element, "a dataset claims {} elements in {} bytes", count, stored);
  return static_cast<std::size_t>(count) * element;
}

std::vector<std::int64_t> shape_of(hid_t space) {
  const int dimensions = checked(H5Sget_simple_extent_ndims(space), "read a shape");
  std::vector<hsize_t> extents(static_cast<std::size_t>(dimensions));
  checked(H5Sget_simple_extent_dims(space, extents.data(), nullptr), "read a shape");
  return {extents.begin(), extents.end()};
}

// All strings of an attribute or dataset, by `read(memory_type, destination)`.
template <class Read>
std::vector<std::string> read_strings(hid_t type, hid_t space, Read read) {
  const auto count = static_cast<std::size_t>(checked(H5Sget_simple_extent_npoints(space), "count strings"));
  require(count <= 4096, "{} strings where names are expected", count);
  std::vector<std::string> result(count);
  if (count == 0) return result;
  if (checked(H5Tis_variable_str(type), "read a string type") == 0) {
    const std::size_t size = H5Tget_size(type);
    std::vector<char> characters(count * size);
    checked(read(type, characters.data()), "read strings");
    for (std::size_t i = 0; i < count; ++i) result[i].assign(&characters[i * size], strnlen(&characters[i * size], size));
    return result;
  }
  std::vector<char*> pointers(count, nullptr);
  checked(read(type, pointers.data()), "read strings");
  for (std::size_t i = 0; i < count; ++i) result[i] = pointers[i] == nullptr ? "" : pointers[i];
  H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data());
  return result;
}

std::vector<std::string> read_string_attribute(hid_t attribute) {
  const Hdf5Handle type(H5Aget_type(attribute), H5Tclose, "read an attribute's type");
  const Hdf5Handle space(H5Aget_space(attribute), H5Sclose, "read an attribute's shape");
  return read_strings(type.id(), space.id(), [&](hid_t memory, void* to) { return H5Aread(attribute, memory, to); });
}

template <class Number>
Number read_number(hid_t attribute, hid_t memory_type) {
  Number value{};
  checked(H5Aread(attribute, memory_type, &value), "read an attribute");
  return value;
}

herr_t keep_attribute_name(hid_t, const char* name, const H5A_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

bool is_scalar(hid_t attribute) {
  const Hdf5Handle space(H5Aget_space(attribute), H5Sclose, "read an attribute's shape");
  return H5Sget_simple_extent_type(space.id()) == H5S_SCALAR;
}

void read_attribute(ByPath<Attribute>& attributes, const std::string& name, hid_t attribute) {
  if (!is_scalar(attribute)) return;
  const Hdf5Handle type(H5Aget_type(attribute), H5Tclose, "read an attribute's type");
  switch (H5Tget_class(type.id())) {
    case H5T_INTEGER: attributes[name] = read_number<std::int64_t>(attribute, H5T_NATIVE_INT64); break;
    case H5T_FLOAT: attributes[name] = read_number<double>(attribute, H5T_NATIVE_DOUBLE); break;
    case H5T_STRING: attributes[name] = read_string_attribute(attribute).at(0); break;
    default: break;
  }
}

void read_attributes(ResultData& data, const std::string& path, hid_t object) {
  std::vector<std::string> names;
  checked(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, keep_attribute_name, &names), "list attributes");
  ByPath<Attribute> attributes;
  for (const std::string& name : names) {
    const Hdf5Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, "open an attribute");
    read_attribute(attributes, name, attribute.id());
  }
  if (!attributes.empty()) data.attributes[path] = std::move(attributes);
}

// The columns of a row type, and the type in memory to read them with; no columns where it is not one of ours.
struct RowType {
  std::vector<ColumnSpec> columns;
  std::vector<std::size_t> sizes;
  Hdf5Handle memory;
};

CellKind kind_of(hid_t member) {
  switch (H5Tget_class(member)) {
    case H5T_INTEGER: return CellKind::integer;
    case H5T_FLOAT: return CellKind::real;
    case H5T_STRING: if (H5Tis_variable_str(member) == 0) return CellKind::text; break;
    default: break;
  }
  fail("a table has a column of a type that results do not have");
}

std::vector<ColumnSpec> columns_in(hid_t type) {
  std::vector<ColumnSpec> columns;
  const int count = checked(H5Tget_nmembers(type), "count columns");
  for (unsigned i = 0; i < static_cast<unsigned>(count); ++i) {
    char* name = H5Tget_member_name(type, i);
    require(name != nullptr, "a table has a column without a name");
    const std::string copy = name;
    H5free_memory(name);
    const Hdf5Handle member(H5Tget_member_type(type, i), H5Tclose, "read a column's type");
    columns.push_back({copy, "", kind_of(member.id())});
  }
  return columns;
}

std::vector<std::size_t> sizes_in(hid_t type, const std::vector<ColumnSpec>& columns) {
  std::vector<std::size_t> sizes;
  for (unsigned i = 0; i < columns.size(); ++i) {
    const Hdf5Handle member(H5Tget_member_type(type, i), H5Tclose, "read a column's type");
    sizes.push_back(columns[i].kind == CellKind::text ? H5Tget_size(member.id()) : sizeof(double));
  }
  return sizes;
}

Hdf5Handle memory_type(hid_t type, const std::vector<ColumnSpec>& columns, const std::vector<std::size_t>& sizes) {
  std::size_t row_size = 0;
  for (const std::size_t size : sizes) row_size += size;
  Hdf5Handle memory(H5Tcreate(H5T_COMPOUND, row_size), H5Tclose, "make a row type");
  std::size_t offset = 0;
  for (unsigned i = 0; i < columns.size(); ++i) {
    const Hdf5Handle member(H5Tget_member_type(type, i), H5Tclose, "read a column's type");
    const hid_t as = columns[i].kind == CellKind::text      ? member.id()
                     : columns[i].kind == CellKind::integer ? H5T_NATIVE_INT64
                                                            : H5T_NATIVE_DOUBLE;
    checked(H5Tinsert(memory.id(), columns[i].name.c_str(), offset, as), "make a row type");
    offset += sizes[i];
  }
  return memory;
}

RowType row_type_of(hid_t type) {
  std::vector<ColumnSpec> columns = columns_in(type);
  std::vector<std::size_t> sizes = sizes_in(type, columns);
  Hdf5Handle memory = memory_type(type, columns, sizes);
  return {std::move(columns), std::move(sizes), std::move(memory)};
}

void read_units(std::vector<ColumnSpec>& columns, hid_t dataset) {
  if (checked(H5Aexists(dataset, "units"), "look for units") == 0) return;
  const Hdf5Handle attribute(H5Aopen(dataset, "units", H5P_DEFAULT), H5Aclose, "open units");
  const std::vector<std::string> units = read_string_attribute(attribute.id());
  require(units.size() == columns.size(), "a table has {} columns and {} units", columns.size(), units.size());
  for (std::size_t i = 0; i < units.size(); ++i) columns[i].unit = units[i];
}

// The rows as Table holds them, from rows of fixed size.
Bytes encoded_rows(const RowType& type, ByteView packed) {
  ByteWriter writer;
  ByteReader reader(packed);
  while (!reader.empty()) {
    for (std::size_t i = 0; i < type.columns.size(); ++i) {
      const ByteView cell = reader.get_bytes(type.sizes[i]);
      const auto* characters = reinterpret_cast<const char*>(cell.data());
      if (type.columns[i].kind != CellKind::text) writer.put_bytes(cell);
      else put_cell(writer, std::string_view(characters, strnlen(characters, cell.size())));
    }
  }
  return writer.take();
}

Table read_table(hid_t dataset, hid_t file_type, hid_t space) {
  RowType type = row_type_of(file_type);
  read_units(type.columns, dataset);
  Bytes packed(bytes_of(space, H5Tget_size(type.memory.id()), H5Dget_storage_size(dataset)));
  if (!packed.empty()) {
    checked(H5Dread(dataset, type.memory.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, packed.data()), "read a table");
  }
  const std::int64_t count = shape_of(space).at(0);
  return {type.columns, encoded_rows(type, packed), count};
}

Array read_array(hid_t dataset, hid_t space, ElementKind kind, hid_t memory_type) {
  Array array{kind, shape_of(space), {}};
  array.values.resize(bytes_of(space, element_size(kind), H5Dget_storage_size(dataset) * 8));
  if (array.values.empty()) return array;
  checked(H5Dread(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()), "read an array");
  return array;
}

void read_dataset(ResultData& data, const std::string& path, hid_t dataset) {
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose, "read a dataset's type");
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose, "read a dataset's shape");
  const auto array = [&](ElementKind kind, hid_t memory) {
    data.arrays[path] = read_array(dataset, space.id(), kind, memory);
  };
  const bool scalar = H5Sget_simple_extent_type(space.id()) == H5S_SCALAR;
  switch (H5Tget_class(type.id())) {
    case H5T_COMPOUND:
      if (H5Sget_simple_extent_ndims(space.id()) == 1) data.tables[path] = read_table(dataset, type.id(), space.id());
      break;
    case H5T_STRING:
      if (scalar) {
        const auto read = [&](hid_t memory, void* to) { return H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, to); };
        data.texts[path] = read_strings(type.id(), space.id(), read).at(0);
      }
      break;
    case H5T_INTEGER:
      if (H5Tget_size(type.id()) == 1) array(ElementKind::uint8, H5T_NATIVE_UINT8);
      else array(ElementKind::int64, H5T_NATIVE_INT64);
      break;
    case H5T_FLOAT:
      if (H5Tget_size(type.id()) == 8) array(ElementKind::float64, H5T_NATIVE_DOUBLE);
      else array(ElementKind::float32, H5T_NATIVE_FLOAT);
      break;
    default: break;
  }
}

struct LinkNames {
  std::vector<std::string> objects, external;
};

herr_t keep_link_name(hid_t, const char* name, const H5L_info_t* info, void* names) {
  auto& kept = *static_cast<LinkNames*>(names);
  if (info->type == H5L_TYPE_HARD) kept.objects.emplace_back(name);
  if (info->type == H5L_TYPE_EXTERNAL) kept.external.emplace_back(name);
  return 0;
}

std::string linked_file(hid_t group, const std::string& name) {
  H5L_info_t info;
  checked(H5Lget_info(group, name.c_str(), &info, H5P_DEFAULT), "measure a link");
  std::vector<char> value(info.u.val_size);
  checked(H5Lget_val(group, name.c_str(), value.data(), value.size(), H5P_DEFAULT), "read a link");
  const char* file = nullptr;
  checked(H5Lunpack_elink_val(value.data(), value.size(), nullptr, &file, nullptr), "read a link");
  return file;
}

void read_object(ResultData& data, const std::string& path, hid_t object, int depth);

void read_group(ResultData& data, const std::string& path, hid_t group, int depth) {
  require(depth < deepest_group, "its groups are nested more than {} deep", deepest_group);
  LinkNames names;
  checked(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, keep_link_name, &names), "list a group");
  const std::string folder = (path == "/" ? "" : path) + "/";
  for (const std::string& name : names.objects) {
    const Hdf5Handle object(H5Oopen(group, name.c_str(), H5P_DEFAULT), H5Oclose, "open an object");
    read_object(data, folder + name, object.id(), depth + 1);
  }
  for (const std::string& name : names.external) data.links[folder + name] = linked_file(group, name);
}

void read_object(ResultData& data, const std::string& path, hid_t object, int depth) {
  const H5I_type_t type = H5Iget_type(object);
  if (type == H5I_GROUP) read_group(data, path, object, depth);
  else if (type == H5I_DATASET) read_dataset(data, path, object);
  read_attributes(data, path, object);
}

void check_format(const ResultData& data, std::string_view format) {
  const std::string found = text_or(data, "/", "format", "");
  require(found.starts_with(result_format), "this HDF5 file is not a result of polyclinic");
  require(found == format, "its format is \"{}\", where \"{}\" is expected", found, format);
  const double version = number_or(data, "/", "schema_version", 0);
  require(version == 1, "its schema version is {}, this program reads 1", version);
}

ResultData read_checked(const std::filesystem::path& path, std::string_view format) {
  const Hdf5Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "open it as HDF5");
  const Hdf5Handle root(H5Gopen2(file.id(), "/", H5P_DEFAULT), H5Gclose, "open the root group");
  ResultData data;
  read_attributes(data, "/", root.id());
  check_format(data, format);
  read_group(data, "/", root.id(), 0);
  return data;
}

}  // namespace

ResultData read_hdf5(const std::filesystem::path& path, std::string_view format) {
  require(std::filesystem::exists(path), "{}: there is no such file", path.string());
  const Hdf5Silence silence;
  try {
    return read_checked(path, format);
  } catch (const std::bad_alloc&) {
    fail("{}: the file is damaged: it asks for more memory than there is", path.string());
  } catch (const std::exception& error) {
    fail("{}: {}", path.string(), error.what());
  }
}

}  // namespace polyclinic
