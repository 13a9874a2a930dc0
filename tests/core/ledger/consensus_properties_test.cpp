// Random fault schedules: what each protocol promises must hold of all of them. POLYCLINIC_SCHEDULES says how many per protocol
// (20 unless set), as tools/soak does; a schedule is a function of its number alone.
#include <cstdlib>
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
  std::uint64_t blocks = 0, reorganisations = 0, conflicts = 0, reversed = 0, transactions = 0, resubmitted = 0, messages = 0,
                lost = 0;
  void add(const TrialOutcome& outcome) {
    blocks += outcome.final_blocks;
    reorganisations += outcome.reorganisations;
    conflicts += outcome.conflicts;
    reversed += outcome.reversed;
    transactions += outcome.transactions;
    resubmitted += outcome.resubmitted;
    messages += outcome.messages;
    lost += outcome.messages_lost;
  }
};

void report(const std::string& kind, const Totals& totals) {
  MESSAGE(fmt::format("{}: {} schedules, {} final blocks, {} reorganisations, {} conflicting heights, {} reversals, {} updates "
                      "({} times resubmitted), {} messages, {} of them lost",
                      kind, schedules(), totals.blocks, totals.reorganisations, totals.conflicts, totals.reversed,
                      totals.transactions, totals.resubmitted, totals.messages, totals.lost));
}

void check_schedules(const std::string& kind) {
  Totals totals;
  for (std::uint64_t seed = 0; seed < schedules(); ++seed) {
    const Trial trial = random_trial(kind, seed);
    const TrialOutcome outcome = run(trial);
    CHECK_MESSAGE(outcome.breaches.empty(), kind << " schedule " << seed << ": " << summary(outcome.breaches));
    if (seed % 5 == 0) CHECK(run(trial).fingerprint == outcome.fingerprint);
    totals.add(outcome);
  }
  CHECK(totals.blocks > 0);
  CHECK(totals.lost > 0);
  report(kind, totals);
}

}  // namespace

TEST_CASE("random faults: proof of authority, with a majority up and delays below the interval") {
  check_schedules("proof_of_authority");
}

TEST_CASE("random faults: proof of work, with faults within the confirmation depth") { check_schedules("proof_of_work"); }

TEST_CASE("random faults: pbft, whatever happens, with up to f hostile validators") { check_schedules("pbft"); }

TEST_CASE("random faults: raft, whatever happens") { check_schedules("raft"); }
