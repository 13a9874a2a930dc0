#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <optional>
#include <thread>

#include "core/base/error.hpp"
#include "core/collaboration/baselines.hpp"
#include "core/collaboration/export.hpp"
#include "core/collaboration/personal_results.hpp"
#include "core/learning/library.hpp"
#include "core/probing/probes.hpp"
#include "core/record/reader.hpp"
#include "core/record/summary.hpp"
#include "core/scenario/institutions.hpp"
#include "core/scenario/parse.hpp"
#include "sim/baseline_clock.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/earlier_run.hpp"
#include "sim/cli/help.hpp"
#include "sim/cli/run_report.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/cli/store_options.hpp"
#include "sim/interrupt.hpp"
#include "sim/simulation.hpp"

namespace polyclinic {
namespace {

struct RunOptions {
  ScenarioOptions scenario;
  std::filesystem::path out;  // empty: results/NAME.h5
  int threads = 0;            // 0: one for each core
  Device device = Device::cpu;
  std::string contexts = "raw";
  bool quiet = false;
  bool force = false;
  bool resume = false;
  StoreOptions store;
};

// The jobs of one chain's baselines.
struct BaselineJobs {
  std::optional<Job<BaselineRun>> centralized;
  LocalJobs local;
};

// One run from plan to finished file.
class Run {
 public:
  Run(const RunOptions& options, Scenario scenario)
      : options_(options),
        scenario_(std::move(scenario)),
        file_(options.out.empty() ? std::filesystem::path("results") / (scenario_.name + ".h5") : options.out) {}

  void operator()() {
    if (options_.resume && earlier_run(file_, scenario_) == EarlierRun::complete) return;
    require_free_file();
    store_ = open_store(options_.store);
    plans_ = plan_chains(options_.scenario, scenario_);
    watch_interrupts();  // from the file's first moment; the engine, which takes SIGINT for itself, is watched again later
    if (options_.out.empty()) std::filesystem::create_directories(file_.parent_path());
    Recorder recorder(file_, options_.force || options_.resume);
    simulate(recorder);
    recorder.finish();
  }

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  // Before the data is loaded rather than after: the answer is known already.
  void require_free_file() const {
    if (options_.force || options_.resume || !std::filesystem::exists(file_)) return;
    throw UsageError(fmt::format("{} exists; --force overwrites it, --out FILE.h5 writes elsewhere", file_.string()));
  }

  void simulate(Recorder& recorder) {
    const int threads = options_.threads > 0 ? options_.threads : static_cast<int>(std::thread::hardware_concurrency());
    Pool pool(std::max(threads, 1), options_.device, configure_thread, store_.get());
    stopwatch_.started();
    std::int64_t rounds = 0;
    for (const ChainPlanPointer& plan : plans_) rounds += plan->learns() ? plan->config.rounds : 0;
    Progress progress(rounds, !options_.quiet && isatty(STDERR_FILENO) != 0);
    try {
      work(recorder, pool, progress);
    } catch (const Interrupted&) {
      // Jobs in the pool may take minutes yet and nobody wants them: leave without waiting. The recorder's journal and file
      // are on disk already.
      progress.clear();
      fmt::print(stderr, "interrupted: {} holds what was recorded\n", file_.string());
      std::fflush(nullptr);
      std::_Exit(130);
    }
    progress.clear();
    record_run(recorder, pool, stopwatch_);
  }

  void work(Recorder& recorder, Pool& pool, Progress& progress) {
    std::vector<BaselineJobs> baselines;
    for (const ChainPlanPointer& plan : plans_) baselines.push_back(start_baselines(plan, pool));
    Simulation simulation(scenario_, plans_, pool, recorder, progress, {options_.contexts});
    record_plan(recorder, scenario_, simulation.institutions(), plans_);
    simulation.run();
    stopwatch_.simulated();
    recorder.attribute("/run", "dated_calls", static_cast<std::int64_t>(simulation.calls()));
    recorder.attribute("/run", "flows", static_cast<std::int64_t>(simulation.flows()));
    progress.note("baselines");
    for (std::size_t i = 0; i < plans_.size(); ++i)
      record_baselines(recorder, simulation.institutions(), *plans_[i], baselines[i], pool);
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      if (plans_[i]->learns()) personalize(recorder, simulation.chain(plans_[i]->id).learning(), baselines[i].local, progress, pool);
    }
    for (const ChainPlanPointer& plan : plans_) {
      const ChainWorld& world = simulation.chain(plan->id);
      if (plan->learns()) export_learning(recorder, world.learning(), scenario_.record, pool);
      record_ledger(recorder, *plan, world.ledger_export());
      record_traffic(recorder, *plan, world.wire_traffic());
    }
  }

  BaselineJobs start_baselines(const ChainPlanPointer& plan, Pool& pool) const {
    BaselineJobs jobs;
    if (!plan->learns()) return jobs;
    const BaselineConfig& config = scenario_.baseline;
    if (config.centralized) jobs.centralized = start_centralized(plan, scenario_.evaluation, pool);
    if (!config.local) return jobs;
    for (const InstitutionId member : local_members(*plan, config.local_institutions)) {
      jobs.local.emplace_back(member, start_local(plan, member, scenario_.evaluation, pool));
    }
    return jobs;
  }

  void record_baselines(Recorder& recorder, const std::vector<Institution>& institutions, const ChainPlan& plan,
                        const BaselineJobs& jobs, const Pool& pool) const {
    if (jobs.centralized) {
      const BaselineRun& run = await(*jobs.centralized);
      record_centralized(recorder, plan, institutions, scenario_.baseline, run);
      export_centralized(recorder, plan, scenario_.record, run.final_model, pool);
    }
    for (const auto& [member, job] : jobs.local) {
      record_local(recorder, plan, institutions[static_cast<std::size_t>(member.value)], await(job));
    }
  }

  void personalize(Recorder& recorder, const ChainLearning& learning, const LocalJobs& local, Progress& progress, Pool& pool) const {
    const std::vector<PersonalJob> jobs = start_personal_results(learning, local, scenario_.record, pool);
    for (const PersonalJob& job : jobs) record_personal_results(recorder, learning.plan(), scenario_.record, await(job));
    if (!learning.plan().probes.empty()) probe(recorder, learning, jobs, progress, pool);
  }

  static void probe(Recorder& recorder, const ChainLearning& learning, const std::vector<PersonalJob>& personal,
                    Progress& progress, Pool& pool) {
    progress.note("probes");
    FindingsRecord record(recorder);
    for (const ProbeJobs& jobs : start_probes(learning, personal, pool)) {
      std::vector<Gallery> galleries;
      for (const Job<Findings>& job : jobs.attacks) {
        const Findings& findings = await(job);
        record.add(findings);
        std::ranges::copy(findings.galleries, std::back_inserter(galleries));
      }
      record.add_pictures(galleries, jobs.images);
      if (!galleries.empty() && jobs.images > 0) record.add_mean_image(learning.plan().config.name, jobs.mean_image);
    }
  }

  const RunOptions& options_;
  Scenario scenario_;
  std::filesystem::path file_;
  std::unique_ptr<ResultStore> store_;
  std::vector<ChainPlanPointer> plans_;
  Stopwatch stopwatch_;
};

int run_command(const RunOptions& options) {
  check_device(options.device);
  Run run(options, read_scenario(options.scenario));
  run();
  if (!options.quiet) fmt::print("{}\n{}\n", summarize(read_result(run.file())), run.file().string());
  return 0;
}

}  // namespace

void add_run(CLI::App& app, int& status) {
  CLI::App* run = app.add_subcommand("run",
                                     "simulate a scenario and write its result file\n"
                                     "Trains every institution's model for real, plays the chains in simulated time, "
                                     "computes the baselines, and prints a summary. Ctrl-C or a kill leave a file that "
                                     "`show` can read and `--resume` does again.");
  const auto options = std::make_shared<RunOptions>();
  add_scenario_options(*run, options->scenario);
  run->add_option("--out", options->out, "result file (default: results/NAME.h5)")->type_name("FILE.h5")->group("Result");
  run->add_option("--threads", options->threads, "worker threads (default: one a core)")
      ->check(CLI::Range(1, 1024))
      ->group("Computation");
  run->add_option("--device", options->device, "where to learn: cpu or cuda")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Device>{{"cpu", Device::cpu}, {"cuda", Device::cuda}}))
      ->group("Computation");
  run->add_option("--contexts", options->contexts, "SimGrid's context factory; results do not depend on it")
      ->check(CLI::IsMember({"raw", "thread", "boost"}))
      ->group("Computation");
  run->add_flag("--quiet", options->quiet, "no progress and no summary")->group("Result");
  CLI::Option* force = run->add_flag("--force", options->force, "overwrite an existing result file")->group("Result");
  run->add_flag("--resume", options->resume,
                "do what is left: nothing where the result is complete; else run again, with what --store holds")
      ->excludes(force)
      ->group("Result");
  add_store_options(*run, options->store, "none");
  add_examples(*run, {{"from the scenario's name to results/quickstart.h5", "polyclinic run quickstart.toml"},
                      {"the same with a hundredth of each update, and other draws",
                       "polyclinic run quickstart.toml --set chain.0.sharing.fraction=0.01 --seed 2 --out hundredth.h5"},
                      {"real images, from a folder of data sets", "polyclinic run pneumonia.toml --data ~/datasets"},
                      {"keep what was trained, and go on after a kill",
                       "polyclinic run pneumonia.toml --store ~/.cache/polyclinic --resume"}});
  run->callback([options, &status] { status = run_command(*options); });
}

}  // namespace polyclinic
