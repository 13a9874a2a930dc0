// What of one chain's life goes into the result file, as it happens. Measurements are still being computed when their round
// closes; a round's row is written as soon as they are there, in the order of rounds.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/collaboration/chain_learning.hpp"
#include "core/collaboration/privacy_spending.hpp"
#include "core/collaboration/simple_leakage.hpp"
#include "core/record/leakage_rows.hpp"
#include "core/record/recorder.hpp"
#include "core/record/rows.hpp"
#include "sim/progress.hpp"

namespace polyclinic {

class Chronicle {
 public:
  virtual ~Chronicle() = default;

  // A round closed (round 0: the initial model): its row, to be completed by the observation where there is one.
  virtual void round(RoundRow row, std::vector<MemberRow> members, std::optional<Job<Observation>> observation) = 0;
  virtual void activity(const ActivityRow& row) = 0;
  virtual void egress(const EgressRow& row) = 0;
  virtual void update(EgressRow row) = 0;  // egress of an update: what it spends of the records' privacy is added
  virtual void leakage(SimpleLeakageRow row) = 0;  // of an update: what left before, on all chains, is added
  virtual void event(const EventRow& row) = 0;
  virtual void auxiliary(const AuxiliaryRow& row) = 0;
  virtual void block(const BlockRow& row) = 0;
  virtual void summary(const ChainSummaryRow& row) = 0;
  // Waits for outstanding measurements and writes them.
  virtual void finish() = 0;
};

// What has left so far, on all chains of a run.
struct SoFar {
  explicit SoFar(const std::vector<ChainPlanPointer>& plans) : spending(plans), leakage(plans) {}
  PrivacySpending spending;
  LeakageSoFar leakage;
};

// The run itself: everything, under /chains/NAME, /egress, /events and /timeline (of a chain without learning: its blocks and
// events). Where the run shares everything it is its own full_sharing baseline: its rounds are then written there too.
// `so_far` counts what leaves on all chains of the run.
[[nodiscard]] std::unique_ptr<Chronicle> make_chronicle(const ChainPlan& plan, SoFar& so_far, Recorder& recorder, Progress& progress,
                                                        bool is_full_sharing);
// The full_sharing baseline: rounds alone, under /baselines/full_sharing/NAME.
[[nodiscard]] std::unique_ptr<Chronicle> make_baseline_chronicle(const ChainPlan& plan, Recorder& recorder);

}  // namespace polyclinic
