// Random fault schedules: what each protocol promises must hold of all of them. POLYCLINIC_SCHEDULES says how many per protocol
// (20 unless set), as tools/soak does; a schedule is a function of its number alone.
#include <fmt/ranges.h>

#include <cstdlib>
#include <map>
#include <string>

#include "core/base/error.hpp"
#include "tests/core/ledger/fault_trial.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

std::uint64_t schedules() {
  const char* asked = std::getenv("POLYCLINIC_SCHEDULES");
  return asked ? std::stoull(asked) : 20;
}

std::string summary(const std::vector<std::string>& breaches) {
  if (breaches.empty()) return "all holds";
  return fmt::format("{}; {} breaches in all", breaches.front(), breaches.size());
}

struct Totals {
  std::uint64_t blocks = 0, reorganisations = 0, conflicts = 0, reversed = 0, transactions = 0, resubmitted = 0,
                messages = 0, lost = 0, hostile = 0;
  std::map<std::string, std::uint64_t> refused, expired;
  void add(const Trial& trial, const TrialOutcome& outcome) {
    hostile += trial.plan.hostile.size();
    blocks += outcome.final_blocks;
    reorganisations += outcome.reorganisations;
    conflicts += outcome.conflicts;
    reversed += outcome.reversed;
    transactions += outcome.transactions;
    resubmitted += outcome.resubmitted;
    messages += outcome.messages;
    lost += outcome.messages_lost;
    for (const auto& [reason, times] : outcome.refused) refused[reason] += times;
    for (const auto& [reason, times] : outcome.expired) expired[reason] += times;
  }
};

void report(const std::string& kind, const Totals& totals) {
  MESSAGE(fmt::format(
      "{}: {} schedules with {} hostile validators, {} final blocks, {} reorganisations, {} conflicting heights, "
      "{} reversals, {} updates ({} times resubmitted; in the chain, but refused: {}; given up: {}), {} "
      "messages, {} of them lost",
      kind, schedules(), totals.hostile, totals.blocks, totals.reorganisations, totals.conflicts, totals.reversed,
      totals.transactions, totals.resubmitted, totals.refused, totals.expired, totals.messages, totals.lost));
}

using Draw = Trial (*)(const std::string& kind, std::uint64_t seed);

Totals check_schedules(const std::string& kind, Draw draw = random_trial, bool may_reverse = false) {
  Totals totals;
  for (std::uint64_t seed = 0; seed < schedules(); ++seed) {
    const Trial trial = draw(kind, seed);
    const TrialOutcome outcome = run(trial, may_reverse);
    CHECK_MESSAGE(outcome.breaches.empty(), kind << " schedule " << seed << ": " << summary(outcome.breaches));
    CHECK(run(trial, may_reverse).fingerprint == outcome.fingerprint);
    totals.add(trial, outcome);
  }
  CHECK(totals.blocks > 0);
  for (const std::string reason : {"round_closed", "too_stale"}) CHECK(totals.refused[reason] > 0);
  CHECK(!totals.expired.empty());
  report(kind, totals);
  return totals;
}

}  // namespace

TEST_CASE("random faults: proof of authority, with a majority up and news everywhere within an interval") {
  CHECK(check_schedules("proof_of_authority").reversed == 0);
}

TEST_CASE("random faults: proof of authority, lossy or with hostile validators, where all honest others confirm") {
  const Totals totals = check_schedules("proof_of_authority", confirmed_trial);
  CHECK(totals.reversed == 0);
  CHECK(totals.lost > 0);
  CHECK(totals.hostile > 0);
}

TEST_CASE("random faults: proof of work, with faults and a hostile minority within the confirmation depth") {
  CHECK(check_schedules("proof_of_work").reversed == 0);
}

TEST_CASE("random faults: pbft, whatever happens, with up to f hostile validators") {
  CHECK(check_schedules("pbft").lost > 0);
}

TEST_CASE("random faults: raft, whatever happens") { CHECK(check_schedules("raft").lost > 0); }

TEST_CASE("random faults: beyond its bounds proof of authority reverses what was final, and says so") {
  CHECK(check_schedules("proof_of_authority", reckless_trial, true).reversed > 0);
}

TEST_CASE("random faults: beyond its bounds proof of work reverses what was final, and says so") {
  CHECK(check_schedules("proof_of_work", reckless_trial, true).reversed > 0);
}
