// The store of several threads and processes at once.
#include <fcntl.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/core/store/shelf.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

// Says who computes what, one byte each, in a file that all write to.
void note(const std::filesystem::path& file, std::uint64_t number) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  const auto byte = static_cast<char>(number);
  if (::write(descriptor, &byte, 1) != 1) ::_exit(1);
  ::close(descriptor);
}

std::string noted(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string numbers{std::istreambuf_iterator<char>(stream), {}};
  std::ranges::sort(numbers);
  return numbers;
}

constexpr char results = 40;

void ask_for_all(ResultStore& store, const std::filesystem::path& notes) {
  const auto identity = [](auto bytes) { return Bytes(bytes.begin(), bytes.end()); };
  for (char number = 0; number < results; ++number) {
    const auto key = static_cast<std::uint64_t>(number);
    const auto compute = [&] {
      note(notes, key);
      (void)blake2b(Bytes(500'000));  // takes a while
      return page(key);
    };
    if (remembered(store, key_of(key), compute, identity, identity) != page(key)) ::_exit(1);
  }
}

std::string each_once() {
  std::string numbers;
  for (char number = 0; number < results; ++number) numbers += number;
  return numbers;
}

}  // namespace

TEST_CASE("what many threads of many processes ask for is computed exactly once") {
  const TemporaryFolder folder;
  const std::filesystem::path notes = folder.path() / "notes";
  CHECK(all_succeed(4, [&](int) {
    const Shelf shelf(folder.path() / "store");
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { ask_for_all(*shelf.store, notes); });
    for (std::thread& thread : threads) thread.join();
  }));
  CHECK(noted(notes) == each_once());
}

TEST_CASE("the limit holds while several processes write") {
  const TemporaryFolder folder;
  CHECK(all_succeed(4, [&](int process) {
    Shelf shelf(folder.path(), 20);
    for (int i = 0; i < 100; ++i) {
      shelf.keep(static_cast<std::uint64_t>(1000 * process + i));
      if (!shelf.told.empty()) ::_exit(1);
    }
  }));
  const auto files = Shelf::files(folder.path());
  CHECK(files.size() <= 20);  // a page each
  CHECK(files.size() >= 18);  // nine tenths, or one less while the last one comes in
}

TEST_CASE("the claim of a process that is killed goes to the next one") {
  const TemporaryFolder folder;
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const Shelf shelf(folder.path());
    const Lookup lookup = shelf.store->find_or_claim(key_of(1));
    if (::write(ends[1], lookup.claim ? "y" : "n", 1) == 1) ::pause();
    ::_exit(1);
  }
  char claimed = 0;
  REQUIRE(::read(ends[0], &claimed, 1) == 1);
  CHECK(claimed == 'y');
  const Shelf shelf(folder.path());
  CHECK(shelf.store->find_or_claim(key_of(2)).claim.has_value());  // another result: no wait
  ::kill(child, SIGKILL);
  CHECK(shelf.store->find_or_claim(key_of(1)).claim.has_value());
  ::waitpid(child, nullptr, 0);
}
