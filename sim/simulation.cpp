#include "sim/simulation.hpp"

#include <simgrid/s4u/Engine.hpp>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/error.hpp"
#include "sim/faults.hpp"
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

WorldHosts hosts_of(const ChainPlan& plan, const Hosts& hosts) {
  WorldHosts own;
  for (const InstitutionId member : plan.members) {
    own.members.push_back(hosts.institutions[static_cast<std::size_t>(member.value)]);
  }
  own.validators = hosts.validators.at(plan.id);
  own.institutions = hosts.institutions;
  return own;
}

// The chains of one world, which contend for its links and share its faults.
class World {
 public:
  template <class MakeChronicle>
  World(const std::vector<ChainPlanPointer>& plans, Hosts hosts, const Services& services, MakeChronicle make_chronicle)
      : hosts_(std::move(hosts)), faults_(services.scenario, hosts_, services.agenda, services.network) {
    for (const ChainPlanPointer& plan : plans) {
      const auto make = plan->learns() ? make_learning_world : make_load_world;
      chains_.push_back(make(plan, hosts_of(*plan, hosts_), services, faults_, make_chronicle(*plan)));
    }
    std::vector<ChainWorld*> all;
    for (const auto& chain : chains_) all.push_back(chain.get());
    for (const auto& chain : chains_) chain->connect(all);
  }

  void begin(const std::function<void()>& on_end) {
    auto left = std::make_shared<std::size_t>(chains_.size());
    std::vector<ChainWorld*> chains;
    for (const auto& chain : chains_) chains.push_back(chain.get());
    faults_.begin(std::move(chains));
    for (const auto& chain : chains_) {
      chain->begin([this, left, on_end] {
        if (--*left > 0) return;
        faults_.end();
        on_end();
      });
    }
  }
  void finish() {
    for (const auto& chain : chains_) chain->finish();
  }
  [[nodiscard]] const ChainWorld& chain(ChainId id) const { return *chains_[static_cast<std::size_t>(id.value)]; }

 private:
  Hosts hosts_;
  Faults faults_;
  std::vector<std::unique_ptr<ChainWorld>> chains_;
};

}  // namespace

class Simulation::Implementation {
 public:
  Implementation(const Scenario& scenario, const std::vector<ChainPlanPointer>& plans, Pool& pool, Recorder& recorder,
                 Progress& progress, const SimulationSettings& settings)
      : scenario_(scenario), arguments_(scenario.network, settings), network_(scenario.network.model), agenda_(stage_),
        wire_(agenda_, network_, scenario.network.uploads == "in_turn"), services_{stage_, agenda_, network_, wire_, pool, scenario} {
    require(!std::exchange(one_has_run, true), "only one simulation can run in a process");
    engine_.emplace(arguments_.count(), arguments_.values());
    watch_interrupts();
    sg4::Engine::on_deadlock_cb([this] { deadlock_ = true; });
    build(plans, recorder, progress);
  }

  void run() {
    begin();
    engine_->run();
    rethrow_failure();
    require(!deadlock_, "the simulation is deadlocked: every actor waits for another, at simulated time {} s",
            sg4::Engine::get_clock());
    finish();
  }

  [[nodiscard]] const ChainWorld& chain(ChainId id) const { return run_->chain(id); }
  [[nodiscard]] std::uint64_t calls() const { return agenda_.calls(); }
  [[nodiscard]] std::uint64_t flows() const { return wire_.flows(); }
  [[nodiscard]] const std::vector<Institution>& institutions() const { return institutions_; }

 private:
  void finish() {
    run_->finish();
    if (full_sharing_) full_sharing_->finish();
  }

  // What was measured before the failure belongs into the file; a user who interrupts does not wait for it.
  void rethrow_failure() {
    try {
      stage_.rethrow_failure();
    } catch (const Interrupted&) {
      throw;
    } catch (const std::exception&) {
      finish();
      throw;
    }
  }

  void build(const std::vector<ChainPlanPointer>& plans, Recorder& recorder, Progress& progress) {
    institutions_ = expand_institutions(scenario_);
    const bool from_file = !scenario_.network.platform.empty();
    const Hosts hosts = from_file ? load_platform(scenario_, institutions_) : build_platform(scenario_, institutions_, "");
    if (from_file) institutions_ = as_built(institutions_, hosts, hosts.validators.begin()->second.front());
    const bool compares = scenario_.baseline.full_sharing;
    const std::vector<ChainPlanPointer> full = compares ? to_compare_with(plans) : std::vector<ChainPlanPointer>{};
    so_far_.emplace(plans);
    run_.emplace(plans, hosts, services_, [&](const ChainPlan& plan) {
      return make_chronicle(plan, *so_far_, recorder, progress, compares && full.empty() && plan.learns());
    });
    if (full.empty()) return;
    // A platform file cannot be loaded twice: there, the baseline runs on the same machines once the run has ended.
    full_sharing_.emplace(full, from_file ? hosts : build_platform(scenario_, institutions_, "full sharing "), services_,
                          [&](const ChainPlan& plan) { return make_baseline_chronicle(plan, recorder); });
  }

  // The chains of the full_sharing baseline; none where the run shares everything, and so is its own.
  static std::vector<ChainPlanPointer> to_compare_with(const std::vector<ChainPlanPointer>& plans) {
    const auto shares_everything = [](const ChainPlanPointer& plan) {
      return !plan->learns() || plan->policy->shares_everything();
    };
    std::vector<ChainPlanPointer> full;
    if (std::ranges::all_of(plans, shares_everything)) return full;
    for (const ChainPlanPointer& plan : plans) full.push_back(plan->learns() ? with_full_sharing(*plan) : plan);
    return full;
  }

  void begin() {
    const bool one_after_the_other = !scenario_.network.platform.empty();
    auto worlds = std::make_shared<int>(full_sharing_ ? 2 : 1);
    // Churn and idle validators would go on for ever.
    const auto ended = [this, worlds] {
      if (--*worlds == 0) agenda_.clear();
    };
    run_->begin([this, one_after_the_other, ended] {
      ended();
      if (one_after_the_other && full_sharing_) full_sharing_->begin(ended);
    });
    if (!one_after_the_other && full_sharing_) full_sharing_->begin(ended);
  }

  // What actors refer to comes before the engine, and so outlives their unwinding.
  const Scenario& scenario_;
  Arguments arguments_;
  Stage stage_;
  Network network_;
  Agenda agenda_;
  Wire wire_;
  Services services_;
  std::optional<SoFar> so_far_;  // of the run; its baseline's updates are published nowhere
  std::optional<World> run_;
  std::optional<World> full_sharing_;
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
std::uint64_t Simulation::calls() const { return implementation_->calls(); }
std::uint64_t Simulation::flows() const { return implementation_->flows(); }
const std::vector<Institution>& Simulation::institutions() const { return implementation_->institutions(); }

}  // namespace polyclinic
