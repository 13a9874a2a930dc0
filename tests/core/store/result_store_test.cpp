#include "core/store/result_store.hpp"

#include <sys/mount.h>

#include <fstream>

#include "tests/core/store/shelf.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

void overwrite(const std::filesystem::path& file, std::streamoff at) {
  std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
  stream.seekp(at);
  stream.put('\xff');
}

// A file system of 16 pages, gone with this object.
class TinyDisk {
 public:
  explicit TinyDisk(const std::filesystem::path& path)
      : path_(path), mounted_(::mount("tmpfs", path.c_str(), "tmpfs", 0, "size=65536") == 0) {}
  ~TinyDisk() {
    if (mounted_) ::umount(path_.c_str());
  }
  TinyDisk(const TinyDisk&) = delete;
  TinyDisk& operator=(const TinyDisk&) = delete;
  [[nodiscard]] bool mounted() const { return mounted_; }
  void make_read_only() const {
    REQUIRE(::mount("tmpfs", path_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=65536") == 0);
  }

 private:
  std::filesystem::path path_;
  bool mounted_;
};

}  // namespace

TEST_CASE("what was kept is found, by this store and by the next one in its folder") {
  const TemporaryFolder folder;
  Shelf first(folder.path());
  CHECK_FALSE(first.has(1));
  first.keep(1);
  CHECK(first.has(1));
  Shelf second(folder.path());
  CHECK(second.has(1));
  CHECK_FALSE(second.has(2));
  CHECK(first.store->counts().hits == 1);
  CHECK(first.store->counts().misses == 1);
  CHECK(first.store->counts().kept_bytes == 4000);
}

TEST_CASE("nothing is a result, too") {
  const TemporaryFolder folder;
  const Shelf shelf(folder.path());
  shelf.store->keep(key_of(1), {});
  CHECK(shelf.store->find(key_of(1)) == Bytes());
}

TEST_CASE("a damaged, torn or misplaced entry is removed and counts as absent, and can be kept again") {
  const TemporaryFolder folder;
  Shelf shelf(folder.path());
  shelf.keep(1);
  const std::filesystem::path file = Shelf::files(folder.path()).at(0);
  SUBCASE("a byte of the result") { overwrite(file, 2000); }
  SUBCASE("a byte of the checksum") { overwrite(file, 50); }
  SUBCASE("cut off") { std::filesystem::resize_file(file, 3000); }
  SUBCASE("cut off within its header") { std::filesystem::resize_file(file, 10); }
  SUBCASE("another key's") {
    shelf.keep(2);
    for (const auto& other : Shelf::files(folder.path())) {
      if (other != file) std::filesystem::copy_file(other, file, std::filesystem::copy_options::overwrite_existing);
    }
  }
  CHECK_FALSE(shelf.has(1));
  CHECK_FALSE(std::filesystem::exists(file));
  shelf.keep(1);
  CHECK(shelf.has(1));
}

// Of a limit of 10 pages a full store empties to 9, the new one included: 10 + 1 - 2.
TEST_CASE("those that were not used for longest go first") {
  const TemporaryFolder folder;
  Shelf shelf(folder.path(), 10);
  for (std::uint64_t i = 0; i < 10; ++i) shelf.keep(i);
  CHECK(shelf.has(0));  // a use
  shelf.keep(10);
  CHECK_FALSE(shelf.has(1));
  CHECK_FALSE(shelf.has(2));
  for (const std::uint64_t i : {0, 3, 4, 5, 6, 7, 8, 9, 10}) CHECK(shelf.has(i));
}

TEST_CASE("what exceeds the limit by itself is not kept and drives nothing out") {
  const TemporaryFolder folder;
  Shelf shelf(folder.path(), 3);
  shelf.keep(1);
  shelf.store->keep(key_of(2), Bytes(3 * 4096));  // and its header: four pages
  CHECK(shelf.has(1));
  CHECK_FALSE(shelf.store->find(key_of(2)).has_value());
  CHECK(shelf.told.empty());
}

TEST_CASE("the sum is counted again where its file is missing or damaged") {
  const TemporaryFolder folder;
  Shelf shelf(folder.path(), 10);
  for (std::uint64_t i = 0; i < 10; ++i) shelf.keep(i);
  SUBCASE("missing") { std::filesystem::remove(folder.path() / "usage"); }
  SUBCASE("damaged") { overwrite(folder.path() / "usage", 1); }
  SUBCASE("cut off") { std::filesystem::resize_file(folder.path() / "usage", 5); }
  for (std::uint64_t i = 10; i < 15; ++i) shelf.keep(i);
  CHECK(Shelf::files(folder.path()).size() <= 10);
  CHECK(shelf.has(14));
}

TEST_CASE("what throws is not kept, and the next one computes") {
  const TemporaryFolder folder;
  const Shelf shelf(folder.path());
  const auto identity = [](auto bytes) { return Bytes(bytes.begin(), bytes.end()); };
  const auto failing = []() -> Bytes { fail("diverged"); };
  CHECK_THROWS_WITH((void)remembered(*shelf.store, key_of(1), failing, identity, identity), "diverged");
  CHECK(remembered(
            *shelf.store, key_of(1), [] { return page(1); }, identity, identity) == page(1));
  CHECK(remembered(*shelf.store, key_of(1), failing, identity, identity) == page(1));
}

TEST_CASE("a folder with anything else in it, and a file, are refused and left alone") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "mine.txt";
  std::ofstream(file) << "mine";
  for (const std::filesystem::path& path : {folder.path(), file}) CHECK_THROWS_AS(Shelf{path}, UsageError);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a store of another version is refused") {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "polyclinic-store") << "polyclinic store of results, version 0\n";
  CHECK_THROWS_AS(Shelf{folder.path()}, UsageError);
}

TEST_CASE("where no folder can be made there is no store, and the user is told") {
  const Shelf shelf("/proc/absent/store");
  CHECK(shelf.store == nullptr);
  CHECK(shelf.told.size() == 1);
}

TEST_CASE("a full disk ends the keeping, is told once, and leaves nothing half-written") {
  const TemporaryFolder folder;
  const TinyDisk disk(folder.path());
  if (!disk.mounted()) {
    MESSAGE("skipped: this user may not mount a tmpfs");
    return;
  }
  Shelf shelf(folder.path());
  for (std::uint64_t i = 0; i < 30; ++i) shelf.keep(i);
  CHECK(shelf.told.size() == 1);
  CHECK(Shelf::files(folder.path(), "partial").empty());
  CHECK(Shelf::files(folder.path()).size() >= 8);
  for (std::uint64_t i = 0; i < 8; ++i) CHECK(shelf.has(i));
}

TEST_CASE("a store that may only be read is read, and is told once that nothing more is kept") {
  const TemporaryFolder folder;
  const TinyDisk disk(folder.path());
  if (!disk.mounted()) {
    MESSAGE("skipped: this user may not mount a tmpfs");
    return;
  }
  { Shelf(folder.path()).keep(1); }
  disk.make_read_only();
  Shelf shelf(folder.path());
  CHECK(shelf.has(1));
  for (const std::uint64_t i : {2, 3}) shelf.keep(i);
  CHECK(shelf.told.size() == 1);
  CHECK_FALSE(shelf.has(2));
}

TEST_CASE("where no more is kept, nobody waits for what another one computes") {
  const TemporaryFolder folder;
  Shelf shelf(folder.path());
  CHECK(shelf.store->find_or_claim(key_of(1)).claim.has_value());
  std::filesystem::remove_all(folder.path());
  shelf.keep(1);
  CHECK(shelf.told.size() == 1);
  const Lookup lookup = shelf.store->find_or_claim(key_of(1));
  CHECK_FALSE(lookup.bytes.has_value());
  CHECK_FALSE(lookup.claim.has_value());
}

TEST_CASE("what a process that died left half-written is swept up after an hour") {
  const TemporaryFolder folder;
  { const Shelf made(folder.path()); }
  const std::filesystem::path old = folder.path() / "partial/old";
  const std::filesystem::path young = folder.path() / "partial/young";
  for (const auto& file : {old, young}) std::ofstream(file) << "half";
  std::filesystem::last_write_time(old, std::filesystem::file_time_type::clock::now() - std::chrono::hours(2));
  const Shelf again(folder.path());
  CHECK_FALSE(std::filesystem::exists(old));
  CHECK(std::filesystem::exists(young));
}
