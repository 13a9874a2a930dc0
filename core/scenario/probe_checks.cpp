#include <algorithm>

#include "core/scenario/table_check.hpp"

namespace polyclinic {
namespace {

// One [[probe]].
class ProbeCheck : public TableCheck {
 public:
  ProbeCheck(const Scenario& scenario, std::size_t index, const Reject& reject)
      : TableCheck(scenario, fmt::format("probe.{}.", index), reject), probe_(scenario.probes[index]) {}

  void operator()() const {
    need_chain("chain", probe_.chain);
    need(!probe_.attacks.empty(), "attacks", "[]", "tries nothing: name one at least");
    need(!probe_.observers.empty(), "observers", "[]", "has nobody who tries it: name one at least");
    need(!probe_.at.empty(), "at", "[]", "names no round: 0 is the first, 1 the last");
    need_matches("institutions", probe_.institutions);
    need(probe_.total_variation >= 0.0 || probe_.total_variation == -1.0, "total_variation", probe_.total_variation,
         "must be at least 0, or -1 for the attack's own");
    const std::vector<ReferenceConfig>& references = scenario().references;
    need(probe_.reference.empty() || std::ranges::find(references, probe_.reference, &ReferenceConfig::name) != references.end(),
         "reference", probe_.reference, "is the name of no [[reference]]");
    for (const ChainConfig* chain : chains_named(scenario(), probe_.chain)) check_chain(*chain);
  }

 private:
  // Members of a gossip chain publish differences to the initial model, and no public model is what they trained from.
  void check_chain(const ChainConfig& chain) const {
    need(chain.collaboration.mode != "gossip", "chain", chain.name,
         "has collaboration.mode = \"gossip\", where no public model is what members train from: no probe follows it");
    need(chain.load.blocks == 0 || probe_.chain.empty(), "chain", chain.name, "learns nothing: it has no updates to attack");
  }

  const ProbeConfig& probe_;
};

}  // namespace

void check_probes(const Scenario& scenario, const Reject& reject) {
  for (std::size_t i = 0; i < scenario.probes.size(); ++i) ProbeCheck(scenario, i, reject)();
}

}  // namespace polyclinic
