#include "sim/simulation.hpp"

#include <simgrid/s4u/Engine.hpp>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/error.hpp"
#include "sim/interrupt.hpp"
#include "sim/platform.hpp"

namespace polyclinic {
namespace {

namespace sg4 = simgrid::s4u;

// SimGrid's clock is static: in a second simulation it would go on where the first one ended, without a word.
bool one_has_run = false;

// SimGrid reads its options from a command line of its own, so that ours stays ours.
class Arguments {
 public:
  Arguments(const NetworkConfig& network, const SimulationSettings& settings) : words_(engine_options(network.model)) {
    words_.insert(words_.begin(), "polyclinic");
    words_.push_back("--cfg=contexts/factory:" + settings.context_factory);
    words_.push_back("--log=root.thres:error");
    for (std::string& word : words_) pointers_.push_back(word.data());
    count_ = static_cast<int>(pointers_.size());
  }
  int* count() { return &count_; }
  char** values() { return pointers_.data(); }

 private:
  std::vector<std::string> words_;
  std::vector<char*> pointers_;
  int count_ = 0;
};

// The chains of one world; all of them contend for its links.
struct World {
  std::vector<std::unique_ptr<ChainWorld>> chains;

  void begin(const std::function<void()>& on_end) {
    auto left = std::make_shared<std::size_t>(chains.size());
    for (const auto& chain : chains) {
      chain->begin([left, on_end] {
        if (--*left == 0) on_end();
      });
    }
  }
  void finish() {
    for (const auto& chain : chains) chain->chronicle->finish();
  }
};

WorldHosts hosts_of(const ChainPlan& plan, const Hosts& hosts) {
  WorldHosts own;
  for (const InstitutionId member : plan.members) {
    own.members.push_back(hosts.institutions[static_cast<std::size_t>(member.value)]);
  }
  own.validators = hosts.validators.at(plan.id);
  return own;
}

}  // namespace

class Simulation::Implementation {
 public:
  Implementation(const Scenario& scenario, const std::vector<ChainPlanPointer>& plans, Pool& pool, Recorder& recorder,
                 Progress& progress, const SimulationSettings& settings)
      : scenario_(scenario), pool_(pool), arguments_(scenario.network, settings), network_(scenario.network.model) {
    require(!std::exchange(one_has_run, true), "only one simulation can run in a process");
    engine_.emplace(arguments_.count(), arguments_.values());
    watch_interrupts();
    sg4::Engine::on_deadlock_cb([this] { deadlock_ = true; });
    const bool compares = scenario.baseline.full_sharing;
    const auto is_partial = [](const ChainPlanPointer& plan) { return !plan->policy->shares_everything(); };
    const bool differs = std::any_of(plans.begin(), plans.end(), is_partial);
    build(
        plans, compares && differs,
        [&](const ChainPlan& plan) { return make_chronicle(plan, recorder, progress, compares && !differs); },
        [&](const ChainPlan& plan) { return make_baseline_chronicle(plan, recorder); });
  }

  void run() {
    begin();
    engine_->run();
    stage_.rethrow_failure();
    require(!deadlock_, "the simulation is deadlocked: every actor waits for another, at simulated time {} s",
            sg4::Engine::get_clock());
    run_.finish();
    full_sharing_.finish();
  }

  [[nodiscard]] const ChainWorld& chain(ChainId id) const { return *run_.chains[static_cast<std::size_t>(id.value)]; }
  [[nodiscard]] const std::vector<Institution>& institutions() const { return institutions_; }

 private:
  template <class MakeRun, class MakeBaseline>
  void build(const std::vector<ChainPlanPointer>& plans, bool with_baseline, MakeRun make_run, MakeBaseline make_baseline) {
    institutions_ = expand_institutions(scenario_);
    const bool from_file = !scenario_.network.platform.empty();
    const Hosts hosts = from_file ? load_platform(scenario_, institutions_) : build_platform(scenario_, institutions_, "");
    if (from_file) institutions_ = as_built(institutions_, hosts, hosts.validators.begin()->second.front());
    add(run_, plans, hosts, make_run);
    if (!with_baseline) return;
    // A platform file cannot be loaded twice: there, the baseline runs on the same machines once the run has ended.
    const Hosts twin = from_file ? hosts : build_platform(scenario_, institutions_, "full sharing ");
    std::vector<ChainPlanPointer> full;
    for (const ChainPlanPointer& plan : plans) full.push_back(with_full_sharing(*plan));
    add(full_sharing_, full, twin, make_baseline);
  }

  template <class MakeChronicle>
  void add(World& world, const std::vector<ChainPlanPointer>& plans, const Hosts& hosts, MakeChronicle make_chronicle) {
    for (const ChainPlanPointer& plan : plans) {
      world.chains.push_back(std::make_unique<ChainWorld>(plan, hosts_of(*plan, hosts), stage_, network_, pool_, scenario_,
                                                          make_chronicle(*plan)));
    }
  }

  void begin() {
    const bool one_after_the_other = !scenario_.network.platform.empty();
    run_.begin([this, one_after_the_other] {
      if (one_after_the_other) full_sharing_.begin([] {});
    });
    if (!one_after_the_other) full_sharing_.begin([] {});
  }

  // What actors refer to comes before the engine, and so outlives their unwinding.
  const Scenario& scenario_;
  Pool& pool_;
  Arguments arguments_;
  Stage stage_;
  Network network_;
  World run_;
  World full_sharing_;
  std::vector<Institution> institutions_;
  bool deadlock_ = false;
  std::optional<sg4::Engine> engine_;
};

Simulation::Simulation(const Scenario& scenario, const std::vector<ChainPlanPointer>& plans, Pool& pool, Recorder& recorder,
                       Progress& progress, const SimulationSettings& settings)
    : implementation_(std::make_unique<Implementation>(scenario, plans, pool, recorder, progress, settings)) {}
Simulation::~Simulation() = default;
void Simulation::run() { implementation_->run(); }
const ChainWorld& Simulation::chain(ChainId id) const { return implementation_->chain(id); }
const std::vector<Institution>& Simulation::institutions() const { return implementation_->institutions(); }

}  // namespace polyclinic
