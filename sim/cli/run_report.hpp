// The parts of a result file that say what the run was and what it took.
#pragma once

#include <chrono>
#include <vector>

#include "core/collaboration/plan.hpp"
#include "core/compute/pool.hpp"
#include "core/ledger/verification.hpp"
#include "core/record/recorder.hpp"
#include "core/scenario/institutions.hpp"
#include "core/scenario/scenario.hpp"
#include "sim/traffic.hpp"

namespace polyclinic {

// Wall-clock figures of a run, for /run.
class Stopwatch {
 public:
  void started();    // data are loaded, the pool is there
  void simulated();  // the simulation has ended; baselines may still be running
  [[nodiscard]] double startup_s() const { return seconds(begin_, started_); }
  [[nodiscard]] double wall_s() const { return seconds(begin_, std::chrono::steady_clock::now()); }
  [[nodiscard]] double simulation_cpu_s() const { return simulation_cpu_s_; }

 private:
  using Time = std::chrono::steady_clock::time_point;
  [[nodiscard]] static double seconds(Time from, Time to) { return std::chrono::duration<double>(to - from).count(); }

  Time begin_ = std::chrono::steady_clock::now();
  Time started_ = begin_;
  double cpu_before_s_ = 0.0;
  double simulation_cpu_s_ = 0.0;
};

// Name, seed, resolved scenario and institutions.
void record_plan(Recorder& recorder, const Scenario& scenario, const std::vector<Institution>& institutions,
                 const std::vector<ChainPlanPointer>& plans);
// /run: the only part that may differ between two runs of a scenario.
void record_run(Recorder& recorder, const Pool& pool, const Stopwatch& stopwatch);
// Attributes of /chains/NAME.
void record_traffic(Recorder& recorder, const ChainPlan& plan, const Traffic& traffic);
// /chains/NAME/ledger, unless the scenario asked for none.
void record_ledger(Recorder& recorder, const ChainPlan& plan, const LedgerExport& exported);

}  // namespace polyclinic
