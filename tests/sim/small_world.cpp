#include "tests/sim/small_world.hpp"

#include <cstdlib>

#include "core/collaboration/plan.hpp"
#include "core/learning/library.hpp"
#include "core/record/recorder.hpp"
#include "sim/simulation.hpp"

namespace polyclinic::test {

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

ResultData simulate(const Scenario& scenario, int threads) {
  configure_library();
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "small.h5";
  std::vector<ChainPlanPointer> plans;
  for (std::size_t i = 0; i < scenario.chains.size(); ++i) {
    plans.push_back(plan_chain(scenario, ChainId{static_cast<std::int32_t>(i)}, {}));
  }
  Recorder recorder(file, false);
  Pool pool(threads, Device::cpu, configure_thread);
  Progress progress(1, false);
  Simulation simulation(scenario, plans, pool, recorder, progress, {POLYCLINIC_TEST_CONTEXTS});
  simulation.run();
  recorder.finish();
  return read_result(file);
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
