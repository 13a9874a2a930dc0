#include "sim/batch/slurm_client.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <sstream>
#include <string_view>

#include "core/base/error.hpp"
#include "sim/batch/call.hpp"

namespace polyclinic {
namespace {

// squeue(1), "job state codes"; all others are those of tasks that wait, run or are being ended.
constexpr std::array<std::string_view, 10> final_states{"BOOT_FAIL", "CANCELLED",     "COMPLETED", "DEADLINE", "FAILED",
                                                        "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "REVOKED",  "TIMEOUT"};

constexpr int not_found = 127;

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<std::string> split(const std::string& line, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(line);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

// Its answer, or an Error that says what it complained about.
std::string answer_of(const std::vector<std::string>& command) {
  const CommandAnswer answer = call(command);
  require(answer.status != not_found, "{}: not found; the engine slurm needs Slurm's programs on PATH", command.front());
  require(answer.status == 0, "{} failed (exit status {}): {}", command.front(), answer.status, answer.complaint);
  return answer.printed;
}

}  // namespace

bool SlurmTask::ended() const { return std::find(final_states.begin(), final_states.end(), state) != final_states.end(); }

SlurmQueue parse_queue(const std::string& printed) {
  SlurmQueue queue;
  for (const std::string& line : split(printed, '\n')) {
    const std::vector<std::string> parts = split(line, '|');
    if (parts.size() != 5) continue;
    if (const auto index = whole_number(parts[2])) queue[{parts[0], *index}] = {parts[1], parts[3], parts[4]};
  }
  return queue;
}

SlurmQueue query_queue(const std::vector<std::string>& job_names) {
  if (job_names.empty()) return {};
  return parse_queue(answer_of({"squeue", "--noheader", "--array", "--states=all", "--format=%j|%F|%K|%T|%r",
                                fmt::format("--name={}", fmt::join(job_names, ","))}));
}

std::int64_t max_array_size() {
  for (const std::string& line : split(answer_of({"scontrol", "show", "config"}), '\n')) {
    if (!line.starts_with("MaxArraySize")) continue;
    const std::size_t value = line.find_first_of("0123456789");
    const auto size = value == std::string::npos ? std::nullopt : whole_number(std::string_view(line).substr(value));
    require(size && *size > 0, "this Slurm has no job arrays ({})", line);
    return *size;
  }
  fail("scontrol show config names no MaxArraySize");
}

std::string submit(const ArrayRequest& request) {
  const std::string printed = answer_of(sbatch_command(request));
  const std::string job = printed.substr(0, printed.find_first_of(";\n"));  // "12;cluster" where there are several clusters
  require(whole_number(job).has_value(), "sbatch printed \"{}\" in place of a job's number", printed);
  return job;
}

std::string cancel(const std::string& job_name) {
  const CommandAnswer answer = call({"scancel", "--name=" + job_name});
  return answer.status == 0 ? std::string() : answer.complaint;
}

std::string accounted_end(const std::string& job, std::int64_t index) {
  const CommandAnswer answer = call(
      {"sacct", "--noheader", "--parsable2", "--allocations", "--format=State", fmt::format("--jobs={}_{}", job, index)});
  return answer.status == 0 ? answer.printed.substr(0, answer.printed.find('\n')) : std::string();
}

}  // namespace polyclinic
