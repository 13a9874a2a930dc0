#include "sim/batch/slurm_engine.hpp"

#include <csignal>
#include <fstream>

#include "core/base/error.hpp"
#include "sim/batch/slurm_array.hpp"
#include "sim/interrupt.hpp"
#include "tests/sim/batch/fake_slurm.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

using std::chrono::milliseconds;
constexpr SlurmPace without_rest{milliseconds(0), milliseconds(0), milliseconds(0), milliseconds(0)};

// A sweep of some runs on a Slurm that a test plays.
struct Cluster {
  FakeSlurm slurm;
  BatchOptions options = [this] {
    BatchOptions asked;
    asked.folder = slurm.folder();
    return asked;
  }();
  std::vector<std::string> notes;
  std::function<void(const std::string& line)> on_note = [](const std::string&) {};
  std::string events;  // "+a -a " as runs begin and end

  std::vector<BatchOutcome> carry_out(const std::vector<BatchRun>& runs) {
    BatchObserver observer;
    observer.started = [this](const std::string& run) { events += "+" + run + " "; };
    observer.ended = [this](const BatchOutcome& outcome) { events += "-" + outcome.name + " "; };
    observer.noted = [this](const std::string& line) {
      notes.push_back(line);
      on_note(line);
    };
    return make_slurm_engine(options, without_rest)->carry_out(runs, observer);
  }

  void submit_and_leave(const std::vector<BatchRun>& runs) {
    options.wait = false;
    CHECK(carry_out(runs).empty());
    options.wait = true;
    notes.clear();
  }

  void when_noted(const std::string& begin, const std::function<void()>& act) {
    on_note = [begin, act](const std::string& line) {
      if (line.starts_with(begin)) act();
    };
  }

  [[nodiscard]] int times(const std::string& program, const std::string& argument) const {
    const std::string called = slurm.called(program) + "\n";
    int count = 0;
    for (auto at = called.find(argument + "\n"); at != std::string::npos; at = called.find(argument + "\n", at + 1))
      ++count;
    return count;
  }
  [[nodiscard]] int submissions() const { return times("sbatch", "--parsable"); }
};

}  // namespace

TEST_CASE("runs are carried out as one array, and each leaves its status and its log") {
  Cluster cluster;
  const std::vector<BatchRun> runs{cluster.slurm.run("a", "echo fine"), cluster.slurm.run("b", "echo wrong; exit 3")};
  const std::vector<BatchOutcome> outcomes = cluster.carry_out(runs);
  REQUIRE(outcomes.size() == 2);
  CHECK(outcomes[0].status == 0);
  CHECK(outcomes[1].status == 3);
  CHECK(cluster.slurm.read(runs[1].log) == "wrong");
  CHECK(cluster.slurm.read(runs[1].status) == "3");
  CHECK(cluster.events == "+a -a +b -b ");
  CHECK(cluster.times("sbatch", "--array=0-1") == 1);
  CHECK(cluster.notes == std::vector<std::string>{"submitted 2 runs as Slurm job 12"});
}

TEST_CASE("what a run left behind is gone before it begins again") {
  Cluster cluster;
  BatchRun run = cluster.slurm.run("a", "[ ! -e \"$1\" ]");
  run.command.insert(run.command.end(), {"sh", run.status.string()});
  std::ofstream(run.status) << "1\n";
  CHECK(cluster.carry_out({run}).front().status == 0);
}

TEST_CASE("an array larger than the cluster allows is several, one after another where their tasks are limited") {
  Cluster cluster;
  cluster.slurm.allow_array_size(2);
  cluster.options.jobs = 4;
  cluster.options.resources.runs_per_task = 2;
  std::vector<BatchRun> runs;
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g"}) runs.push_back(cluster.slurm.run(name, "true"));
  CHECK(cluster.carry_out(runs).size() == 7);
  CHECK(cluster.times("sbatch", "--array=0-1%4") == 2);  // a b, c d; e f, g
  CHECK(cluster.times("sbatch", "--dependency=afterany:12") == 1);
  CHECK(cluster.times("sbatch", "--time=120") == 2);  // of two runs, an hour each
}

TEST_CASE("a refused array is one message, and none of those submitted before it stays") {
  Cluster cluster;
  cluster.slurm.allow_array_size(1);
  cluster.slurm.hold();
  cluster.when_noted("submitted", [&] { cluster.slurm.refuse("sbatch", "sbatch: error: QOSMaxSubmitJobPerUserLimit"); });
  CHECK_THROWS_WITH_AS((void)cluster.carry_out({cluster.slurm.run("a", "true"), cluster.slurm.run("b", "true")}),
                       "sbatch failed (exit status 1): sbatch: error: QOSMaxSubmitJobPerUserLimit", Error);
  CHECK(cluster.notes[1] == "cancelled Slurm job 12");
}

TEST_CASE("runs in the queue are waited for and not submitted again, others are") {
  Cluster cluster;
  cluster.slurm.hold();
  const std::filesystem::path begun = cluster.slurm.folder() / "begun";
  const BatchRun a = cluster.slurm.run("a", "echo once >>" + shell_quoted(begun)), b = cluster.slurm.run("b", "true"),
                 c = cluster.slurm.run("c", "true");
  cluster.submit_and_leave({a, b});
  cluster.when_noted("submitted", [&] { cluster.slurm.carry_out_waiting(); });
  CHECK(cluster.carry_out({a, b, c}).size() == 3);
  CHECK(cluster.slurm.read(begun) == "once");
  CHECK(cluster.notes ==
        std::vector<std::string>{"attached to 2 tasks of Slurm job 12", "submitted 1 runs as Slurm job 13"});
}

TEST_CASE("an array is found by its name where the sweep died before it knew the number") {
  Cluster cluster;
  const BatchRun run = cluster.slurm.run("a", "true");
  const SlurmArray array = create_array(cluster.slurm.folder(), {{run}});
  cluster.slurm.set_queue(array.job_name + "|40|0|RUNNING|None\n");
  cluster.when_noted("attached", [&] { std::ofstream(run.status) << "0\n"; });
  CHECK(cluster.carry_out({run}).size() == 1);
  CHECK(cluster.notes == std::vector<std::string>{"attached to 1 tasks of Slurm job 40"});
  CHECK(cluster.submissions() == 0);
}

TEST_CASE("runs of tasks that are over are submitted again, and their old scripts are gone") {
  Cluster cluster;
  const BatchRun run = cluster.slurm.run("a", "true");
  const SlurmArray array = create_array(cluster.slurm.folder(), {{run}});
  cluster.slurm.set_queue(array.job_name + "|40|0|CANCELLED|None\n");
  CHECK(cluster.carry_out({run}).size() == 1);
  CHECK(cluster.submissions() == 1);
  CHECK_FALSE(std::filesystem::exists(array.folder));
}

TEST_CASE("tasks that are just being ended are waited for before their runs are submitted again") {
  Cluster cluster;
  const BatchRun run = cluster.slurm.run("a", "true");
  const SlurmArray array = create_array(cluster.slurm.folder(), {{run}});
  cluster.slurm.set_queue(array.job_name + "|40|0|COMPLETING|None\n");
  cluster.when_noted("waiting", [&] { cluster.slurm.set_states("CANCELLED", "None"); });
  CHECK(cluster.carry_out({run}).front().status == 0);
  CHECK(cluster.notes.front() == "waiting until Slurm has ended tasks of job 40");
}

TEST_CASE("a task that Slurm ended is a failure that says so, in the log too, and leaves no status") {
  Cluster cluster;
  cluster.slurm.hold();
  const BatchRun run = cluster.slurm.run("a", "true");
  cluster.when_noted("submitted", [&] { cluster.slurm.set_states("TIMEOUT", "TimeLimit"); });
  const BatchOutcome lost = cluster.carry_out({run}).front();
  CHECK(lost.status == 137);
  CHECK(lost.message == "Slurm ended it before it began: task 12_0 is TIMEOUT (reason: TimeLimit)");
  CHECK(cluster.slurm.read(run.log) == lost.message);
  CHECK_FALSE(std::filesystem::exists(run.status));
}

TEST_CASE("a task that Slurm has forgotten is a failure once its files had time to appear") {
  Cluster cluster;
  cluster.slurm.hold();
  cluster.when_noted("submitted", [&] { cluster.slurm.set_queue(""); });
  CHECK(cluster.carry_out({cluster.slurm.run("a", "true")}).front().message ==
        "it never began, and Slurm no longer knows task 12_0");
}

TEST_CASE("runs are waited for while Slurm does not answer, and unusual reasons to wait are told once") {
  Cluster cluster;
  cluster.slurm.hold();
  cluster.on_note = [&](const std::string& line) {
    if (line.starts_with("submitted")) cluster.slurm.refuse("squeue", "connect failure");
    if (line.starts_with("squeue failed")) {
      cluster.slurm.accept("squeue");
      cluster.slurm.set_states("PENDING", "JobHeldUser");
    }
    if (line.starts_with("Slurm lets")) cluster.slurm.carry_out_waiting();
  };
  CHECK(cluster.carry_out({cluster.slurm.run("a", "true")}).front().status == 0);
  REQUIRE(cluster.notes.size() == 3);
  CHECK(cluster.notes[1] == "squeue failed (exit status 1): connect failure; trying again");
  CHECK(cluster.notes[2] == "Slurm lets tasks of job 12 wait: JobHeldUser");
}

TEST_CASE("no other engine touches a study of which Slurm has runs") {
  Cluster cluster;
  cluster.slurm.hold();
  CHECK_NOTHROW((void)make_engine("local", cluster.options));
  cluster.submit_and_leave({cluster.slurm.run("a", "true")});
  CHECK_THROWS_AS((void)make_engine("local", cluster.options), UsageError);
  cluster.slurm.carry_out_waiting();
  CHECK_NOTHROW((void)make_engine("local", cluster.options));
}

TEST_CASE("without Slurm's programs the engine says what it needs") {
  const FakeSlurm slurm;
  BatchOptions options;
  options.folder = slurm.folder();
  ::setenv("PATH", "/nowhere", 1);
  CHECK_THROWS_WITH_AS((void)make_engine("slurm", options),
                       "scontrol: not found; the engine slurm needs Slurm's programs on PATH", Error);
}

// The last one: a process stays interrupted.
TEST_CASE("an interrupt cancels the arrays and returns what has ended") {
  Cluster cluster;
  cluster.slurm.hold();
  watch_interrupts();
  cluster.when_noted("submitted", [] { std::raise(SIGTERM); });
  CHECK(cluster.carry_out({cluster.slurm.run("a", "true")}).empty());
  CHECK(cluster.notes.back() == "cancelled Slurm job 12");
  CHECK(cluster.slurm.called("scancel").starts_with("--name="));
}
