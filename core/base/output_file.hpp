// Files written through the operating system alone, where every failure is an Error that names the file and the reason.
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/base/bytes.hpp"

namespace polyclinic {

// An open file that grows at its end. Closed when it goes out of scope; what was written survives the death of the process.
class OutputFile {
 public:
  enum class Existing { keep, refuse, truncate };
  // Throws Error where the file cannot be created, or exists and is refused.
  OutputFile(std::filesystem::path path, Existing existing);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void append(ByteView bytes);        // one write, unless the system takes it in parts
  void sync();                        // until it is on the disk
  void truncate(std::uint64_t size);  // bytes
  // Takes the file's lock, which ends with this object or the process; false where another process holds it. True on file
  // systems without locks.
  [[nodiscard]] bool lock();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] int descriptor() const { return descriptor_; }  // for a child process; closed on exec

 private:
  std::filesystem::path path_;
  int descriptor_;
};

// Writes them whole, in as many parts as the system takes; false where it refuses one, with the reason in errno.
[[nodiscard]] bool write_all(int descriptor, ByteView bytes);

// Whether a process holds the lock of the file at `path`; false where there is no such file.
[[nodiscard]] bool is_locked(const std::filesystem::path& path);

// Gives `path` the content `bytes` at once: whoever opens it, at any moment, sees the old content or the new. On failure the
// old content stays and Error is thrown.
void replace_file(const std::filesystem::path& path, ByteView bytes);

[[nodiscard]] Bytes read_file(const std::filesystem::path& path);

}  // namespace polyclinic
