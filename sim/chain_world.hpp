// One chain in one world: the run is one world, the full_sharing baseline another one on hosts and links of its own.
#pragma once

#include <simgrid/forward.h>

#include <functional>
#include <memory>
#include <vector>

#include "core/collaboration/chain_learning.hpp"
#include "core/ledger/verification.hpp"
#include "sim/chain_machines.hpp"
#include "sim/chronicle.hpp"
#include "sim/reachability.hpp"
#include "sim/services.hpp"

namespace polyclinic {

struct WorldHosts {
  std::vector<simgrid::s4u::Host*> members;     // by position in the plan's members
  std::vector<simgrid::s4u::Host*> validators;  // by NodeId
  std::vector<simgrid::s4u::Host*> institutions;  // of the whole scenario, by InstitutionId: relayers need be no members
};

class ChainWorld {
 public:
  virtual ~ChainWorld() = default;

  // The chains of this world, by id, this one among them: relays lead from one to another.
  virtual void connect(const std::vector<ChainWorld*>& chains) = 0;
  // The world's time begins now. `on_end` is called when it has ended: what its chain was to do is done.
  virtual void begin(std::function<void()> on_end) = 0;
  // After the simulation: waits for outstanding measurements and records what is known only now.
  virtual void finish() = 0;

  [[nodiscard]] virtual const ChainPlan& plan() const = 0;
  [[nodiscard]] virtual ChainMachines& machines() = 0;
  // A member's machine has crashed, or is back. Other chains' institutions are passed over.
  virtual void institution_down(InstitutionId institution) = 0;
  virtual void institution_up(InstitutionId institution) = 0;
  // Something about who reaches whom has changed.
  virtual void reachability_changed() = 0;
  // For `/events`: a fault began or ended, and what followed at once.
  virtual void fault(const EventRow& event) = 0;

  [[nodiscard]] virtual const LedgerExport& ledger_export() const = 0;
  [[nodiscard]] virtual Traffic wire_traffic() const = 0;
  // Of a chain that learns; throws Error for one that does not.
  [[nodiscard]] virtual const ChainLearning& learning() const = 0;
};

// The members learn. All references must outlive the engine.
[[nodiscard]] std::unique_ptr<ChainWorld> make_learning_world(ChainPlanPointer plan, WorldHosts hosts, const Services& services,
                                                              Reachability& reachability,
                                                              std::unique_ptr<Chronicle> chronicle);
// A chain without learning: it ends when plan->config.load.blocks blocks are final.
[[nodiscard]] std::unique_ptr<ChainWorld> make_load_world(ChainPlanPointer plan, WorldHosts hosts, const Services& services,
                                                          Reachability& reachability,
                                                          std::unique_ptr<Chronicle> chronicle);

}  // namespace polyclinic
