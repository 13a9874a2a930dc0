// The journal beside a result file: everything recorded so far, one entry after another, each with a checksum. An entry is in
// the hands of the operating system once append() returns, so it survives the death of the process at any moment.
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/record/entry.hpp"
#include "core/base/output_file.hpp"

namespace polyclinic {

// FILE.h5 -> FILE.h5.journal
[[nodiscard]] std::filesystem::path journal_path(const std::filesystem::path& result_file);

class Journal {
 public:
  // Creates an empty journal, or empties the one at `path`, and holds its lock from then on. Throws Error where another process
  // holds it.
  explicit Journal(const std::filesystem::path& path);
  void begin();                      // writes the header: from now on the journal counts
  void append(const Entry& entry);   // throws Error (disk full, ...); the journal then ends with the entry before
  void remove();                     // deletes the file

 private:
  OutputFile file_;
  std::uint64_t size_ = 0;           // bytes of whole entries
};

struct Replay {
  bool begun = false;                // the header is there
  ResultData data;
  std::uint64_t entries = 0;
  std::uint64_t bytes_read = 0;      // up to the end of the last whole entry
  std::uint64_t bytes_total = 0;     // of the file: more than bytes_read where its tail is torn
};

// Reads a journal up to its end or the first entry that is torn or damaged. Throws Error where the file cannot be opened.
[[nodiscard]] Replay replay_journal(const std::filesystem::path& path);

}  // namespace polyclinic
