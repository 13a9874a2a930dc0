// What can be said of a published update without attacking it.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "core/base/ids.hpp"
#include "core/collaboration/plan.hpp"
#include "core/record/leakage_rows.hpp"
#include "core/sharing/policy.hpp"

namespace polyclinic {

// How an update was narrowed down, in a word: "full", "top_k 0.1", "layers random 0.3 float16".
[[nodiscard]] std::string policy_name(const SharingConfig& config);

// `rounds`: closed before the update was made. The records behind it are the member's training rows: their numbers are the unknowns,
// what is published of the model's weights the equations; enough of them are necessary for an exact solution, not sufficient.
[[nodiscard]] SimpleLeakageRow simple_leakage(const ChainPlan& plan, InstitutionId member, std::int64_t rounds, const Egress& egress);

// Over rounds and chains: chains of a run that share records (share_records()) are published about the same ones, at most.
class LeakageSoFar {
 public:
  // Plans by ChainId.
  explicit LeakageSoFar(std::vector<ChainPlanPointer> plans);
  // The row of another update, with what has left until now; `chain` is the row's.
  [[nodiscard]] SimpleLeakageRow with(ChainId chain, SimpleLeakageRow row);

 private:
  struct Published {
    double equations = 0.0;
    double coordinates = 0.0;        // distinct
  };
  std::vector<ChainPlanPointer> plans_;
  std::map<std::pair<ChainId, InstitutionId>, Published> published_;
};

}  // namespace polyclinic
