#include "core/record/journal.hpp"

#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "tests/core/record/support.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

const std::vector<ColumnSpec> one_number = {{"number", "1", CellKind::integer}};

Bytes number_row(std::int64_t number) {
  ByteWriter writer;
  put_cell(writer, number);
  return writer.take();
}

void write_numbers(const std::filesystem::path& path, std::int64_t count) {
  Journal journal(path);
  journal.begin();
  journal.append(table_entry("/numbers", one_number));
  for (std::int64_t i = 0; i < count; ++i) journal.append(row_entry("/numbers", number_row(i)));
}

std::int64_t count_in(const Replay& replay) {
  const auto found = replay.data.tables.find("/numbers");
  return found == replay.data.tables.end() ? -1 : found->second.count;
}

void damage(const std::filesystem::path& path, std::uint64_t position) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(position));
  const char old = static_cast<char>(file.get());
  file.seekp(static_cast<std::streamoff>(position));
  file.put(static_cast<char>(old ^ 0x10));
}

// By the format: header 8; an entry 8 + 1 + payload + 8. Table payload: path 4 + 8, count 4, name 4 + 6, unit 4 + 1, kind 1.
// Row payload: path 4 + 8, number 8.
constexpr std::uint64_t header_bytes = 8, table_bytes = 17 + 12 + 4 + 10 + 5 + 1, row_bytes = 17 + 12 + 8;

}  // namespace

TEST_CASE("a whole journal replays in full and has the documented size") {
  const Folder folder;
  write_numbers(folder / "j", 3);
  const Replay replay = replay_journal(folder / "j");
  CHECK(replay.begun);
  CHECK(replay.entries == 4);
  CHECK(count_in(replay) == 3);
  CHECK(replay.bytes_total == header_bytes + table_bytes + 3 * row_bytes);
  CHECK(replay.bytes_read == replay.bytes_total);
}

TEST_CASE("a journal cut at any byte replays up to its last whole entry") {
  const Folder folder;
  write_numbers(folder / "j", 3);
  const auto whole = std::filesystem::file_size(folder / "j");
  for (auto size = whole; size-- > 0;) {
    std::filesystem::resize_file(folder / "j", size);
    const Replay replay = replay_journal(folder / "j");
    CHECK(replay.begun == (size >= header_bytes));
    const std::int64_t expected = size < header_bytes + table_bytes
                                      ? -1
                                      : static_cast<std::int64_t>((size - header_bytes - table_bytes) / row_bytes);
    CHECK(count_in(replay) == expected);
    CHECK(replay.bytes_read <= size);
  }
}

TEST_CASE("a damaged byte ends the replay before its entry") {
  for (std::uint64_t position = 0; position < row_bytes; ++position) {
    const Folder folder;
    write_numbers(folder / "j", 5);
    damage(folder / "j", header_bytes + table_bytes + 2 * row_bytes + position);
    const Replay replay = replay_journal(folder / "j");
    CHECK(count_in(replay) == 2);
    CHECK(replay.bytes_read == header_bytes + table_bytes + 2 * row_bytes);
  }
}

TEST_CASE("a journal has one writer, and another can take it over once that one is gone") {
  const Folder folder;
  {
    const Journal first(folder / "j");
    CHECK(is_locked(folder / "j"));
    CHECK_THROWS_WITH_AS(Journal(folder / "j"), doctest::Contains("another run"), Error);
  }
  CHECK_FALSE(is_locked(folder / "j"));
  CHECK_NOTHROW(Journal(folder / "j"));
  CHECK_FALSE(replay_journal(folder / "j").begun);
}

TEST_CASE("an entry that does not fit on the disk is reported and leaves the earlier ones whole") {
  const Folder folder;
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  {
    Journal journal(folder / "j");
    journal.begin();
    journal.append(table_entry("/numbers", one_number));
    rlimit tight = before;
    tight.rlim_cur = header_bytes + table_bytes + row_bytes + 5;  // a row, and the start of another
    setrlimit(RLIMIT_FSIZE, &tight);
    journal.append(row_entry("/numbers", number_row(0)));
    CHECK_THROWS_WITH_AS(journal.append(row_entry("/numbers", number_row(1))), doctest::Contains("j: cannot write"), Error);
    setrlimit(RLIMIT_FSIZE, &before);
    CHECK(std::filesystem::file_size(folder / "j") == header_bytes + table_bytes + row_bytes);
    journal.append(row_entry("/numbers", number_row(1)));
  }
  CHECK(count_in(replay_journal(folder / "j")) == 2);
}
