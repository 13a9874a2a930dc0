#include "sim/batch/call.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

// A file without a name that takes what a program prints, however much, without anybody reading it meanwhile.
class Catcher {
 public:
  Catcher() : descriptor_(::memfd_create("printed", MFD_CLOEXEC)) {
    require(descriptor_ >= 0, "cannot catch what a program prints: {}", std::strerror(errno));
  }
  ~Catcher() { ::close(descriptor_); }
  Catcher(const Catcher&) = delete;
  Catcher& operator=(const Catcher&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] std::string text() const {
    std::string text;
    std::array<char, 4096> piece{};
    for (ssize_t count = 0;
         (count = ::pread(descriptor_, piece.data(), piece.size(), static_cast<off_t>(text.size()))) > 0;) {
      text.append(piece.data(), static_cast<std::size_t>(count));
    }
    return text;
  }

 private:
  int descriptor_;
};

// How a child begins: its standard streams, and a process group of its own.
class Beginning {
 public:
  Beginning(const Catcher& printed, const Catcher& complaint) {
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files_, printed.descriptor(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files_, complaint.descriptor(), STDERR_FILENO);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP);
  }
  ~Beginning() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&files_);
  }
  Beginning(const Beginning&) = delete;
  Beginning& operator=(const Beginning&) = delete;

  [[nodiscard]] int spawn(pid_t& child, std::vector<char*>& words) const {
    return ::posix_spawnp(&child, words.front(), &files_, &attributes_, words.data(), environ);
  }

 private:
  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t attributes_{};
};

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) require(errno == EINTR, "cannot wait for a program: {}", std::strerror(errno));
  return shell_status(status);
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \n");
  return first == std::string::npos ? std::string() : text.substr(first, text.find_last_not_of(" \n") - first + 1);
}

}  // namespace

int shell_status(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

CommandAnswer call(const std::vector<std::string>& command) {
  const Catcher printed;
  const Catcher complaint;
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_t child = 0;
  const int refused = Beginning(printed, complaint).spawn(child, words);
  if (refused == ENOENT) return {127, "", command.front() + ": not found"};
  require(refused == 0, "cannot start {}: {}", command.front(), std::strerror(refused));
  const int status = wait_for(child);
  return {status, printed.text(), trimmed(complaint.text())};
}

}  // namespace polyclinic
