#include "sim/batch/sweep_progress.hpp"

#include "tests/support/check.hpp"

namespace polyclinic::test {

BatchOutcome outcome(int status, double wall_s) {
  BatchOutcome ended;
  ended.name = "run";
  ended.status = status;
  ended.wall_s = wall_s;
  return ended;
}

TEST_CASE("progress counts runs, and knows nothing of time before one has ended") {
  SweepProgress progress(15, 3, 2, SweepProgress::Display::failures);
  CHECK(progress.line() == "3/15 runs done  0 running  0 failed");
  progress.started("a");
  progress.started("b");
  CHECK(progress.line() == "3/15 runs done  2 running  0 failed");
}

// 12 to do; two took 10 s and 30 s, 20 s on average; 9 are left, two at once: 90 s. The one that failed took no part in it.
TEST_CASE("time left is the mean of finished runs for those to come, over the jobs") {
  SweepProgress progress(15, 3, 2, SweepProgress::Display::failures);
  for (int i = 0; i < 3; ++i) progress.started("run");
  progress.ended(outcome(0, 10.0), "");
  progress.ended(outcome(0, 30.0), "");
  progress.ended(outcome(1, 1.0), "no space");
  CHECK(progress.line() == "5/15 runs done  0 running  1 failed  about 90.0 s left");
}

TEST_CASE("nothing is left once all have ended") {
  SweepProgress progress(1, 0, 1, SweepProgress::Display::failures);
  progress.started("run");
  progress.ended(outcome(0, 10.0), "");
  CHECK(progress.line() == "1/1 runs done  0 running  0 failed");
}

}  // namespace polyclinic::test
