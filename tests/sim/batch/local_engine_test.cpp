#include <csignal>

#include "core/base/error.hpp"
#include "sim/interrupt.hpp"
#include "tests/sim/batch/shell_runs.hpp"
#include "tests/support/check.hpp"

namespace polyclinic::test {

using Told = std::vector<std::string>;

TEST_CASE("local engine: a status is that of the exit, or 128 and the signal's number") {
  ShellRuns runs;
  runs.add("good", "exit 0");
  runs.add("bad", "exit 3");
  runs.add("killed", "kill -9 $$");
  const std::vector<BatchOutcome> outcomes = runs.carry_out(1);
  REQUIRE(outcomes.size() == 3);
  CHECK(outcomes[0].status == 0);
  CHECK(outcomes[1].status == 3);
  CHECK(outcomes[2].status == 137);
  CHECK(runs.text("good.status") == "0\n");
  CHECK(runs.text("bad.status") == "3\n");
  CHECK(runs.text("killed.status") == "137\n");
}

TEST_CASE("local engine: one job at a time keeps the order, and a failing run stops no other") {
  ShellRuns runs;
  runs.add("first", "exit 1");
  runs.add("second", "exit 0");
  runs.carry_out(1);
  CHECK(runs.told == Told{"started first", "ended first", "started second", "ended second"});
}

TEST_CASE("local engine: what a run prints goes into its log, in place of an older one, and it reads nothing") {
  ShellRuns runs;
  runs.write("talker.log", "older and longer than what follows");
  runs.add("talker", "cat; echo out; echo error >&2");
  runs.carry_out(1);
  CHECK(runs.text("talker.log") == "out\nerror\n");
}

TEST_CASE("local engine: the status of an earlier try is gone while a run goes on") {
  ShellRuns runs;
  runs.write("again.status", "1\n");
  runs.add("again", "test ! -e $FOLDER/again.status");
  CHECK(runs.carry_out(1).front().status == 0);
}

// Each of four waits until two have begun and notes how many are at work: with two jobs never more than two, and once two.
TEST_CASE("local engine: as many side by side as there are jobs, and no more") {
  ShellRuns runs;
  for (const char* name : {"a", "b", "c", "d"}) {
    const std::string own = name;
    runs.add(own, "touch $FOLDER/begun." + own + " $FOLDER/busy." + own +
                      "; while [ $(ls $FOLDER | grep -c begun) -lt 2 ]; do sleep 0.01; done; ls $FOLDER | grep -c busy "
                      ">$FOLDER/count." +
                      own + "; rm $FOLDER/busy." + own);
  }
  const std::vector<BatchOutcome> outcomes = runs.carry_out(2);
  REQUIRE(outcomes.size() == 4);
  for (const char* name : {"a", "b", "c", "d"}) CHECK(std::stoi(runs.text(std::string("count.") + name)) <= 2);
}

TEST_CASE("local engine: a program that does not exist fails as in a shell") {
  ShellRuns runs;
  runs.add_program("nothing", "/nowhere/at/all");
  runs.add("next", "exit 0");
  const std::vector<BatchOutcome> outcomes = runs.carry_out(1);
  REQUIRE(outcomes.size() == 2);
  CHECK(outcomes[0].status == 127);
  CHECK(runs.text("nothing.log") == "the program cannot be started\n");
}

TEST_CASE("local engine: processor time is counted") {
  ShellRuns runs;
  runs.add("busy", "i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done");
  const BatchOutcome outcome = runs.carry_out(1).front();
  CHECK(outcome.cpu_s > 0.0);
  CHECK(outcome.wall_s > 0.0);
}

TEST_CASE("local engine: OpenBLAS gets one thread, whatever the environment says") {
  ShellRuns runs;
  setenv("OPENBLAS_NUM_THREADS", "8", 1);
  runs.add("run", "echo $OPENBLAS_NUM_THREADS");
  runs.carry_out(1);
  CHECK(runs.text("run.log") == "1\n");
}

// The run itself sends the signal, as a terminal would send it to the sweep.
TEST_CASE("local engine: an interrupt ends what runs, leaves no status of it, and begins nothing more") {
  ShellRuns runs;
  watch_interrupts();
  runs.add("stopped", "trap 'echo stopped; exit 130' TERM; kill -INT $PPID; while :; do sleep 0.01; done");
  runs.add("never", "exit 0");
  const std::vector<BatchOutcome> outcomes = runs.carry_out(1);
  REQUIRE(outcomes.size() == 1);
  CHECK(outcomes.front().status == 130);
  CHECK(runs.text("stopped.log") == "stopped\n");
  CHECK_FALSE(std::filesystem::exists(runs.at("stopped.status")));
  CHECK(runs.told == Told{"started stopped", "ended stopped"});
}

TEST_CASE("local engine: a run that completes all the same after an interrupt is complete") {
  ShellRuns runs;
  watch_interrupts();
  runs.add("whole", "trap '' TERM; kill -INT $PPID; exit 0");
  runs.carry_out(1);
  CHECK(runs.text("whole.status") == "0\n");
}

TEST_CASE("local engine: where a log cannot be written, what runs is ended and the reason told") {
  ShellRuns runs;
  std::filesystem::create_directory(runs.at("second.log"));
  runs.add("first", "trap 'echo ended; exit 1' TERM; echo begun; while :; do sleep 0.01; done");
  runs.add("second", "exit 0");
  CHECK_THROWS_WITH_AS(runs.carry_out(2), doctest::Contains("second.log: cannot create the file"), Error);
}

TEST_CASE("local engine: it waits for its runs, and says so") {
  const TemporaryFolder here;
  BatchOptions options;
  options.folder = here.path();
  options.wait = false;
  CHECK_THROWS_WITH_AS(static_cast<void>(make_engine("local", options)), doctest::Contains("cannot go before them"), Error);
}

TEST_CASE("engines are chosen by name") {
  CHECK_THROWS_WITH_AS(static_cast<void>(make_engine("locl", {})), doctest::Contains("engine is \"locl\", allowed: local"),
                       UsageError);
}

}  // namespace polyclinic::test
