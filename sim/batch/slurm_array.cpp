#include "sim/batch/slurm_array.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <optional>
#include <random>
#include <set>

#include "core/base/error.hpp"
#include "core/base/output_file.hpp"
#include "sim/batch/call.hpp"

namespace polyclinic {
namespace {

constexpr std::size_t longest_prefix = 100;  // of a job's name, which names a folder

// What a person knows the study by, and 64 bits that no other array has. squeue separates names by commas.
std::string new_job_name(const std::filesystem::path& study_folder) {
  std::string name = study_folder.filename().string().substr(0, longest_prefix);
  const auto plain = [](unsigned char character) {
    return std::isalnum(character) != 0 || character == '-' || character == '_';
  };
  std::replace_if(
      name.begin(), name.end(), [&](unsigned char character) { return !plain(character); }, '_');
  std::random_device device;
  return fmt::format("{}.{:08x}{:08x}", name, device(), device());
}

void write(const std::filesystem::path& file, const std::string& text) { replace_file(file, view_of(text)); }

std::filesystem::path plain_path(const std::filesystem::path& folder) {
  const std::filesystem::path path = std::filesystem::absolute(folder).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

std::vector<std::filesystem::path> array_folders(const std::filesystem::path& study_folder) {
  std::vector<std::filesystem::path> folders;
  std::error_code absent;
  for (const auto& entry : std::filesystem::directory_iterator(slurm_folder(study_folder), absent)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

std::optional<SlurmArray> read_array(const std::filesystem::path& folder) {
  SlurmArray array;
  array.folder = folder;
  array.job_name = folder.filename().string();
  std::ifstream job(folder / "job");
  if (!job.good()) return std::nullopt;
  std::getline(job, array.job);
  std::ifstream runs(folder / "runs");
  std::size_t task = 0;
  for (std::string name; runs >> task && runs.get() && std::getline(runs, name);) {
    if (task >= array.tasks.size()) array.tasks.resize(task + 1);
    array.tasks[task].push_back(name);
  }
  return array;
}

}  // namespace

std::filesystem::path slurm_folder(const std::filesystem::path& study_folder) { return plain_path(study_folder) / "slurm"; }

SlurmArray create_array(const std::filesystem::path& study_folder, const std::vector<std::vector<BatchRun>>& tasks) {
  SlurmArray array;
  array.job_name = new_job_name(plain_path(study_folder));
  array.folder = slurm_folder(study_folder) / array.job_name;
  std::filesystem::create_directories(array.folder);
  std::string listed;
  for (std::size_t task = 0; task < tasks.size(); ++task) {
    write(task_script_file(array.folder, task), task_script(tasks[task], array.folder, std::filesystem::current_path()));
    array.tasks.emplace_back();
    for (const BatchRun& run : tasks[task]) {
      array.tasks.back().push_back(run.name);
      listed += fmt::format("{} {}\n", task, run.name);
    }
  }
  write(array.folder / "array.sh", array_script(array.folder));
  write(array.folder / "runs", listed);
  write(array.folder / "job", "");
  return array;
}

void set_job(SlurmArray& array, const std::string& job) {
  array.job = job;
  write(array.folder / "job", job + "\n");
}

std::vector<SlurmArray> read_arrays(const std::filesystem::path& study_folder) {
  std::vector<SlurmArray> arrays;
  for (const std::filesystem::path& folder : array_folders(study_folder)) {
    if (auto array = read_array(folder)) arrays.push_back(std::move(*array));
  }
  return arrays;
}

void require_no_slurm_jobs(const std::filesystem::path& study_folder) {
  std::vector<std::string> names;
  for (const SlurmArray& array : read_arrays(study_folder)) names.push_back(array.job_name);
  if (names.empty() || call({"squeue", "--version"}).status != 0) return;
  std::set<std::string> jobs;
  for (const auto& [name, task] : query_queue(names)) {
    if (!task.ended()) jobs.insert(task.job);
  }
  if (jobs.empty()) return;
  throw UsageError(fmt::format(
      "{}: runs of this study are with Slurm, as job {}; --engine slurm --resume waits for them, scancel {} ends them",
      study_folder.string(), fmt::join(jobs, ", "), fmt::join(jobs, " ")));
}

}  // namespace polyclinic
