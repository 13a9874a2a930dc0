// Writes a run's result file. Rows go to an append-only, checksummed journal beside the file at once; the file itself is
// replaced atomically (write, then rename) from the first second and then every few seconds, so whatever has the final name
// always opens. When the run completes, the journal goes away.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/digest.hpp"
#include "core/record/entry.hpp"
#include "core/record/result_data.hpp"

namespace polyclinic {

// When the file is brought up to date: first after `first_s`, then `pause_s` or `pause_per_writing` times as long as the last
// writing took, whichever is longer, so that at most 1 / pause_per_writing of the wall time goes into it.
struct RecordingPace {
  double first_s = 1;
  double pause_s = 2;
  double pause_per_writing = 50;
};

class Recorder {
 public:
  // Creates `file` and its journal (file + ".journal"). Throws UsageError if either exists and `force` is false, Error if the
  // folder cannot be written or another process is writing the same file. With `force` an old file stays until the first
  // atomic replacement, which happens here. Root attributes format, schema_version, complete=0 and program_version are set at
  // once.
  Recorder(std::filesystem::path file, bool force, RecordingPace pace = {});
  // Leaves an incomplete but readable file with everything recorded, unless finish() was called; where even that fails (disk
  // full), the journal stays and holds it.
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Appends a row to the table at `path` ("/chains/NAME/rounds"); the first row of a path creates the table. Not thread-safe:
  // the simulation's thread records. This and the functions below throw Error naming the file when it cannot be written (disk
  // full, ...); what was recorded before stays readable.
  template <class Row>
  void add(std::string_view path, const Row& row) {
    append(path, columns_of<Row>(), encode_row(row));
  }
  // Creates an empty table, so that it exists in the file even if no row follows.
  template <class Row>
  void declare(std::string_view path) {
    create(path, columns_of<Row>());
  }
  void attribute(std::string_view path, std::string_view name, const Attribute& value);  // path "/" or any group
  void text(std::string_view path, std::string_view value);
  void array(std::string_view path, ArrayValues values, const std::vector<std::int64_t>& shape);

  // Computes the fingerprints, sets complete=1, writes the final file and removes the journal. Throws Error if the disk is
  // full; the journal then stays.
  void finish();

  // Hash over everything deterministic recorded so far (fingerprint.hpp).
  [[nodiscard]] Digest fingerprint() const;
  [[nodiscard]] double seconds() const;  // wall time spent recording
  [[nodiscard]] const ResultData& data() const;  // what was recorded so far, to summarise it without reading it back

 private:
  void append(std::string_view path, const std::vector<ColumnSpec>& columns, ByteView row);
  void create(std::string_view path, const std::vector<ColumnSpec>& columns);

  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace polyclinic
