#include "tests/sim/batch/fake_slurm.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "sim/batch/call.hpp"

namespace polyclinic::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* every_program = R"(#!/bin/sh
here=$(dirname "$0")
program=$(basename "$0")
printf '%s\n' "$@" >>"$here/$program.called"
if [ -e "$here/$program.refusal" ]; then cat "$here/$program.refusal" >&2; exit 1; fi
)";

constexpr const char* sbatch = R"(
for word; do
  case $word in
    --job-name=*) name=${word#*=} ;;
    --array=0-*) last=${word#--array=0-} last=${last%%%*} ;;
  esac
  script=$word
done
number=$(($(cat "$here/number") + 1))
echo $number >"$here/number"
index=0
while [ $index -le $last ]; do
  state=PENDING
  echo "$index $script" >>"$here/waiting"
  [ -e "$here/hold" ] || { "$here/carry_out"; state=COMPLETED; }
  echo "$name|$number|$index|$state|None" >>"$here/queue"
  index=$((index + 1))
done
echo $number
)";

constexpr const char* carry_out = R"(
while read -r index script; do SLURM_ARRAY_TASK_ID=$index sh "$script"; done <"$here/waiting"
: >"$here/waiting"
)";

void write(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }

void write_program(const fs::path& file, const std::string& text) {
  write(file, every_program + text);
  fs::permissions(file, fs::perms::owner_all);
}

}  // namespace

FakeSlurm::FakeSlurm() : path_before_(std::getenv("PATH")) {
  std::string pattern = fs::temp_directory_path() / "fake-slurm-XXXXXX";
  root_ = ::mkdtemp(pattern.data());
  folder_ = root_ / "a study's folder, 100 % \"odd\"";
  programs_ = root_ / "programs";
  fs::create_directories(folder_ / "runs");
  fs::create_directories(programs_);
  write(programs_ / "number", "11\n");
  set_queue("");
  write_program(programs_ / "sbatch", sbatch);
  write_program(programs_ / "carry_out", carry_out);
  write_program(programs_ / "squeue", "cat \"$here/queue\"\n");
  write_program(programs_ / "scancel", "");
  write_program(programs_ / "sacct", "exit 1\n");
  write_program(programs_ / "scontrol", "cat \"$here/configuration\"\n");
  allow_array_size(1001);
  ::setenv("PATH", (programs_.string() + ":" + path_before_).c_str(), 1);
}

FakeSlurm::~FakeSlurm() {
  ::setenv("PATH", path_before_.c_str(), 1);
  fs::remove_all(root_);
}

void FakeSlurm::allow_array_size(int tasks) {
  write(programs_ / "configuration", "MaxArrayTasks = none\nMaxArraySize            = " + std::to_string(tasks) + "\n");
}

void FakeSlurm::refuse(const std::string& program, const std::string& complaint) {
  write(programs_ / (program + ".refusal"), complaint + "\n");
}

void FakeSlurm::accept(const std::string& program) { fs::remove(programs_ / (program + ".refusal")); }

void FakeSlurm::hold() { write(programs_ / "hold", ""); }

void FakeSlurm::set_queue(const std::string& lines) { write(programs_ / "queue", lines); }

void FakeSlurm::set_states(const std::string& state, const std::string& reason) {
  std::ifstream queue(programs_ / "queue");
  std::string changed;
  for (std::string name, job, index, rest; std::getline(queue, name, '|') && std::getline(queue, job, '|') &&
                                           std::getline(queue, index, '|') && std::getline(queue, rest);) {
    changed += name + "|" + job + "|" + index + "|" + state + "|" + reason + "\n";
  }
  set_queue(changed);
}

void FakeSlurm::carry_out_waiting() {
  (void)call({programs_ / "carry_out"});
  set_states("COMPLETED", "None");
}

std::string FakeSlurm::called(const std::string& program) const { return read(programs_ / (program + ".called")); }

BatchRun FakeSlurm::run(const std::string& name, const std::string& command) const {
  return {name, {"/bin/sh", "-c", command}, folder_ / "runs" / (name + ".log"), folder_ / "runs" / (name + ".status")};
}

std::string FakeSlurm::read(const fs::path& file) const {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  std::string content = text.str();
  if (content.ends_with('\n')) content.pop_back();
  return content;
}

}  // namespace polyclinic::test
