// Writes a run's result file. Rows go to an append-only, checksummed journal beside the file at once; the file itself is
// replaced atomically (write, then rename) from the first second and then every few seconds, so whatever has the final name
// always opens. When the run completes, the journal goes away.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/digest.hpp"

namespace polyclinic {

using Attribute = std::variant<std::int64_t, double, std::string>;
using ArrayValues = std::variant<std::span<const float>, std::span<const double>, std::span<const std::int64_t>,
                                 std::span<const std::uint8_t>>;

class Recorder {
 public:
  // Creates `file` and its journal (file + ".journal"). Throws Error if either exists and `force` is false, or if the folder
  // cannot be written. Root attributes format, schema_version, complete=0 and program_version are set at once.
  Recorder(std::filesystem::path file, bool force);
  ~Recorder();                         // leaves an incomplete but readable file unless finish() was called
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Appends a row to the table at `path` ("/chains/NAME/rounds"); the first row of a path creates the table. Not thread-safe:
  // the simulation's thread records.
  template <class Row>
  void add(std::string_view path, const Row& row);
  // Creates an empty table, so that it exists in the file even if no row follows.
  template <class Row>
  void declare(std::string_view path);
  void attribute(std::string_view path, std::string_view name, const Attribute& value);  // path "/" or any group
  void text(std::string_view path, std::string_view value);
  void array(std::string_view path, ArrayValues values, const std::vector<std::int64_t>& shape);

  // Computes the fingerprints, sets complete=1, writes the final file and removes the journal. Throws Error if the disk is
  // full; the journal then stays.
  void finish();

  // Hash over everything deterministic: all tables, arrays and attributes in path order, except /run, /leakage and the
  // fingerprints themselves.
  [[nodiscard]] Digest fingerprint() const;
  [[nodiscard]] double seconds() const;  // wall time spent recording

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace polyclinic
