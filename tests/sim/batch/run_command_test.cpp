#include "sim/batch/run_command.hpp"

#include <algorithm>

#include "tests/support/check.hpp"

namespace polyclinic::test {

void check_share(const CoreShare& share, std::int64_t jobs, std::int64_t threads) {
  CHECK(share.jobs == jobs);
  CHECK(share.threads == threads);
}

TEST_CASE("cores are shared out between runs") {
  check_share(share_cores(8, 15, 0, 0), 8, 1);
  check_share(share_cores(8, 3, 0, 0), 3, 2);  // 8 / 3, rounded down
  check_share(share_cores(8, 1, 0, 0), 1, 8);
  check_share(share_cores(8, 0, 0, 0), 1, 8);  // nothing to do
}

TEST_CASE("the last runs share out the cores that would stay idle beside them") {
  const CoreShare odd = share_cores(2, 15, 0, 0);  // seven pairs, then one alone
  CHECK(odd.last_runs == 1);
  CHECK(odd.last_threads == 2);
  CHECK(share_cores(8, 11, 0, 0).last_threads == 2);  // 8 / 3, rounded down
  CHECK(share_cores(2, 14, 0, 0).last_runs == 0);
  CHECK(share_cores(2, 15, 2, 1).last_runs == 0);     // one thread was asked for
  CHECK(share_cores(2, 15, 4, 0).last_threads == 1);  // 15 = 3 x 4 + 3: more than there are cores
}

TEST_CASE("who asks for jobs or threads gets them, and the other follows") {
  check_share(share_cores(8, 15, 2, 0), 2, 4);
  check_share(share_cores(8, 15, 0, 4), 2, 4);
  check_share(share_cores(8, 15, 3, 5), 3, 5);
  check_share(share_cores(2, 15, 4, 0), 4, 1);  // more than there are cores
  check_share(share_cores(2, 15, 0, 4), 1, 4);
  check_share(share_cores(8, 2, 5, 0), 2, 4);  // more jobs than runs
}

TEST_CASE("a run's command depends on no working directory") {
  RunSetting setting;
  setting.program = "/bin/polyclinic";
  setting.folder = "/results/study";
  setting.scenario = "/scenarios/small.toml";
  setting.store_limit_bytes = 1000;
  setting.threads = 2;
  const StudyRun run{"fraction=0.1_seed=3", 0, 3, {"chain.0.sharing.fraction=0.1", "record.ledger=\"none\""}};
  CHECK(run_command(setting, run) ==
        std::vector<std::string>{"/bin/polyclinic", "run", "/scenarios/small.toml", "--set", "chain.0.sharing.fraction=0.1",
                                 "--set", "record.ledger=\"none\"", "--seed", "3", "--out",
                                 "/results/study/runs/fraction=0.1_seed=3.h5", "--threads", "2", "--store", "none",
                                 "--store-limit", "1000", "--resume", "--quiet"});
}

TEST_CASE("folders of data and of a store are told to a run as absolute paths") {
  RunSetting setting;
  setting.store = "store";
  setting.data = "data";
  const std::vector<std::string> command = run_command(setting, {});
  const std::string here = std::filesystem::current_path();
  CHECK(std::ranges::count(command, here + "/store") == 1);
  CHECK(std::ranges::count(command, here + "/data") == 1);
}

}  // namespace polyclinic::test
