#include "core/record/recorder.hpp"

#include <cmath>
#include <limits>

#include "core/record/reader.hpp"
#include "core/record/rows.hpp"
#include "tests/core/record/support.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

RoundRow round_row(std::int64_t round) {
  return {.round = round, .sim_time_s = 12.5 * static_cast<double>(round), .block_height = round + 1, .participants = 8,
          .published_bytes = 58'504, .wire_bytes = 60'000, .train_loss = 0.25,
          .test_loss = std::numeric_limits<double>::quiet_NaN(), .test_accuracy = 0.875, .test_auc = 0.9375, .test_f1 = 0.5};
}

void record_everything(Recorder& recorder) {
  recorder.attribute("/", "name", "two rounds");
  recorder.attribute("/", "seed", std::int64_t{7});
  recorder.attribute("/chains/Zürich", "consensus", "authority");
  recorder.attribute("/run", "wall_s", 1.5);
  recorder.text("/scenario", "schema = 1\n# Ärzte\n");
  recorder.declare<EgressRow>("/egress");
  for (int round = 0; round < 2; ++round) recorder.add("/chains/Zürich/rounds", round_row(round));
  recorder.add("/events", EventRow{3.0, "Zürich", "rejected", "wrong signature", "", 4});
  const std::vector<float> weights = {1.0F, -2.0F, 0.5F, 0.0F, 3.0F, 4.0F};
  recorder.array("/models/Zürich/global/fc.weight", std::span(weights), {2, 3});
  const std::vector<std::int64_t> batches = {41};
  recorder.array("/models/Zürich/global/bn.num_batches_tracked", std::span(batches), {});
  recorder.array("/predictions/Zürich/scores", std::span<const double>{}, {0, 2});
  const std::vector<std::uint8_t> ledger = {0, 255, 7};
  recorder.array("/chains/Zürich/ledger", std::span(ledger), {3});
}

}  // namespace

TEST_CASE("a finished run reads back as it was recorded, NaN, umlauts, empty tables and scalars included") {
  const Folder folder;
  ResultData recorded;
  {
    Recorder recorder(folder / "run.h5", false);
    record_everything(recorder);
    recorder.finish();
    recorded = recorder.data();
  }
  const Result read = read_run(folder / "run.h5");
  CHECK(read.state == RunState::complete);
  CHECK(read.data == recorded);
  CHECK_FALSE(std::filesystem::exists(folder / "run.h5.journal"));
  CHECK_FALSE(std::filesystem::exists(folder / "run.h5.partial"));
  const auto rounds = rows<RoundRow>(read.data, "/chains/Zürich/rounds");
  REQUIRE(rounds.size() == 2);
  CHECK(rounds[1].sim_time_s == 12.5);
  CHECK(std::isnan(rounds[1].test_loss));
  CHECK(rows<EventRow>(read.data, "/events").at(0).chain == "Zürich");
}
