#include "core/record/block_statistics.hpp"

#include <cmath>
#include <string>

#include "core/base/seed.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

Digest digest(int number) {
  Digest value;
  value.bytes[0] = static_cast<std::uint8_t>(number / 256);
  value.bytes[1] = static_cast<std::uint8_t>(number % 256);
  return value;
}

// Block `number` at `height`, by node 0 unless said otherwise.
ProposedBlock block(int number, std::int64_t height, double at_s, std::int32_t proposer = 0) {
  return {.hash = digest(number), .parent = digest(number - 1), .height = height, .proposer = {proposer}, .at_s = at_s,
          .difficulty = 1.0};
}

std::string statuses(const std::vector<BlockRow>& rows) {
  std::string text;
  for (const BlockRow& row : rows) text += std::to_string(row.height) + row.status.substr(0, 1) + " ";
  return text;
}

TEST_CASE("nearest rank: the smallest value that enough do not exceed") {
  CHECK(nearest_rank({3, 1, 2}, 0.5) == 2);
  CHECK(nearest_rank({4, 3, 1, 2}, 0.5) == 2);
  CHECK(nearest_rank({10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, 0.9) == 9);
  CHECK(nearest_rank({1, 2, 3, 4}, 0.9) == 4);
  CHECK(nearest_rank({7}, 0.01) == 7);
  CHECK(nearest_rank({7, 8}, 1.0) == 8);
  CHECK(std::isnan(nearest_rank({}, 0.5)));
}

TEST_CASE("a block that everybody received and finalised") {
  BlockStatistics statistics(4, 0);
  statistics.proposed(block(1, 1, 10.0, 2));
  statistics.seen({2}, digest(1), 10.0);  // its own
  for (const auto& [node, at_s] : {std::pair{0, 10.5}, std::pair{1, 12.0}, std::pair{3, 11.0}}) statistics.seen({node}, digest(1), at_s);
  for (const auto& [node, at_s] : {std::pair{2, 13.0}, std::pair{0, 13.25}, std::pair{3, 14.0}}) statistics.finalized({node}, digest(1), at_s);
  CHECK(statistics.take_settled().empty());  // not everywhere yet
  statistics.finalized({1}, digest(1), 20.0);
  const auto rows = statistics.take_settled();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].status == "final");
  CHECK(rows[0].hash == digest(1).hex());
  CHECK(rows[0].proposer == 2);
  CHECK(rows[0].receivers == 3);
  CHECK(rows[0].propagation_median_s == 1.0);  // of 0.5, 1, 2
  CHECK(rows[0].propagation_p90_s == 2.0);
  CHECK(rows[0].final_s == 13.0);
  CHECK(rows[0].commit_first_s == 3.0);
  CHECK(rows[0].commit_median_s == 3.25);      // of 3, 3.25, 4, 10: the second
  CHECK(statistics.take_rest().empty());
}

TEST_CASE("stale beside a final one, pending above") {
  BlockStatistics statistics(2, 0);
  statistics.proposed(block(1, 1, 1.0));
  statistics.proposed(block(2, 1, 1.5, 1));
  statistics.proposed(block(3, 2, 2.0));
  statistics.proposed(block(4, 2, 2.0, 1));
  statistics.finalized({1}, digest(2), 3.0);
  const auto rows = statistics.take_rest();
  CHECK(statuses(rows) == "1s 1f 2p 2p ");
  CHECK(std::isnan(rows[0].final_s));
  CHECK(std::isnan(rows[0].propagation_median_s));
  CHECK(rows[0].receivers == 0);
  CHECK(statistics.summary().stale_rate == 0.5);
  CHECK(statistics.summary().pending_blocks == 2);
}

// As where validators vote: block 1 was proposed to node 1 alone, block 2 in the round after. Four nodes.
TEST_CASE("a proposal that was given up is stale, with those who had seen it") {
  BlockStatistics statistics(4, 0);
  statistics.proposed(block(1, 1, 1.0));
  statistics.seen({1}, digest(1), 1.5);
  statistics.proposed(block(2, 1, 3.0, 1));
  for (const int node : {0, 2, 3}) statistics.seen({node}, digest(2), 3.25);
  for (const int node : {0, 1, 2, 3}) statistics.finalized({node}, digest(2), 4.0);
  CHECK(statuses(statistics.take_settled()) == "1f ");
  const auto rows = statistics.take_rest();
  REQUIRE(statuses(rows) == "1s ");
  CHECK(rows[0].receivers == 1);
  CHECK(rows[0].propagation_median_s == 0.5);
}

TEST_CASE("without finality everything is pending") {
  BlockStatistics statistics(3, 6);
  statistics.proposed(block(1, 1, 1.0));
  CHECK(statuses(statistics.take_rest()) == "1p ");
  CHECK(std::isnan(statistics.summary().stale_rate));
  CHECK(std::isnan(BlockStatistics(3, 6).summary().commit_median_s));
}

TEST_CASE("a final block that a heavier branch replaced is reversed, and its successor final") {
  BlockStatistics statistics(2, 6);
  statistics.proposed(block(1, 1, 1.0));
  statistics.proposed(block(2, 1, 1.2, 1));
  for (const int node : {0, 1}) statistics.finalized({node}, digest(1), 3.0);
  for (const int node : {0, 1}) {
    statistics.reversed({node}, digest(1));
    statistics.reorganized(2);
    statistics.finalized({node}, digest(2), 5.0);
  }
  CHECK(statistics.take_settled().empty());  // not six deep
  const auto rows = statistics.take_rest();
  CHECK(statuses(rows) == "1r 1f ");
  CHECK(rows[0].final_s == 3.0);  // when it was
  CHECK(rows[1].commit_first_s == doctest::Approx(3.8));
  const ChainSummaryRow summary = statistics.summary();
  CHECK(summary.reversed_blocks == 1);
  CHECK(summary.reorganisations == 2);
  CHECK(summary.longest_reorganisation == 2);
  CHECK(summary.stale_rate == 0.5);
}

TEST_CASE("where nodes disagree the majority's block is final, of equals the first") {
  BlockStatistics majority(3, 0);
  majority.proposed(block(1, 1, 1.0));
  majority.proposed(block(2, 1, 1.1));
  majority.finalized({0}, digest(1), 2.0);
  majority.finalized({1}, digest(2), 3.0);
  majority.finalized({2}, digest(2), 3.0);
  CHECK(statuses(majority.take_rest()) == "1r 1f ");
  BlockStatistics tie(2, 0);
  tie.proposed(block(1, 1, 1.0));
  tie.proposed(block(2, 1, 1.1));
  tie.finalized({1}, digest(2), 2.0);
  tie.finalized({0}, digest(1), 3.0);
  CHECK(statuses(tie.take_rest()) == "1r 1f ");
}

TEST_CASE("a node that finalises a block again after a reversal counts once, with its first time") {
  BlockStatistics statistics(1, 0);
  statistics.proposed(block(1, 1, 0.0));
  statistics.finalized({0}, digest(1), 2.0);
  statistics.reversed({0}, digest(1));
  statistics.finalized({0}, digest(1), 9.0);
  const auto rows = statistics.take_settled();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].commit_median_s == 2.0);
}

TEST_CASE("what is told twice, or of blocks that nobody proposed, has no effect") {
  BlockStatistics statistics(3, 0);
  statistics.proposed(block(1, 1, 1.0));
  statistics.proposed(block(1, 1, 5.0));
  statistics.seen({1}, digest(1), 2.0);
  statistics.seen({1}, digest(1), 8.0);
  statistics.seen({1}, digest(9), 8.0);
  statistics.finalized({1}, digest(9), 8.0);
  statistics.reversed({1}, digest(9));
  const auto rows = statistics.take_rest();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].receivers == 1);
  CHECK(rows[0].propagation_p90_s == 1.0);
}

// A chain of `length` blocks, one a second, at all of `nodes` nodes but the silent one: received after 0.1 s a node number,
// final after 1 s.
std::vector<BlockRow> play(BlockStatistics& statistics, int length, int nodes, int silent = -1) {
  std::vector<BlockRow> rows;
  for (int height = 1; height <= length; ++height) {
    const double at_s = height;
    statistics.proposed(block(height, height, at_s));
    for (int node = 1; node < nodes; ++node) if (node != silent) statistics.seen({node}, digest(height), at_s + 0.125 * node);
    for (int node = 0; node < nodes; ++node) if (node != silent) statistics.finalized({node}, digest(height), at_s + 1.0);
    for (BlockRow& row : statistics.take_settled()) rows.push_back(std::move(row));
  }
  return rows;
}

TEST_CASE("rows come while the run goes on, as deep as they may be reversed") {
  BlockStatistics votes(4, 0), work(4, 6);
  CHECK(play(votes, 20, 4).size() == 20);
  CHECK(play(work, 20, 4).size() == 14);
  CHECK(work.take_rest().size() == 6);
  const ChainSummaryRow summary = work.summary();
  CHECK(summary.blocks == 20);
  CHECK(summary.final_blocks == 20);
  CHECK(summary.stale_rate == 0.0);
  CHECK(summary.block_interval_s == 1.0);
  CHECK(summary.propagation_median_s == 0.25);
  CHECK(summary.propagation_p90_s == 0.375);
  CHECK(summary.commit_median_s == 1.0);
}

TEST_CASE("a node that is down for good keeps rows back by the window alone") {
  BlockStatistics statistics(4, 6, 50);
  const auto rows = play(statistics, 200, 4, 2);
  CHECK(rows.size() == 200 - 6 - 50);
  for (const BlockRow& row : rows) CHECK(row.receivers == 2);
  CHECK(rows.size() + statistics.take_rest().size() == 200);
}

TEST_CASE("a node that comes back long after does not change what is settled") {
  BlockStatistics statistics(3, 0, 10);
  static_cast<void>(play(statistics, 100, 3, 2));
  for (int height = 1; height <= 100; ++height) {
    statistics.seen({2}, digest(height), 1000.0);
    statistics.finalized({2}, digest(height), 1000.0);
  }
  const auto rows = statistics.take_rest();
  REQUIRE(rows.size() == 10);
  for (const BlockRow& row : rows) CHECK(row.propagation_median_s == 0.125);
}

TEST_CASE("a block proposed below what is settled is stale, once everybody has it") {
  BlockStatistics statistics(3, 0);
  static_cast<void>(play(statistics, 10, 3));
  statistics.proposed(block(77, 4, 11.0, 1));
  CHECK(statistics.take_settled().empty());
  statistics.seen({0}, digest(77), 11.5);
  statistics.seen({2}, digest(77), 12.5);
  const auto rows = statistics.take_settled();
  CHECK(statuses(rows) == "4s ");
  CHECK(rows[0].propagation_median_s == 0.5);
}

TEST_CASE("a block whose row was taken is not proposed again by a node that learns of it late") {
  BlockStatistics statistics(3, 0, 10);
  static_cast<void>(play(statistics, 100, 3, 2));
  statistics.proposed(block(1, 1, 1.0));
  statistics.seen({2}, digest(1), 1000.0);
  CHECK(statistics.take_rest().size() == 10);
}

TEST_CASE("nobody waits for what hostile nodes do not tell") {
  BlockStatistics statistics(4, 0, 1000, {NodeId{3}});
  CHECK(play(statistics, 5, 4, 3).size() == 5);
  statistics.proposed(block(9, 6, 9.0, 3));  // its own block reaches three others
  for (const int node : {0, 1, 2}) statistics.seen({node}, digest(9), 9.5 + node);
  for (const int node : {0, 1, 2}) statistics.finalized({node}, digest(9), 20.0);
  const auto rows = statistics.take_settled();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].receivers == 3);
  CHECK(rows[0].propagation_median_s == 1.5);
}

// The rows do not depend on how often they are asked for, but for their order.
TEST_CASE("every block has exactly one row, whatever happens") {
  Random random(Seed(3));
  BlockStatistics statistics(5, 2, 20);
  std::vector<BlockRow> rows;
  int number = 0;
  for (std::int64_t height = 1; height <= 300; ++height) {
    const auto rivals = 1 + random.below(3);
    for (std::uint64_t rival = 0; rival < rivals; ++rival) {
      statistics.proposed(block(++number, height, static_cast<double>(height), static_cast<std::int32_t>(random.below(5))));
      for (int node = 0; node < 5; ++node) {
        if (random.uniform() < 0.8) statistics.seen({node}, digest(number), static_cast<double>(height) + random.uniform());
      }
    }
    for (int node = 0; node < 5; ++node) {
      if (random.uniform() < 0.9) statistics.finalized({node}, digest(number), static_cast<double>(height) + 2.0);
    }
    for (BlockRow& row : statistics.take_settled()) rows.push_back(std::move(row));
  }
  for (BlockRow& row : statistics.take_rest()) rows.push_back(std::move(row));
  CHECK(rows.size() == static_cast<std::size_t>(number));
  std::int64_t final_rows = 0;
  for (const BlockRow& row : rows) final_rows += row.status == "final" ? 1 : 0;
  CHECK(final_rows == 300);
  CHECK(statistics.summary().blocks == number);
  CHECK(statistics.summary().final_blocks == 300);
}

}  // namespace
}  // namespace polyclinic
