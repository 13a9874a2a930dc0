// A chain without learning: its machines agree on synthetic load until enough blocks are final.
#include <simgrid/s4u.hpp>

#include <utility>

#include "core/base/error.hpp"
#include "sim/chain_watch.hpp"
#include "sim/chain_world.hpp"
#include "sim/interrupt.hpp"
#include "sim/node_setups.hpp"
#include "sim/patience.hpp"

namespace polyclinic {
namespace {

class LoadWorld : public ChainWorld, public ChainMachines::Observer {
 public:
  LoadWorld(ChainPlanPointer plan, const WorldHosts& hosts, const Services& services, Reachability& reachability,
            std::unique_ptr<Chronicle> chronicle)
      : plan_(std::move(plan)),
        services_(services),
        reachability_(reachability),
        chronicle_(std::move(chronicle)),
        watch_(plan_, *chronicle_),
        machines_(node_setups(*plan_), hosts.validators, services.agenda, services.wire, traffic_, *this),
        caretaker_host_(hosts.validators.front()),
        patience_s_(polyclinic::patience_s(services.scenario, plan_->config)) {}

  void connect(const std::vector<ChainWorld*>&) override {}

  // SimGrid takes a simulation without a living actor for one that has ended.
  void begin(std::function<void()> on_end) override {
    on_end_ = std::move(on_end);
    services_.stage.spawn("caretaker", caretaker_host_, [this] { end_->acquire(); });
    machines_.start();
    check_progress(-1);
  }

  void finish() override {
    if (!ended_) watch_.record_end({});  // the run has failed
    chronicle_->finish();
  }
  [[nodiscard]] const ChainPlan& plan() const override { return *plan_; }
  [[nodiscard]] ChainMachines& machines() override { return machines_; }
  void institution_down(InstitutionId) override {}
  void institution_up(InstitutionId) override {}
  void reachability_changed() override {}
  void fault(const EventRow& event) override {
    EventRow row = event;
    row.sim_time_s = machines_.now_s();
    row.chain = plan_->config.name;
    chronicle_->event(row);
  }
  [[nodiscard]] const LedgerExport& ledger_export() const override { return export_; }
  [[nodiscard]] Traffic wire_traffic() const override { return traffic_; }
  [[nodiscard]] const ChainLearning& learning() const override { fail("chain {} learns nothing", plan_->config.name); }

 private:
  void reacted(NodeId node, const ChainNode& state, const Effects& effects) override {
    if (plan_->is_hostile(node) || ended_) return;
    watch_.reacted(node, effects, machines_.now_s());
    if (watch_.final_blocks() >= plan_->config.load.blocks) end(state);
  }

  [[nodiscard]] bool connects(NodeId from, NodeId to) const override {
    return reachability_.connects(Party(plan_->id, from), Party(plan_->id, to));
  }
  [[nodiscard]] bool loses() override { return reachability_.loses(plan_->id); }

  void check_progress(std::int64_t blocks_before) {
    if (ended_) return;
    check_interrupt();
    const std::int64_t blocks = watch_.final_blocks();
    if (blocks == blocks_before && !reachability_.will_change()) {
      const std::string open = fmt::format("{} of {} blocks are final", blocks, plan_->config.load.blocks);
      EventRow stalled;
      stalled.kind = "stalled";
      stalled.cause = "no progress";
      stalled.detail = open;
      stalled.consequence = "the run ends";
      fault(stalled);
      fail(
          "chain {} has stalled: no block became final for {:g} s of simulated time (network.patience_s, with allowance "
          "for finality and churn); {}",
          plan_->config.name, patience_s_, open);
    }
    services_.agenda.at(simgrid::s4u::Engine::get_clock() + patience_s_, [this, blocks] { check_progress(blocks); });
  }

  void end(const ChainNode& node) {
    ended_ = true;
    machines_.stop();
    if (services_.scenario.record.ledger != "none") export_ = watch_.exported(node);
    watch_.record_end({});
    end_->release();
    on_end_();
  }

  ChainPlanPointer plan_;
  Services services_;
  Reachability& reachability_;
  std::unique_ptr<Chronicle> chronicle_;
  ChainWatch watch_;
  Traffic traffic_;
  ChainMachines machines_;
  simgrid::s4u::Host* caretaker_host_;
  const double patience_s_;
  simgrid::s4u::SemaphorePtr end_ = simgrid::s4u::Semaphore::create(0);
  std::function<void()> on_end_;
  bool ended_ = false;
  LedgerExport export_;
};

}  // namespace

std::unique_ptr<ChainWorld> make_load_world(ChainPlanPointer plan, WorldHosts hosts, const Services& services,
                                            Reachability& reachability, std::unique_ptr<Chronicle> chronicle) {
  return std::make_unique<LoadWorld>(std::move(plan), hosts, services, reachability, std::move(chronicle));
}

}  // namespace polyclinic
