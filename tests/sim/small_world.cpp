#include "tests/sim/small_world.hpp"

#include <cstdlib>

#include "core/collaboration/plan.hpp"
#include "core/learning/library.hpp"
#include "core/record/recorder.hpp"

namespace polyclinic::test {
namespace {

void run(const Scenario& scenario, int threads, const std::filesystem::path& file,
         const std::function<void(const Simulation&)>& inspect) {
  configure_library();
  std::vector<ChainPlanPointer> plans;
  for (std::size_t i = 0; i < scenario.chains.size(); ++i) {
    plans.push_back(plan_chain(scenario, ChainId{static_cast<std::int32_t>(i)}, {}));
  }
  Recorder recorder(file, false);
  Pool pool(threads, Device::cpu, configure_thread);
  Progress progress(1, false);
  Simulation simulation(scenario, plans, pool, recorder, progress, {POLYCLINIC_TEST_CONTEXTS});
  simulation.run();
  if (inspect) inspect(simulation);
  recorder.finish();
}

}  // namespace

Scenario small_scenario() {
  Scenario scenario;
  scenario.name = "small";
  scenario.network.model = "exact";
  InstitutionGroup group;
  group.name = "hospital";
  group.count = 2;
  group.uplink_bytes_per_s = {"constant", {1e6}};
  group.downlink_bytes_per_s = {"constant", {2e6}};
  group.latency_s = 0.25;
  group.flops_per_s.values = {1e6};
  scenario.groups = {group};
  ChainConfig chain;
  chain.name = "small";
  chain.rounds = 3;
  chain.data.phantom.train_rows = 40;
  chain.data.phantom.test_rows = 20;
  chain.data.phantom.size_pixels = 16;
  chain.model.kind = "logistic";
  chain.training.batch_size = 4;
  chain.consensus.validators = 1;
  chain.consensus.block_interval_s = 10.0;
  scenario.chains = {chain};
  scenario.baseline.full_sharing = false;
  return scenario;
}

Scenario fast_scenario(std::int64_t hospitals, std::int64_t validators) {
  Scenario scenario = small_scenario();
  scenario.groups[0].count = hospitals;
  scenario.groups[0].flops_per_s.values = {1e15};
  scenario.network.validator_flops_per_s = 1e15;
  scenario.chains[0].data.phantom.train_rows = 20 * hospitals;
  scenario.chains[0].consensus.validators = validators;
  return scenario;
}

FaultConfig fault(const std::string& kind, double at_s, double for_s) {
  FaultConfig config;
  config.kind = kind;
  config.at_s = at_s;
  config.for_s = for_s;
  return config;
}

FaultConfig of_hospital(FaultConfig config, std::int64_t number) {
  config.institutions = {"hospital-" + std::to_string(number)};
  return config;
}

FaultConfig of_validators(FaultConfig config, const std::vector<std::int64_t>& validators) {
  config.validators = validators;
  return config;
}

ResultData simulate(const Scenario& scenario, int threads) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "small.h5";
  run(scenario, threads, file, {});
  return read_result(file);
}

Outcome outcome_of(const Scenario& scenario, const std::function<void(const Simulation&)>& inspect) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "small.h5";
  std::string failure;
  try {
    run(scenario, 2, file, inspect);
  } catch (const std::exception& error) {
    failure = error.what();
  }
  return {read_result(file), failure};
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "polyclinic-XXXXXX").string();
  path_ = mkdtemp(name.data());
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace polyclinic::test
