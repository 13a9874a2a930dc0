// known_answers [--victims N] [--row R1] [--jobs N]: measures every row of the table and says whether it is as expected.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "core/base/error.hpp"
#include "core/compute/pool.hpp"
#include "core/learning/library.hpp"
#include "tools/known_answers/experiment.hpp"

using namespace polyclinic;
using namespace polyclinic::known_answers;

namespace {

struct Options {
  std::int64_t victims = 20;
  std::string row;                   // empty: all
  int jobs = static_cast<int>(std::thread::hardware_concurrency());
};

Options parse(int count, char** arguments) {
  Options options;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string name = arguments[i], value = arguments[i + 1];
    if (name == "--victims") options.victims = std::stoll(value);
    else if (name == "--row") options.row = value;
    else if (name == "--jobs") options.jobs = std::stoi(value);
    else throw UsageError(fmt::format("{} is unknown; allowed: --victims N, --row R1, --jobs N", name));
  }
  return options;
}

using Jobs = std::vector<Job<Outcome>>;

Jobs start(Pool& pool, const Gallery& gallery, const Experiment& experiment, std::int64_t victims) {
  Jobs jobs;
  const std::int64_t most = experiment.most_victims > 0 ? std::min(victims, experiment.most_victims) : victims;
  for (std::int64_t number = 0; number < most; ++number) {
    jobs.push_back(pool.submit(Urgency::background, [&gallery, experiment, number] {
      const bool counts = experiment.expected.front().measure == Measure::label_counts;
      if (counts) return count_labels(gallery, experiment.staging, number, experiment.attack);
      return attack(gallery, experiment.staging, number, experiment.attack, experiment.settings);
    }));
  }
  return jobs;
}

void report(const Experiment& experiment, const Jobs& jobs) {
  std::vector<Outcome> outcomes;
  double seconds = 0.0;
  for (const Job<Outcome>& job : jobs) outcomes.push_back(job.get());
  for (const Outcome& outcome : outcomes) seconds += outcome.seconds / static_cast<double>(outcomes.size());
  for (const Figure& figure : experiment.expected) {
    const Bounded found = measured(figure.measure, outcomes);
    fmt::print("{:6} {:58} {:16} {:8.3g} [{:.3g}, {:.3g}] {:8.3g} {:8} n={} {:.1f} s\n", experiment.row, experiment.setting,
               measure_name(figure.measure), found.value, found.low, found.high, figure.expected, verdict(figure, found),
               outcomes.size(), seconds);
  }
  std::fflush(stdout);
}

void run(const Options& options) {
  const char* folder = std::getenv("POLYCLINIC_DATA");
  require(folder != nullptr, "POLYCLINIC_DATA names no folder with MNIST");
  configure_library();
  Gallery gallery = mnist_gallery(folder);
  Pool pool(options.jobs, Device::cpu, configure_thread);
  std::vector<Experiment> chosen = experiments();
  std::erase_if(chosen, [&](const Experiment& experiment) { return !options.row.empty() && experiment.row != options.row; });
  if (std::ranges::any_of(chosen, [](const Experiment& experiment) { return experiment.staging.trained; }))
    fmt::print("the trained network's accuracy is {:.1f} %\n", 100.0 * add_trained(gallery));
  std::vector<std::pair<Experiment, Jobs>> started;
  for (Experiment& experiment : chosen) {
    Jobs jobs = start(pool, gallery, experiment, options.victims);
    started.emplace_back(std::move(experiment), std::move(jobs));
  }
  fmt::print("{:6} {:58} {:16} {:>8} {:12} {:>8} verdict\n", "row", "setting", "measure", "measured", "interval", "expected");
  for (const auto& [experiment, jobs] : started) report(experiment, jobs);
}

}  // namespace

int main(int count, char** arguments) {
  try {
    run(parse(count, arguments));
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
