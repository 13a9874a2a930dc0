// A store in a folder of its own, for the tests of this room.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/store/result_store.hpp"

namespace polyclinic::test {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "polyclinic-XXXXXX").string();
    require(::mkdtemp(name.data()) != nullptr, "{}: cannot make a folder", name);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline Digest key_of(std::uint64_t number) { return blake2b(ByteWriter().put(number).take()); }
inline Bytes page(std::uint64_t number) { return Bytes(4000, static_cast<std::byte>(number)); }  // one page with its header

struct Shelf {
  explicit Shelf(const std::filesystem::path& path, std::uint64_t pages = 1000)
      : store(open_result_store(path, 4096 * pages, [this](const std::string& message) { told.push_back(message); })) {}

  void keep(std::uint64_t number) { store->keep(key_of(number), page(number)); }
  [[nodiscard]] bool has(std::uint64_t number) const { return store->find(key_of(number)) == page(number); }
  // Without the store's knowledge, so without a use of them.
  static std::vector<std::filesystem::path> files(const std::filesystem::path& path, const char* where = "entries") {
    std::vector<std::filesystem::path> found;
    for (const auto& at : std::filesystem::recursive_directory_iterator(path / where)) {
      if (at.is_regular_file()) found.push_back(at.path());
    }
    return found;
  }

  std::vector<std::string> told;
  std::unique_ptr<ResultStore> store;
};

// Several processes do the same at once; each must reach the end.
inline bool all_succeed(int processes, const std::function<void(int)>& work) {
  std::vector<pid_t> children;
  for (int process = 0; process < processes; ++process) {
    const pid_t child = ::fork();
    if (child == 0) {
      work(process);
      ::_exit(0);
    }
    children.push_back(child);
  }
  bool succeeded = true;
  for (const pid_t child : children) {
    int status = 1;
    succeeded &= ::waitpid(child, &status, 0) == child && status == 0;
  }
  return succeeded;
}

}  // namespace polyclinic::test
