#include "sim/batch/folder_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

constexpr auto longest_death = std::chrono::seconds(10);  // of a run with gigabytes to give back
constexpr auto between_looks = std::chrono::milliseconds(20);

pid_t holder(const std::filesystem::path& file) {
  std::ifstream stream(file);
  pid_t process = 0;
  stream >> process;
  return stream ? process : 0;
}

bool lives(pid_t process) { return process > 0 && (kill(process, 0) == 0 || errno == EPERM); }

[[noreturn]] void refuse(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.parent_path();
  const pid_t process = holder(file);
  if (lives(process)) {
    throw UsageError(fmt::format("{}: another sweep (process {}) is at work in this folder", folder.string(), process));
  }
  throw UsageError(
      fmt::format("{}: another sweep, or runs that it left behind, are at work in this folder", folder.string()));
}

// False only where somebody else has it: some file systems have no locks.
bool taken(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK; }

// In vain on a full disk: it only serves the message above.
void put_holder(int descriptor) {
  const std::string name = fmt::format("{}\n", getpid());
  if (ftruncate(descriptor, 0) != 0) return;
  [[maybe_unused]] const ssize_t written = write(descriptor, name.data(), name.size());
}

}  // namespace

// Without O_CLOEXEC: children keep it open, and with it the lock.
FolderLock::FolderLock(const std::filesystem::path& folder)
    : descriptor_(open((folder / "lock").c_str(), O_RDWR | O_CREAT, 0666)) {
  const std::filesystem::path file = folder / "lock";
  require(descriptor_ >= 0, "{}: cannot create the file: {}", file.string(), std::strerror(errno));
  const auto end = std::chrono::steady_clock::now() + longest_death;
  while (!taken(descriptor_)) {
    if (lives(holder(file)) || std::chrono::steady_clock::now() > end) {
      close(descriptor_);
      refuse(file);
    }
    std::this_thread::sleep_for(between_looks);
  }
  put_holder(descriptor_);
}

FolderLock::~FolderLock() { close(descriptor_); }

}  // namespace polyclinic
