// What the tests of this room share: a folder that vanishes, small files of every format, and the message of an Error.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/data/load.hpp"
#include "core/data/partition.hpp"

namespace polyclinic {

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
  [[nodiscard]] DataPaths paths() const { return {{path_}}; }

 private:
  std::filesystem::path path_;
};

// The message of the Error that `action` throws; "(no error)" where it throws none.
std::string error_of(const std::function<void()>& action);
bool contains(std::string_view text, std::string_view part);

void write_file(const std::filesystem::path& file, std::string_view bytes);
std::string file_bytes(const std::filesystem::path& file);
void write_gzip(const std::filesystem::path& file, std::string_view bytes);

// An .npy array as NumPy writes it: `shape` is Python's tuple, e.g. "(2, 28, 28)".
std::string npy(std::string_view descr, std::string_view shape, std::string_view numbers, bool fortran = false);
using Entries = std::vector<std::pair<std::string, std::string>>;  // array name, .npy bytes
void write_npz(const std::filesystem::path& file, const Entries& entries);

// `count` bytes 0, 1, 2, ... modulo `bound`.
std::string counting(std::int64_t count, int bound);
std::string idx(int dimensions, const std::vector<std::int32_t>& shape, std::string_view numbers);

// A collection of `rows` one-pixel-high images, with classes 0, 1, ... in turn; row i's first pixel is i modulo 256.
Collection striped(std::int64_t rows, std::int64_t classes);
std::vector<std::string> numbered(std::size_t count);            // h-0, h-1, ...
std::vector<std::int64_t> indices(const Rows& rows);

// Those of a chain: `own` differs between the chains of a scenario.
DataSeeds seeds(std::uint64_t own = 1, std::uint64_t common = 1);

// Where the real data lies (POLYCLINIC_DATA), if anywhere; says so when it does not.
bool have_real_data();
DataPaths real_data();

}  // namespace polyclinic
