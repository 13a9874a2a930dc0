#include "sim/patience.hpp"

#include <simgrid/s4u/Actor.hpp>

#include <algorithm>

#include "sim/cost_model.hpp"

namespace polyclinic {
namespace {

constexpr double times_the_mean = 3.0;
constexpr std::int64_t most_default_confirmations = 6;  // proof of work's

}  // namespace

double patience_s(const Scenario& scenario, const ChainConfig& chain) {
  const std::int64_t confirmations =
      chain.consensus.confirmations > 0 ? chain.consensus.confirmations : most_default_confirmations;
  const double finality_s = chain.consensus.block_interval_s * static_cast<double>(confirmations + 1);
  double churn_s = 0.0;
  for (const FaultConfig& fault : scenario.faults) {
    if (fault.kind == "churn") churn_s = std::max(churn_s, fault.on_s + fault.off_s);
  }
  return scenario.network.patience_s + times_the_mean * (finality_s + churn_s);
}

double finality_patience_s(const ConsensusConfig& consensus) {
  return (cost::resubmission_intervals + static_cast<double>(consensus.confirmations)) * consensus.block_interval_s;
}

void await_finality(const ConsensusConfig& consensus, const std::function<bool()>& has_happened) {
  const double patience_s = finality_patience_s(consensus);
  for (double waited_s = 0.0; waited_s < patience_s && !has_happened(); waited_s += consensus.block_interval_s) {
    simgrid::s4u::this_actor::sleep_for(consensus.block_interval_s);
  }
}

}  // namespace polyclinic
