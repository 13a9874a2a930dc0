#include "sim/batch/run_command.hpp"

#include <algorithm>

namespace polyclinic {

CoreShare share_cores(std::int64_t cores, std::int64_t runs, std::int64_t jobs, std::int64_t threads) {
  CoreShare share;
  const std::int64_t fitting = threads > 0 ? cores / threads : cores;
  share.jobs = std::max<std::int64_t>(1, std::min(jobs > 0 ? jobs : fitting, runs));
  share.threads = threads > 0 ? threads : std::max<std::int64_t>(1, cores / share.jobs);
  share.last_runs = threads > 0 ? 0 : runs % share.jobs;
  share.last_threads = share.last_runs > 0 ? std::max(share.threads, cores / share.last_runs) : share.threads;
  return share;
}

std::vector<std::string> run_command(const RunSetting& setting, const StudyRun& run) {
  std::vector<std::string> command{setting.program, "run", setting.scenario};
  const auto add = [&command](const char* option, const std::string& value) {
    command.emplace_back(option);
    command.push_back(value);
  };
  for (const std::string& override : run.overrides) add("--set", override);
  add("--seed", std::to_string(run.seed));
  add("--out", setting.folder / run.file());
  add("--threads", std::to_string(setting.threads));
  add("--store", setting.store == "none" ? setting.store : std::filesystem::absolute(setting.store));
  add("--store-limit", std::to_string(setting.store_limit_bytes));
  if (!setting.data.empty()) add("--data", std::filesystem::absolute(setting.data));
  command.emplace_back("--resume");
  command.emplace_back("--quiet");
  return command;
}

}  // namespace polyclinic
