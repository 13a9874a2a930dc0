#include "sim/batch/study_folder.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <optional>

#include "core/base/error.hpp"
#include "tests/sim/small_world.hpp"
#include "tests/support/check.hpp"

namespace polyclinic::test {

namespace fs = std::filesystem;

Study study_of(std::vector<std::uint64_t> seeds) {
  Study study;
  study.name = "small";
  study.scenario = "/nowhere/small.toml";
  study.points = {{"plain", {}, "0"}};
  study.seeds = std::move(seeds);
  study.compare_with = "plain";
  return study;
}

// As a run leaves it that failed.
void put_failed_run(const fs::path& folder, const Study& study) {
  std::ofstream(folder / study_runs(study).front().status()) << "1\n";
}

std::string refusal(const fs::path& folder, const Study& study, bool resume) {
  try {
    const StudyFolder claimed(folder, study, resume);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_CASE("a folder that does not exist is made, with the study in it and every run missing") {
  const TemporaryFolder here;
  const fs::path folder = here.path() / "new" / "study";
  const Study study = study_of({1, 2});
  const StudyFolder claimed(folder, study, false);
  CHECK(read_resolved_study(folder / "study.toml") == study);
  REQUIRE(claimed.found().runs.size() == 2);
  CHECK(claimed.found().runs[1].state == StudyRunState::missing);
}

TEST_CASE("a survey makes nothing") {
  const TemporaryFolder here;
  CHECK(survey(study_of({1, 2}), here.path() / "new").runs.size() == 2);
  CHECK_FALSE(fs::exists(here.path() / "new"));
}

TEST_CASE("what is begun needs to be resumed") {
  const TemporaryFolder here;
  const Study study = study_of({1, 2});
  CHECK(refusal(here.path(), study, false) == "");
  CHECK(refusal(here.path(), study, false) == "");  // nothing begun yet
  put_failed_run(here.path(), study);
  CHECK(has(refusal(here.path(), study, false), "1 of 2 runs of this study have been begun there; --resume"));
  CHECK(refusal(here.path(), study, true) == "");
}

TEST_CASE("another study is refused, and what is there stays") {
  const TemporaryFolder here;
  const Study study = study_of({1, 2});
  CHECK(refusal(here.path(), study, false) == "");
  Study other = study;
  other.points.push_back({"second", {}, "1"});
  other.points[0].scenario_digest = "2";
  CHECK(has(refusal(here.path(), other, true), "another study (in which point \"plain\" is another scenario"));
  other.points.erase(other.points.begin());
  CHECK(has(refusal(here.path(), other, true), "another study (none of whose points this one has)"));
  other = study;
  other.name = "large";
  CHECK(has(refusal(here.path(), other, true), "another study (\"small\")"));
  CHECK(read_resolved_study(here.path() / "study.toml") == study);
}

TEST_CASE("other seeds, points or targets need to be resumed, and leave the files of other runs") {
  const TemporaryFolder here;
  const Study study = study_of({1, 2});
  CHECK(refusal(here.path(), study, false) == "");
  std::ofstream(here.path() / "runs/plain_seed=1.h5") << "years";
  Study grown = study_of({2, 3});
  grown.points.insert(grown.points.begin(), {"second", {}, "1"});
  CHECK(has(refusal(here.path(), grown, false), "had other points, seeds, comparison or target there; --resume"));
  CHECK(read_resolved_study(here.path() / "study.toml") == study);
  CHECK(refusal(here.path(), grown, true) == "");
  CHECK(read_resolved_study(here.path() / "study.toml") == grown);
  CHECK(count_left_files(study, here.path()) == 0);
  CHECK(count_left_files(grown, here.path()) == 1);
  CHECK(fs::exists(here.path() / "runs/plain_seed=1.h5"));
}

TEST_CASE("a damaged file is renamed, whatever was renamed before") {
  const TemporaryFolder here;
  const Study study = study_of({1});
  const StudyFolder folder(here.path(), study, false);
  const StudyRun run = study_runs(study).front();
  CHECK(folder.set_damaged_aside(run).empty());
  for (const char* name : {"plain_seed=1.h5.damaged", "plain_seed=1.h5.damaged.damaged"}) {
    std::ofstream(folder.path() / run.file()) << name;
    CHECK(folder.set_damaged_aside(run) == folder.path() / "runs" / name);
    CHECK_FALSE(fs::exists(folder.path() / run.file()));
  }
  std::string first;
  std::ifstream(folder.path() / "runs/plain_seed=1.h5.damaged") >> first;
  CHECK(first == "plain_seed=1.h5.damaged");
}

TEST_CASE("a folder that holds anything else is refused, and stays as it is") {
  const TemporaryFolder here;
  std::ofstream(here.path() / "thesis.tex") << "years";
  CHECK(has(refusal(here.path(), study_of({1}), true), "this folder is not empty and holds no study"));
  CHECK(std::distance(fs::directory_iterator(here.path()), {}) == 1);
  CHECK(has(refusal(here.path() / "thesis.tex", study_of({1}), false), "this is a file"));
}

TEST_CASE("a study that was written by hand is no sweep's") {
  const TemporaryFolder here;
  std::ofstream(here.path() / "study.toml") << "schema = 1\nname = \"mine\"\n";
  CHECK(has(refusal(here.path(), study_of({1}), true), "no sweep has written the study.toml"));
}

TEST_CASE("resources may change between two sweeps") {
  const TemporaryFolder here;
  Study study = study_of({1});
  CHECK(refusal(here.path(), study, false) == "");
  study.resources.threads = 4;
  CHECK(refusal(here.path(), study, false) == "");
  CHECK(read_resolved_study(here.path() / "study.toml").resources.threads == 4);
}

TEST_CASE("one sweep at a time") {
  const TemporaryFolder here;
  const StudyFolder first(here.path(), study_of({1}), false);
  CHECK(has(refusal(here.path(), study_of({1}), false), "another sweep (process " + std::to_string(getpid()) + ")"));
}

bool has_open(pid_t process, const fs::path& file) {
  std::error_code gone;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc/" + std::to_string(process) + "/fd")) {
    if (fs::read_symlink(entry.path(), gone) == file) return true;
  }
  return false;
}

// A run that was started by the first sweep, and ends when the second has begun to ask for the lock.
TEST_CASE("a sweep waits for the last runs of one that was killed") {
  const TemporaryFolder here;
  const fs::path file = fs::canonical(here.path()) / "lock";
  int released[2];
  REQUIRE(pipe(released) == 0);
  std::optional<FolderLock> lock(here.path());
  std::ofstream(file) << "999999999\n";  // above every process's number
  const pid_t run = fork();
  if (run == 0) {
    alarm(60);  // should the test have died
    char word = 0;
    if (read(released[0], &word, 1) != 1) _exit(1);
    while (!has_open(getppid(), file)) continue;
    _exit(0);
  }
  lock.reset();
  REQUIRE(write(released[1], "x", 1) == 1);
  const FolderLock second(here.path());
  CHECK(waitpid(run, nullptr, 0) == run);
}

TEST_CASE("a manifest is written at once, and then only when it costs little") {
  const TemporaryFolder here;
  StudyFolder folder(here.path(), study_of({1}), false);
  CHECK(folder.write_manifest().runs.size() == 1);
  CHECK(fs::exists(here.path() / "study.h5"));
}

}  // namespace polyclinic::test
