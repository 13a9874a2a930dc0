#include "core/record/recorder.hpp"

#include <sys/resource.h>

#include <cmath>
#include <csignal>
#include <limits>

#include "core/record/fingerprint.hpp"
#include "core/record/hdf5_file.hpp"
#include "core/record/journal.hpp"
#include "core/record/reader.hpp"
#include "core/record/rows.hpp"
#include "tests/core/record/sample_run.hpp"
#include "tests/core/record/support.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

RoundRow round_row(std::int64_t round) {
  return {.round = round, .sim_time_s = 12.5 * static_cast<double>(round), .block_height = round + 1, .participants = 8,
          .published_bytes = 58'504, .wire_bytes = 60'000, .train_loss = 0.25,
          .test_loss = std::numeric_limits<double>::quiet_NaN(), .test_accuracy = 0.875, .test_auc = 0.9375, .test_f1 = 0.5};
}

void record_everything(Recorder& recorder) {
  recorder.attribute("/", "name", "two rounds");
  recorder.attribute("/", "seed", std::int64_t{7});
  recorder.attribute("/chains/Zürich", "consensus", "authority");
  recorder.attribute("/run", "wall_s", 1.5);
  recorder.text("/scenario", "schema = 1\n# Ärzte\n");
  recorder.declare<EgressRow>("/egress");
  for (int round = 0; round < 2; ++round) recorder.add("/chains/Zürich/rounds", round_row(round));
  recorder.add("/events", EventRow{3.0, "Zürich", "rejected", "wrong signature", "", 4});
  const std::vector<float> weights = {1.0F, -2.0F, 0.5F, 0.0F, 3.0F, 4.0F};
  recorder.array("/models/Zürich/global/fc.weight", std::span(weights), {2, 3});
  const std::vector<std::int64_t> batches = {41};
  recorder.array("/models/Zürich/global/bn.num_batches_tracked", std::span(batches), {});
  recorder.array("/predictions/Zürich/scores", std::span<const double>{}, {0, 2});
  const std::vector<std::uint8_t> ledger = {0, 255, 7};
  recorder.array("/chains/Zürich/ledger", std::span(ledger), {3});
}

}  // namespace

TEST_CASE("a finished run reads back as it was recorded, NaN, umlauts, empty tables and scalars included") {
  const Folder folder;
  ResultData recorded;
  {
    Recorder recorder(folder / "run.h5", false);
    record_everything(recorder);
    recorder.finish();
    recorded = recorder.data();
  }
  const Result read = read_run(folder / "run.h5");
  CHECK(read.state == RunState::complete);
  CHECK(read.data == recorded);
  CHECK_FALSE(std::filesystem::exists(folder / "run.h5.journal"));
  CHECK_FALSE(std::filesystem::exists(folder / "run.h5.partial"));
  const auto rounds = rows<RoundRow>(read.data, "/chains/Zürich/rounds");
  REQUIRE(rounds.size() == 2);
  CHECK(rounds[1].sim_time_s == 12.5);
  CHECK(std::isnan(rounds[1].test_loss));
  CHECK(rows<EventRow>(read.data, "/events").at(0).chain == "Zürich");
}

TEST_CASE("the fingerprint in the file is that of its content") {
  const Folder folder;
  {
    Recorder recorder(folder / "run.h5", false);
    record_sample(recorder, {4, 3});
    recorder.finish();
  }
  const ResultData read = read_result(folder / "run.h5");
  CHECK(text_or(read, "/", "fingerprint", "") == fingerprint(read).hex());
  CHECK(text_or(read, "/", "leakage_fingerprint", "") == leakage_fingerprint(read).hex());
  CHECK(number_or(read, "/", "complete", 0) == 1);
}

TEST_CASE("a recorder that goes away unfinished leaves an incomplete file with everything and no journal") {
  const Folder folder;
  ResultData recorded;
  {
    Recorder recorder(folder / "run.h5", false);
    record_everything(recorder);
    recorded = recorder.data();
  }
  CHECK_FALSE(std::filesystem::exists(folder / "run.h5.journal"));
  const Result read = read_run(folder / "run.h5");
  CHECK(read.state == RunState::incomplete);
  CHECK(read.data == recorded);
}

TEST_CASE("from the first moment the file opens, and a run going on is called so") {
  const Folder folder;
  Recorder recorder(folder / "run.h5", false);
  CHECK(number_or(read_hdf5(folder / "run.h5"), "/", "complete", 1) == 0);
  CHECK(text_or(read_hdf5(folder / "run.h5"), "/", "program_version", "").find('.') != std::string::npos);
  recorder.add("/chains/a/rounds", round_row(1));
  const Result read = read_run(folder / "run.h5");
  CHECK(read.state == RunState::running);
  CHECK(read.data == recorder.data());
  CHECK_FALSE(complete_file(folder / "run.h5"));
  CHECK_THROWS_WITH_AS(Recorder(folder / "run.h5", false), doctest::Contains("another run is writing it right now"), UsageError);
  CHECK_THROWS_WITH_AS(Recorder(folder / "run.h5", true), doctest::Contains("another run is writing"), Error);
}

TEST_CASE("the file follows what is recorded at the asked pace") {
  const Folder folder;
  Recorder recorder(folder / "run.h5", false, {.first_s = 0, .pause_s = 0, .pause_per_writing = 0});
  for (int round = 0; round < 5; ++round) {
    recorder.add("/chains/a/rounds", round_row(round));
    CHECK(read_hdf5(folder / "run.h5") == recorder.data());
  }
  CHECK(recorder.seconds() > 0);
}

TEST_CASE("nothing is overwritten without being told to") {
  const Folder folder;
  {
    Recorder recorder(folder / "run.h5", false);
    recorder.add("/chains/old/rounds", round_row(1));
    recorder.finish();
  }
  CHECK_THROWS_WITH_AS(Recorder(folder / "run.h5", false), doctest::Contains("run.h5: the file exists; choose another"), UsageError);
  CHECK(rows<RoundRow>(read_result(folder / "run.h5"), "/chains/old/rounds").size() == 1);
  Recorder recorder(folder / "run.h5", true);
  CHECK_FALSE(read_result(folder / "run.h5").tables.contains("/chains/old/rounds"));
}

TEST_CASE("the journal of a killed run is not overwritten either, and says what to do") {
  const Folder folder;
  Journal(folder / "run.h5.journal").begin();
  CHECK_THROWS_WITH_AS(Recorder(folder / "run.h5", false), doctest::Contains("an earlier run was killed; see its result with"),
                       UsageError);
  CHECK_NOTHROW(Recorder(folder / "run.h5", true));
}

TEST_CASE("an empty journal, a finished file and a damaged file: what is whole counts") {
  const Folder folder;
  {
    Recorder recorder(folder / "run.h5", false);
    recorder.add("/chains/a/rounds", round_row(1));
    recorder.finish();
  }
  const ResultData finished = read_result(folder / "run.h5");
  { const Journal empty(folder / "run.h5.journal"); }
  CHECK(read_result(folder / "run.h5") == finished);
  Journal(folder / "run.h5.journal").begin();
  CHECK(read_result(folder / "run.h5") == finished);  // the run died between finishing the file and removing the journal
  std::filesystem::resize_file(folder / "run.h5", 500);
  CHECK(read_run(folder / "run.h5").state == RunState::killed);
  std::filesystem::remove(folder / "run.h5.journal");
  CHECK_THROWS_AS((void)read_run(folder / "run.h5"), Error);
}

TEST_CASE("a folder that is missing, and a path that is a folder, are errors that name it") {
  const Folder folder;
  CHECK_THROWS_WITH_AS(Recorder(folder / "no/run.h5", false), doctest::Contains("there is no folder"), Error);
  CHECK_THROWS_WITH_AS(Recorder(folder / "", true), doctest::Contains("this is a folder, not a file"), Error);
}

TEST_CASE("a full disk is an error, and what was recorded before stays readable") {
  const Folder folder;
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  std::size_t recorded = 0;
  {
    Recorder recorder(folder / "run.h5", false);
    rlimit tight = before;
    tight.rlim_cur = 5'000;  // less than the result file, so that its last writing fails as well
    setrlimit(RLIMIT_FSIZE, &tight);
    const auto fill = [&] {
      for (;; ++recorded) recorder.add("/chains/a/rounds", round_row(static_cast<std::int64_t>(recorded)));
    };
    CHECK_THROWS_WITH_AS(fill(), doctest::Contains("run.h5.journal: cannot write: File too large"), Error);
    CHECK_THROWS_AS(recorder.finish(), Error);
  }
  setrlimit(RLIMIT_FSIZE, &before);
  CHECK_FALSE(std::filesystem::exists(folder / "run.h5.partial"));
  const Result read = read_run(folder / "run.h5");
  CHECK(read.state == RunState::killed);
  CHECK(number_or(read.data, "/", "complete", 1) == 0);
  CHECK(recorded > 10);
  CHECK(rows<RoundRow>(read.data, "/chains/a/rounds").size() == recorded);
}

TEST_CASE("what cannot be recorded does not enter the journal: later rows still count") {
  const Folder folder;
  Recorder recorder(folder / "run.h5", false);
  CHECK_THROWS_AS(recorder.text("no path", "x"), Error);
  recorder.add("/chains/a/rounds", round_row(1));
  CHECK(read_run(folder / "run.h5").data == recorder.data());
}
