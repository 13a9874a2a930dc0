#include "core/data/strata.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/core/data/support.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

RowList first_rows(std::int64_t count) {
  RowList rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  return rows;
}

RowList sorted(RowList rows) {
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace

TEST_CASE("a stratified draw takes each class in proportion, give or take less than one, and loses no row") {
  // 70 rows of class 0, 25 of class 1, 5 of class 2.
  std::vector<std::int64_t> strata;
  for (std::int64_t row = 0; row < 100; ++row) strata.push_back(row < 70 ? 0 : row < 95 ? 1 : 2);
  const std::vector<double> share = {0.70, 0.25, 0.05};
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (const std::int64_t count : {1, 3, 10, 33, 50, 99}) {
      const Draw draw = draw_stratified(first_rows(100), strata, count, Seed(seed));
      CHECK(static_cast<std::int64_t>(draw.taken.size()) == count);
      RowList all = draw.taken;
      all.insert(all.end(), draw.rest.begin(), draw.rest.end());
      CHECK(sorted(all) == first_rows(100));
      for (std::int64_t c = 0; c < 3; ++c) {
        const auto of_class = [&](std::int64_t row) { return strata[static_cast<std::size_t>(row)] == c; };
        const auto taken = static_cast<double>(std::count_if(draw.taken.begin(), draw.taken.end(), of_class));
        CHECK(std::abs(taken - share[static_cast<std::size_t>(c)] * static_cast<double>(count)) < 1.0);
      }
    }
  }
}

TEST_CASE("a draw of nothing, of all, and of more than all") {
  const std::vector<std::int64_t> strata(5, 0);
  CHECK(draw_stratified(first_rows(5), strata, 0, Seed(1)).rest == first_rows(5));
  CHECK(draw_stratified(first_rows(5), strata, 5, Seed(1)).taken == first_rows(5));
  CHECK(draw_stratified(first_rows(5), strata, 9, Seed(1)).rest.empty());
  CHECK(draw_stratified({}, strata, 3, Seed(1)).taken.empty());
}

TEST_CASE("the same seed draws the same rows, another one others") {
  const std::vector<std::int64_t> strata(50, 0);
  const auto draw = [&](std::uint64_t seed) {
    return sorted(draw_stratified(first_rows(50), strata, 10, Seed(seed)).taken);
  };
  CHECK(draw(1) == draw(1));
  CHECK(draw(1) != draw(2));
}

// Largest remainders by hand: 10 * (0.5, 0.3, 0.2) is exact; 7 * (1, 1, 1)/3 = 2.33 each, one left for the first;
// 3 * (0.6, 0.3, 0.1) = 1.8, 0.9, 0.3, so the two left go to the second and the first.
TEST_CASE("items are apportioned by largest remainders") {
  using Counts = std::vector<std::int64_t>;
  CHECK(apportioned({5, 3, 2}, 10) == Counts{5, 3, 2});
  CHECK(apportioned({1, 1, 1}, 7) == Counts{3, 2, 2});
  CHECK(apportioned({0.6, 0.3, 0.1}, 3) == Counts{2, 1, 0});
  CHECK(apportioned({0, 1}, 4) == Counts{0, 4});
  CHECK(apportioned({2, 1}, 0) == Counts{0, 0});
}

TEST_CASE("with several labels the first that is set is the stratum") {
  const at::Tensor labels = at::tensor(std::vector<float>{0, 0, 0, 1, 1, 0}).view({3, 2});
  const Dataset dataset = {at::zeros({3, 1}), labels, {}};
  CHECK(strata_of(dataset, {TaskKind::multi_label, 2, {}}) == std::vector<std::int64_t>{0, 2, 1});
}
