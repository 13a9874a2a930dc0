#include "sim/cli/run_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#include <ctime>

#include "core/collaboration/privacy_spending.hpp"
#include "core/learning/library.hpp"
#include "core/record/rows.hpp"
#include "core/scenario/parse.hpp"

namespace polyclinic {
namespace {

double thread_cpu_s() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

rusage process_usage() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage;
}

double seconds_of(const timeval& time) { return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec); }

std::string host() {
  utsname name{};
  uname(&name);
  return fmt::format("{} {} {}", name.sysname, name.release, name.machine);
}

void describe_data(InstitutionRow& row, const ChainPlan& plan, const InstitutionData& data) {
  row.train_samples = data.train.size();
  row.validation_samples = data.validation.size();
  row.test_samples = data.test.size();
  row.class_histogram = fmt::format("{}", fmt::join(class_histogram(data.train, plan.collection.task), ","));
}

InstitutionRow institution_row(const ChainPlan& plan, const Institution& institution) {
  InstitutionRow row;
  if (plan.learns()) describe_data(row, plan, plan.data_of(institution.id));
  row.institution = institution.id.value;
  row.name = institution.name;
  row.chain = plan.config.name;
  row.region = institution.region;
  row.flops_per_s = institution.flops_per_s;
  row.uplink_bytes_per_s = institution.uplink_bytes_per_s;
  row.downlink_bytes_per_s = institution.downlink_bytes_per_s;
  row.latency_s = institution.latency_s;
  row.behaviour = plan.conduct_of(institution.id).name();
  return row;
}

// What the plan claims; /egress has what was spent after each update.
void record_privacy(Recorder& recorder, const std::vector<Institution>& institutions, const std::vector<ChainPlanPointer>& plans) {
  PrivacySpending spending(plans);
  for (const ChainPlanPointer& plan : plans) {
    const auto planned = spending.planned(plan->id);
    if (!planned) continue;
    const std::string& name = institutions[static_cast<std::size_t>(planned->member.value)].name;
    recorder.text("/privacy/" + plan->config.name, text_of(planned->statement) + fmt::format("institution: {}\n", name));
  }
}

}  // namespace

void Stopwatch::started() {
  started_ = std::chrono::steady_clock::now();
  cpu_before_s_ = thread_cpu_s();
}

void Stopwatch::simulated() { simulation_cpu_s_ = thread_cpu_s() - cpu_before_s_; }

void record_plan(Recorder& recorder, const Scenario& scenario, const std::vector<Institution>& institutions,
                 const std::vector<ChainPlanPointer>& plans) {
  recorder.attribute("/", "name", scenario.name);
  recorder.attribute("/", "seed", static_cast<std::int64_t>(scenario.seed));
  recorder.attribute("/", "scenario_digest", scenario_digest(scenario).hex());
  recorder.text("/scenario", to_toml(scenario));
  record_privacy(recorder, institutions, plans);
  for (const ChainPlanPointer& plan : plans) {
    const std::string folder = "/chains/" + plan->config.name;
    if (plan->learns()) {
      recorder.attribute(folder, "dataset", plan->collection.source);
      recorder.attribute(folder, "parameters", plan->model->layout()->size());
    }
    for (const InstitutionId member : plan->members) {
      recorder.add("/institutions", institution_row(*plan, institutions[static_cast<std::size_t>(member.value)]));
    }
  }
}

void record_run(Recorder& recorder, const Pool& pool, const Stopwatch& stopwatch) {
  const PhaseSeconds seconds = pool.seconds();
  const auto put = [&](const char* name, const Attribute& value) { recorder.attribute("/run", name, value); };
  const rusage usage = process_usage();
  const StoreCounts store = pool.store() != nullptr ? pool.store()->counts() : StoreCounts{};
  put("wall_s", stopwatch.wall_s());
  put("cpu_s", seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
  put("startup_s", stopwatch.startup_s());
  put("training_s", seconds[static_cast<std::size_t>(Phase::training)]);
  put("evaluation_s", seconds[static_cast<std::size_t>(Phase::evaluation)]);
  put("aggregation_s", seconds[static_cast<std::size_t>(Phase::aggregation)]);
  put("sharing_s", seconds[static_cast<std::size_t>(Phase::sharing)]);
  put("leakage_s", seconds[static_cast<std::size_t>(Phase::leakage)]);
  put("simulation_s", stopwatch.simulation_cpu_s());
  put("recording_s", recorder.seconds());
  put("threads", static_cast<std::int64_t>(pool.threads()));
  put("peak_memory_bytes", static_cast<std::int64_t>(usage.ru_maxrss) * 1024);
  put("store_hits", store.hits);
  put("store_misses", store.misses);
  put("store_bytes", store.kept_bytes);
  put("host", host());
  put("libraries", library_versions());
  put("blas", blas_in_use());
  put("cpu_kernels", cpu_kernels());
  put("device", std::string(pool.device() == Device::cpu ? "cpu" : "cuda"));
}

void record_traffic(Recorder& recorder, const ChainPlan& plan, const Traffic& traffic) {
  const std::string folder = "/chains/" + plan.config.name;
  recorder.attribute(folder, "wire_bytes", static_cast<std::int64_t>(traffic.bytes));
  recorder.attribute(folder, "wire_messages", static_cast<std::int64_t>(traffic.messages));
}

void record_ledger(Recorder& recorder, const ChainPlan& plan, const LedgerExport& exported) {
  if (exported.headers.empty()) return;
  const Bytes bytes = encode(exported);
  const std::span<const std::uint8_t> values(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  recorder.array("/chains/" + plan.config.name + "/ledger", values, {static_cast<std::int64_t>(bytes.size())});
}

}  // namespace polyclinic
