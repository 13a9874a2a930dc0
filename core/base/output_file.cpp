#include "core/base/output_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

namespace polyclinic {

namespace {

[[noreturn]] void fail_with(const std::filesystem::path& path, std::string_view act) {
  const int reason = errno;
  fail("{}: cannot {}: {}", path.string(), act, std::strerror(reason));
}

int open_flags(OutputFile::Existing existing) {
  switch (existing) {
    case OutputFile::Existing::keep: return 0;
    case OutputFile::Existing::refuse: return O_EXCL;
    case OutputFile::Existing::truncate: break;
  }
  return O_TRUNC;
}

// The new name itself has to reach the disk; file systems that cannot promise it are no reason to fail.
void sync_folder_of(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

OutputFile::OutputFile(std::filesystem::path path, Existing existing)
    : path_(std::move(path)),
      descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | open_flags(existing), 0666)) {
  if (descriptor_ < 0) fail_with(path_, "create the file");
}

OutputFile::~OutputFile() { ::close(descriptor_); }

void OutputFile::append(ByteView bytes) {
  if (!write_all(descriptor_, bytes)) fail_with(path_, "write");
}

void OutputFile::sync() {
  // Pipes and some network file systems know no sync: EINVAL is their answer, not a failure.
  if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != ENOTSUP) fail_with(path_, "write to the disk");
}

void OutputFile::truncate(std::uint64_t size) {
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) fail_with(path_, "shorten");
}

bool OutputFile::lock() { return ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK; }

bool write_all(int descriptor, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

bool is_locked(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool locked = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(descriptor);
  return locked;
}

void replace_file(const std::filesystem::path& path, ByteView bytes) {
  const std::filesystem::path partial = path.string() + ".partial";
  try {
    OutputFile file(partial, OutputFile::Existing::truncate);
    file.append(bytes);
    file.sync();
    if (::rename(partial.c_str(), path.c_str()) != 0) fail_with(path, "replace the file");
  } catch (const Error&) {
    ::unlink(partial.c_str());
    throw;
  }
  sync_folder_of(path);
}

Bytes read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  require(stream.good() && !std::filesystem::is_directory(path), "{}: cannot open the file", path.string());
  Bytes bytes(static_cast<std::size_t>(stream.tellg()));
  stream.seekg(0);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  require(stream.good(), "{}: cannot read the file", path.string());
  return bytes;
}

}  // namespace polyclinic
