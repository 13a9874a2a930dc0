#include "core/study/study_result.hpp"

#include <cmath>
#include <fstream>

#include "core/record/hdf5_file.hpp"
#include "core/record/journal.hpp"
#include "tests/core/record/support.hpp"
#include "tests/core/study/sample_study.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

// A folder as a sweep leaves it.
class StudyFolder {
 public:
  StudyFolder() {
    std::filesystem::create_directory(folder_ / "runs");
    put("study.toml", to_toml(sample_study()));
  }
  void put(const std::string& name, const std::string& content) const { std::ofstream(folder_ / name) << content; }
  void put_run(const std::string& name, double auc, bool complete = true) const {
    write_run(folder_ / ("runs/" + name + ".h5"), 0.5, auc, complete);
  }
  [[nodiscard]] StudyResult read() const { return read_study(path()); }
  [[nodiscard]] std::filesystem::path path() const { return folder_ / ""; }
  [[nodiscard]] StudyRunState state_of(std::size_t run) const { return read().runs.at(run).state; }

 private:
  Folder folder_;
};

ResultData manifest_in(const StudyFolder& folder) {
  write_manifest(folder.path(), folder.read());
  return read_hdf5(folder.path() / "study.h5", study_format);
}

}  // namespace

TEST_CASE("a complete run has its figures, fingerprint and costs, and others have none") {
  const StudyFolder folder;
  folder.put_run("fraction=0.1_seed=2", 0.875);
  folder.put("runs/fraction=0.1_seed=2.status", "0\n");
  const StudyResult result = folder.read();
  CHECK(result.study == sample_study());
  REQUIRE(result.runs.size() == 6);
  CHECK(result.runs[4].run.name == "fraction=0.1_seed=2");
  CHECK(result.runs[4].state == StudyRunState::complete);
  CHECK(result.runs[4].fingerprint == "f00d");
  CHECK(result.runs[4].cpu_s == 3.5);
  CHECK(std::isnan(result.runs[4].peak_memory_bytes));
  REQUIRE(result.figures.size() == 1);
  CHECK(result.figures[0].run == 4);
  CHECK(result.figures[0].test_auc == 0.875);
  CHECK(result.figures[0].rounds_to_target == 2);  // of AUC 0.8
  CHECK(result.runs[0].state == StudyRunState::missing);
}

TEST_CASE("runs that are not complete are told apart by their files") {
  const StudyFolder folder;
  folder.put_run("fraction=1_seed=1", 0.9, false);
  folder.put("runs/fraction=1_seed=2.h5", "torn");
  folder.put("runs/fraction=1_seed=3.status", "1\n");
  folder.put("runs/fraction=1_seed=3.log", "round 1\npolyclinic: no space left\n\n");
  folder.put("runs/fraction=0.1_seed=1.status", "143\n");
  folder.put("runs/fraction=0.1_seed=2.status", "139\n");
  folder.put_run("fraction=0.1_seed=2", 0.9, false);
  const StudyResult result = folder.read();
  CHECK(result.runs[0].state == StudyRunState::incomplete);
  CHECK(result.runs[1].state == StudyRunState::incomplete);
  CHECK(result.runs[2].state == StudyRunState::failed);
  CHECK(result.runs[2].message == "polyclinic: no space left");
  CHECK(result.runs[3].state == StudyRunState::missing);  // SIGTERM before it had a file: interrupted, not failed
  CHECK(result.runs[4].state == StudyRunState::failed);
  CHECK(result.runs[4].message == "ended by signal 11");
  CHECK(failure_message(folder.path() / "runs/none.log", 137) ==
        "killed (signal 9); if memory ran out, fewer --jobs need less");
  CHECK(result.figures.empty());
}

TEST_CASE("a run whose journal is held is being written, and a run whose exit status nobody wrote counts by its file") {
  const StudyFolder folder;
  folder.put_run("fraction=1_seed=1", 0.9, false);
  {
    Journal journal(journal_path(folder.path() / "runs/fraction=1_seed=1.h5"));
    journal.begin();
    CHECK(folder.state_of(0) == StudyRunState::running);
  }
  CHECK(folder.state_of(0) == StudyRunState::incomplete);
  folder.put_run("fraction=1_seed=1", 0.9);
  CHECK(folder.state_of(0) == StudyRunState::complete);
}

// A file whose content nobody could read any more stands for one that would be read in vain.
TEST_CASE("runs that were complete are not read again, others are") {
  const StudyFolder folder;
  folder.put_run("fraction=1_seed=2", 0.75);
  folder.put_run("fraction=0.1_seed=2", 0.875);
  const StudyResult earlier = folder.read();
  folder.put("runs/fraction=1_seed=2.h5", "torn");
  folder.put("runs/fraction=0.1_seed=2.h5", "torn");
  folder.put_run("fraction=1_seed=3", 0.9);
  const StudyResult result = read_runs(folder.path(), sample_study(), earlier);
  CHECK(result.runs[4].fingerprint == "f00d");
  REQUIRE(result.figures.size() == 3);
  CHECK(result.figures[0].test_auc == 0.75);
  CHECK(result.figures[1].test_auc == 0.9);
  CHECK(result.figures[2].run == 4);
  CHECK(result.figures[2].test_auc == 0.875);
}

TEST_CASE("a complete file of another scenario is not the run's, and of another seed of the same scenario neither") {
  const StudyFolder folder;
  folder.put_run("fraction=1_seed=1", 0.9);
  Study study = sample_study();
  CHECK(read_runs(folder.path(), study).runs[0].state == StudyRunState::complete);
  study.points[0].scenario_digest = seedless_digest("schema = 1\nname = \"other\"\nseed = 2\n");
  CHECK(read_runs(folder.path(), study).runs[0].state == StudyRunState::incomplete);
  study.points[0].scenario_digest = seedless_digest("schema = 1\nname = \"sample\"\nseed = 71\n");
  CHECK(read_runs(folder.path(), study).runs[0].state == StudyRunState::complete);
}

TEST_CASE("a folder without a study is refused") {
  const Folder folder;
  CHECK_FALSE(holds_study(folder / ""));
  CHECK_THROWS_WITH_AS((void)read_study(folder / "none"), doctest::Contains("none: this folder holds no study"), Error);
  CHECK(holds_study(StudyFolder().path()));
}

TEST_CASE("the manifest links the files that are there and tells of each run, with the axes as columns") {
  const StudyFolder folder;
  folder.put_run("fraction=0.1_seed=2", 0.875);
  const ResultData manifest = manifest_in(folder);
  CHECK(manifest.links == ByPath<std::string>{{"/files/fraction=0.1_seed=2", "runs/fraction=0.1_seed=2.h5"}});
  CHECK(manifest.texts.at("/study") == to_toml(sample_study()));
  CHECK(number_or(manifest, "/", "complete", -1) == 0);
  const Table& runs = manifest.tables.at("/runs");
  CHECK(runs.count == 6);
  CHECK(runs.columns[3] == ColumnSpec{"sharing.fraction", "1", CellKind::real});
  ByteReader reader(runs.rows);
  for (int row = 0; row < 4; ++row) (void)get_row(reader, runs.columns);
  CHECK(get_row(reader, runs.columns) == std::vector<Cell>{"fraction=0.1_seed=2", "fraction=0.1", std::int64_t{2}, 0.1,
                                                           "complete", "f00d", "runs/fraction=0.1_seed=2.h5"});
  CHECK(manifest.tables.at("/figures").count == 1);
  CHECK(manifest.tables.at("/comparisons").count == 0);  // the other point has no run yet
}

TEST_CASE("the manifest's fingerprint says what came out, not what it cost or where the scenario lies") {
  const StudyFolder folder;
  folder.put_run("fraction=0.1_seed=2", 0.875);
  const auto fingerprint_of = [&](const StudyResult& result) {
    write_manifest(folder.path(), result);
    return text_or(read_hdf5(folder.path() / "study.h5", study_format), "/", "fingerprint", "");
  };
  StudyResult result = folder.read();
  const std::string first = fingerprint_of(result);
  CHECK(first.size() == 64);
  result.runs[4].wall_s = 99;
  result.study.resources.threads = 7;
  result.study.scenario = "/elsewhere/quickstart.toml";
  CHECK(fingerprint_of(result) == first);
  result.figures[0].test_auc = 0.876;
  CHECK(fingerprint_of(result) != first);
}
