#include "sim/batch/slurm_script.hpp"

#include <algorithm>
#include <fstream>

#include "sim/batch/call.hpp"
#include "tests/sim/batch/fake_slurm.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

// A folder for an array, and its task 0 carried out as often as a test likes.
struct OneTask {
  FakeSlurm slurm;
  std::filesystem::path folder = slurm.folder() / "slurm" / "it's 1 % of $HOME";

  void carry_out(const std::vector<BatchRun>& runs) const {
    std::filesystem::create_directories(folder);
    std::ofstream(task_script_file(folder, 0)) << task_script(runs, folder, slurm.folder());
    std::ofstream(folder / "array.sh") << array_script(folder);
    again();
  }
  void again() const { CHECK(call({"env", "SLURM_ARRAY_TASK_ID=0", "sh", folder / "array.sh"}).status == 0); }
  [[nodiscard]] std::string read(const std::filesystem::path& file) const { return slurm.read(file); }
};

bool has(const std::vector<std::string>& command, const std::string& word) {
  return std::find(command.begin(), command.end(), word) != command.end();
}

}  // namespace

TEST_CASE("a word in quotes is one word to a shell, whatever it holds") {
  const std::string odd = "it's \"1\" $HOME `x` \\ * ~ #\n\ttwo lines; & |";
  CHECK(call({"sh", "-c", "printf %s " + shell_quoted(odd)}).printed == odd);
  CHECK(call({"sh", "-c", "printf '<%s>' " + shell_quoted("")}).printed == "<>");
}

TEST_CASE("a run of a task gets its arguments as they are, and leaves its log, its status and when it began") {
  const OneTask task;
  BatchRun run = task.slurm.run("alpha=0.1_seed=1", "");
  run.command = {"/bin/sh", "-c", "pwd; printf '%s\\n' \"$@\"; exit 3", "sh", "a b", "it's", "$HOME", ""};
  task.carry_out({run});
  CHECK(task.read(run.log) == task.slurm.folder().string() + "\na b\nit's\n$HOME\n");
  CHECK(task.read(run.status) == "3");
  CHECK(std::filesystem::exists(begun_file(task.folder, run.name)));
}

TEST_CASE("runs of a task come one after another, and the end of one by a signal stops no other") {
  const OneTask task;
  const BatchRun first = task.slurm.run("first", "kill -9 $$"), second = task.slurm.run("second", "cat runs/first.status");
  task.carry_out({first, second});
  CHECK(task.read(first.status) == "137");  // 128 + SIGKILL
  CHECK(task.read(second.log).ends_with("137"));
}

TEST_CASE("a task that Slurm begins again does only what left no status") {
  const OneTask task;
  const BatchRun done = task.slurm.run("done", "echo once >>done.txt"),
                 other = task.slurm.run("other", "echo once >>other.txt");
  task.carry_out({done, other});
  std::filesystem::remove(other.status);
  task.again();
  CHECK(task.read(task.slurm.folder() / "done.txt") == "once");
  CHECK(task.read(task.slurm.folder() / "other.txt") == "once\nonce");
}

TEST_CASE("the task of an array whose folder is gone does nothing") {
  const OneTask task;
  const std::string script = array_script(task.folder);
  CHECK(call({"env", "SLURM_ARRAY_TASK_ID=0", "sh", "-c", script}).status != 0);
  CHECK_FALSE(std::filesystem::exists(task.folder));
}

TEST_CASE("an array asks for what its tasks need") {
  ArrayRequest request{"study.1", "/s/array.sh", 5, 2, 3, "41:42", {}};
  request.resources.threads = 4;
  request.resources.memory_bytes = 4e9;   // 3814.7 MiB
  request.resources.time_limit_s = 90.0;  // of one run; three of them: 4.5 minutes
  request.resources.partition = "long";
  const std::vector<std::string> command = sbatch_command(request);
  CHECK(command.front() == "sbatch");
  CHECK(command.back() == "/s/array.sh");
  for (const char* option : {"--parsable", "--job-name=study.1", "--array=0-4%2", "--cpus-per-task=4", "--mem=3815M",
                             "--time=5", "--partition=long", "--dependency=afterany:41:42"}) {
    CHECK_MESSAGE(has(command, option), option);
  }
}

TEST_CASE("an array asks for no partition, order or limit that nobody named") {
  const std::vector<std::string> command = sbatch_command({"study.1", "/s/array.sh", 1, 0, 1, "", {}});
  CHECK(has(command, "--array=0-0"));
  CHECK(has(command, "--cpus-per-task=1"));
  for (const std::string& word : command) {
    CHECK_FALSE(word.starts_with("--partition"));
    CHECK_FALSE(word.starts_with("--dependency"));
  }
}
