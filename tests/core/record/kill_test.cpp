#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include "core/base/seed.hpp"
#include "core/record/hdf5_file.hpp"
#include "core/record/reader.hpp"
#include "core/record/rows.hpp"
#include "tests/core/record/support.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

std::int64_t number_in(const std::filesystem::path& file) {
  std::int64_t number = 0;
  std::ifstream(file, std::ios::binary).read(reinterpret_cast<char*>(&number), sizeof number);
  return number;
}

void sleep_s(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }

// Kills `after_s` seconds after `has_begun()`, however slowly the child starts on a busy machine.
template <class HasBegun>
void record_and_kill(const std::filesystem::path& file, const std::filesystem::path& acknowledged, HasBegun has_begun,
                     double after_s) {
  const pid_t child = fork();
  if (child == 0) {
    execl(POLYCLINIC_RECORD_ENDLESSLY, POLYCLINIC_RECORD_ENDLESSLY, file.c_str(), acknowledged.c_str(), nullptr);
    _exit(127);
  }
  for (int waits = 0; !has_begun() && waits < 20'000; ++waits) sleep_s(0.001);
  sleep_s(after_s);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));  // it did not end by itself
}

void check_rows(const std::vector<EventRow>& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto expected = static_cast<std::int64_t>(i);
    const bool same = rows[i].institution == expected && rows[i].detail == std::to_string(expected * expected);
    if (!same) FAIL("row " << i << " is not the one recorded");
  }
}

// The row being added at the moment of the kill may be there or not; all earlier ones must be.
void check_killed(const std::filesystem::path& file, std::int64_t acknowledged) {
  const Result result = read_run(file);
  const auto rows = polyclinic::rows<EventRow>(result.data, "/events");
  CHECK((result.state == RunState::killed || rows.empty()));  // killed before its journal began: nothing to complete
  CHECK(number_or(result.data, "/", "complete", 1) == 0);
  CHECK(static_cast<std::int64_t>(rows.size()) >= acknowledged);
  CHECK(static_cast<std::int64_t>(rows.size()) <= acknowledged + 1);
  check_rows(rows);
  check_rows(polyclinic::rows<EventRow>(read_hdf5(file), "/events"));  // the file by itself opens, with fewer rows
}

}  // namespace

TEST_CASE("after 20 kills at random moments the file opens and no acknowledged row is missing") {
  const Folder folder;
  Random random(Seed(20) / "kill");
  std::string files;
  for (int i = 0; i < 20; ++i) {
    const std::filesystem::path file = folder / fmt::format("{}.h5", i);
    record_and_kill(file, folder / "acknowledged", [&] { return std::filesystem::exists(file); }, random.uniform(0.0, 0.5));
    REQUIRE(std::filesystem::exists(file));
    check_killed(file, number_in(folder / "acknowledged"));
    files += " " + file.string();
  }
  const std::string python = "/usr/bin/python3 -c 'import h5py, sys\nfor name in sys.argv[1:]: h5py.File(name)[\"/\"].keys()'";
  if (std::system("/usr/bin/python3 -c 'import h5py' 2>/dev/null") == 0) CHECK(std::system((python + files).c_str()) == 0);
  else MESSAGE("skipped the open by h5py: the system's python3 has no h5py");
}

TEST_CASE("a killed run's file is completed from its journal, once") {
  const Folder folder;
  record_and_kill(folder / "run.h5", folder / "acknowledged", [&] { return number_in(folder / "acknowledged") > 0; }, 0.2);
  CHECK(complete_file(folder / "run.h5"));
  CHECK_FALSE(std::filesystem::exists(folder / "run.h5.journal"));
  const auto rows = polyclinic::rows<EventRow>(read_hdf5(folder / "run.h5"), "/events");
  CHECK(static_cast<std::int64_t>(rows.size()) >= number_in(folder / "acknowledged"));
  CHECK(read_run(folder / "run.h5").state == RunState::incomplete);
  CHECK_FALSE(complete_file(folder / "run.h5"));
}
