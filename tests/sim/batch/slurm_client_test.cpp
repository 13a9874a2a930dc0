#include "sim/batch/slurm_client.hpp"

#include "core/base/error.hpp"
#include "sim/batch/call.hpp"
#include "tests/sim/batch/fake_slurm.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

const ArrayRequest any_array{"study.1", "/s/array.sh", 1, 0, 1, "", {}};

}  // namespace

TEST_CASE("a called program's status, output and complaint are told apart") {
  const CommandAnswer answer = call({"sh", "-c", "echo out; echo ' err ' >&2; exit 7"});
  CHECK(answer.status == 7);
  CHECK(answer.printed == "out\n");
  CHECK(answer.complaint == "err");
  CHECK(call({"sh", "-c", "kill -15 $$"}).status == 143);  // 128 + SIGTERM
  CHECK(call({"no-such-program-anywhere"}).status == 127);
  CHECK(call({"head", "-c", "1000000", "/dev/zero"}).printed.size() == 1000000);
}

TEST_CASE("a called program has nothing to read") { CHECK(call({"cat"}).printed.empty()); }

TEST_CASE("what squeue prints is read task by task, without other jobs and odd lines") {
  // As squeue 22.05 printed it on a cluster of one node, and one job that is no array.
  const SlurmQueue queue = parse_queue(
      "study.1f|7|0|COMPLETED|None\nstudy.1f|7|1|PENDING|Resources\nstudy.1f|7|12|TIMEOUT|TimeLimit\n"
      "study.2|9|0|COMPLETING|None\nother|8|N/A|RUNNING|None\nslurm_load_jobs error\n\n");
  REQUIRE(queue.size() == 4);
  const SlurmTask& late = queue.at({"study.1f", 12});
  CHECK(late.job == "7");
  CHECK(late.state == "TIMEOUT");
  CHECK(late.reason == "TimeLimit");
  CHECK(late.ended());
  CHECK(queue.at({"study.1f", 0}).ended());
  CHECK_FALSE(queue.at({"study.1f", 1}).ended());
  CHECK_FALSE(queue.at({"study.2", 0}).ended());  // its processes are just being killed
}

TEST_CASE("squeue is asked about all arrays at once, and not at all about none") {
  const FakeSlurm slurm;
  CHECK(query_queue({}).empty());
  CHECK(slurm.called("squeue").empty());
  CHECK(query_queue({"study.1", "study.2"}).empty());
  CHECK(slurm.called("squeue").ends_with("--name=study.1,study.2"));
}

TEST_CASE("the number of a submitted job is what sbatch prints") {
  FakeSlurm slurm;
  slurm.hold();
  CHECK(submit(any_array) == "12");
}

TEST_CASE("what Slurm's programs complain about reaches the user") {
  FakeSlurm slurm;
  slurm.refuse("sbatch", "sbatch: error: invalid partition specified: nope");
  CHECK_THROWS_WITH_AS((void)submit(any_array),
                       "sbatch failed (exit status 1): sbatch: error: invalid partition specified: nope", Error);
  slurm.refuse("scontrol", "Unable to contact slurm controller (connect failure)");
  CHECK_THROWS_WITH_AS((void)max_array_size(),
                       "scontrol failed (exit status 1): Unable to contact slurm controller (connect failure)", Error);
  slurm.refuse("scancel", "scancel: error: Kill job error");
  CHECK(cancel("study.1") == "scancel: error: Kill job error");
}

TEST_CASE("the cluster says how large an array may be, and whether there are arrays at all") {
  FakeSlurm slurm;
  slurm.allow_array_size(77);
  CHECK(max_array_size() == 77);
  slurm.allow_array_size(0);
  CHECK_THROWS_WITH_AS((void)max_array_size(), "this Slurm has no job arrays (MaxArraySize            = 0)", Error);
}
