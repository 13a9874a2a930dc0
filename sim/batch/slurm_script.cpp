#include "sim/batch/slurm_script.hpp"

#include <fmt/format.h>

#include <cmath>

namespace polyclinic {
namespace {

constexpr double bytes_per_mebibyte = 1048576.0;  // sbatch's unit "M"
constexpr double seconds_per_minute = 60.0;

// Slurm's own output file is none: a % in the path of its folder would be taken for a pattern.
constexpr const char* no_output = "/dev/null";

constexpr const char* function_run = R"(lost=0
# run BEGUN LOG STATUS COMMAND...
run() {
  begun=$1 log=$2 status=$3
  shift 3
  [ ! -e "$status" ] || return 0
  : >"$begun"
  "$@" >"$log" 2>&1 </dev/null
  echo $? >"$status.partial" && mv -f -- "$status.partial" "$status" || lost=1
}
)";

std::string run_line(const BatchRun& run, const std::filesystem::path& array_folder) {
  std::string line = fmt::format("run {} {} {}", shell_quoted(begun_file(array_folder, run.name)), shell_quoted(run.log),
                                 shell_quoted(run.status));
  for (const std::string& word : run.command) line += " " + shell_quoted(word);
  return line + "\n";
}

std::string array_option(const ArrayRequest& request) {
  const std::string limit = request.tasks_at_once > 0 ? fmt::format("%{}", request.tasks_at_once) : std::string();
  return fmt::format("--array=0-{}{}", request.tasks - 1, limit);
}

}  // namespace

std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char character : text) quoted += character == '\'' ? std::string("'\\''") : std::string(1, character);
  return quoted + "'";
}

std::filesystem::path task_script_file(const std::filesystem::path& array_folder, std::size_t task) {
  return array_folder / fmt::format("task-{}.sh", task);
}

std::filesystem::path begun_file(const std::filesystem::path& array_folder, const std::string& run) {
  return array_folder / (run + ".begun");
}

std::string task_script(std::span<const BatchRun> runs, const std::filesystem::path& array_folder,
                        const std::filesystem::path& working_folder) {
  // One thread in OpenBLAS: the cores are given to the workers of a run's own pool.
  std::string script = fmt::format("#!/bin/sh\nexport OPENBLAS_NUM_THREADS=1\ncd {} || exit 1\n{}",
                                   shell_quoted(working_folder), function_run);
  for (const BatchRun& run : runs) script += run_line(run, array_folder);
  return script + "exit $lost\n";
}

std::string array_script(const std::filesystem::path& array_folder) {
  const std::string stem = shell_quoted(array_folder / "task-") + "\"$SLURM_ARRAY_TASK_ID\"";
  return fmt::format("#!/bin/sh\nexec /bin/sh {0}.sh >{0}.out 2>&1\n", stem);
}

std::vector<std::string> sbatch_command(const ArrayRequest& request) {
  const RunResources& asked = request.resources;
  const double minutes = std::ceil(asked.time_limit_s * static_cast<double>(request.runs_per_task) / seconds_per_minute);
  std::vector<std::string> command{
      "sbatch",
      "--parsable",
      "--job-name=" + request.job_name,
      array_option(request),
      fmt::format("--output={}", no_output),
      "--ntasks=1",
      fmt::format("--cpus-per-task={}", std::max<std::int64_t>(asked.threads, 1)),
      fmt::format("--mem={:.0f}M", std::ceil(asked.memory_bytes / bytes_per_mebibyte)),
      fmt::format("--time={:.0f}", std::max(minutes, 1.0)),
  };
  if (!asked.partition.empty()) command.push_back("--partition=" + asked.partition);
  if (!request.after.empty()) command.push_back("--dependency=afterany:" + request.after);
  command.push_back(request.script.string());
  return command;
}

}  // namespace polyclinic
