#include "tests/core/data/support.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <stdlib.h>
#include <zip.h>
#include <zlib.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>

#include "core/base/error.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "polyclinic-data-XXXXXX").string();
  require(mkdtemp(name.data()) != nullptr, "no temporary folder {}", name);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "(no error)";
}

bool contains(std::string_view text, std::string_view part) {
  if (text.find(part) != std::string_view::npos) return true;
  MESSAGE("\"" << std::string(part) << "\" is not in \"" << std::string(text) << "\"");
  return false;
}

void write_file(const std::filesystem::path& file, std::string_view bytes) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string file_bytes(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_gzip(const std::filesystem::path& file, std::string_view bytes) {
  gzFile out = gzopen(file.c_str(), "wb");
  gzwrite(out, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(out);
}

std::string npy(std::string_view descr, std::string_view shape, std::string_view numbers, bool fortran) {
  std::string header =
      fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': {}, }}", descr, fortran ? "True" : "False", shape);
  header.append(64 - (10 + header.size() + 1) % 64, ' ');
  header += '\n';
  std::string bytes = "\x93NUMPY";
  bytes += {'\x01', '\x00', static_cast<char>(header.size() & 0xFFU), static_cast<char>(header.size() >> 8U)};
  return bytes + header + std::string(numbers);
}

void write_npz(const std::filesystem::path& file, const Entries& entries) {
  zip_t* zip = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  for (const auto& [name, bytes] : entries)
    zip_file_add(zip, (name + ".npy").c_str(), zip_source_buffer(zip, bytes.data(), bytes.size(), 0), ZIP_FL_OVERWRITE);
  REQUIRE(zip_close(zip) == 0);
}

std::string counting(std::int64_t count, int bound) {
  std::string bytes;
  for (std::int64_t i = 0; i < count; ++i) bytes += static_cast<char>(i % bound);
  return bytes;
}

std::string idx(int dimensions, const std::vector<std::int32_t>& shape, std::string_view numbers) {
  std::string bytes = {'\x00', '\x00', '\x08', static_cast<char>(dimensions)};
  for (const std::int32_t length : shape)
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>((length >> shift) & 0xFF);
  return bytes + std::string(numbers);
}

Collection striped(std::int64_t rows, std::int64_t classes) {
  const at::Tensor place = at::arange(rows, at::kLong);
  const at::Tensor pixels = place.remainder(256).to(at::kByte).view({rows, 1, 1, 1}).repeat({1, 1, 1, 2});
  Collection collection;
  collection.name = "striped";
  collection.task = {classes == 2 ? TaskKind::binary : TaskKind::multi_class, classes, {}};
  collection.shape = {1, 1, 2};
  collection.train = std::make_shared<const Dataset>(Dataset{pixels, place.remainder(classes), {}});
  return collection;
}

std::vector<std::string> numbered(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back(fmt::format("h-{}", i));
  return names;
}

std::vector<std::int64_t> indices(const Rows& rows) {
  if (rows.size() == 0) return {};
  const auto* data = rows.index.data_ptr<std::int64_t>();
  return {data, data + rows.size()};
}

DataSeeds seeds(std::uint64_t own, std::uint64_t common) { return {.own = Seed(own), .common = Seed(common)}; }

bool have_real_data() {
  if (std::getenv("POLYCLINIC_DATA") != nullptr) return true;
  MESSAGE("skipped: POLYCLINIC_DATA names no folder with the real data");
  return false;
}

DataPaths real_data() { return {{std::getenv("POLYCLINIC_DATA")}}; }

}  // namespace polyclinic
