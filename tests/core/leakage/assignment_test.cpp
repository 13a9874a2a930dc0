#include "core/leakage/assignment.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <numeric>

#include "core/base/seed.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

double total(const at::Tensor& costs, const std::vector<std::int64_t>& columns) {
  double sum = 0.0;
  for (std::size_t row = 0; row < columns.size(); ++row) sum += costs[static_cast<std::int64_t>(row)][columns[row]].item<double>();
  return sum;
}

double cheapest_of_all(const at::Tensor& costs) {
  std::vector<std::int64_t> columns(static_cast<std::size_t>(costs.size(0)));
  std::iota(columns.begin(), columns.end(), 0);
  double least = total(costs, columns);
  while (std::ranges::next_permutation(columns).found) least = std::min(least, total(costs, columns));
  return least;
}

at::Tensor random_costs(std::int64_t size, std::uint64_t seed) {
  Random random{Seed(seed)};
  const at::Tensor costs = at::empty({size, size}, at::kDouble);
  for (std::int64_t i = 0; i < costs.numel(); ++i) costs.data_ptr<double>()[i] = random.uniform(-1.0, 1.0);
  return costs;
}

}  // namespace

// By hand: taking each row's own cheapest column would give column 0 twice.
TEST_CASE("no two rows get one column, however cheap it is") {
  const at::Tensor costs = at::tensor({1.0, 2.0, 0.0, 5.0}).view({2, 2});
  CHECK(cheapest_assignment(costs) == std::vector<std::int64_t>{1, 0});
}

TEST_CASE("the assignment costs as little as the best of all permutations") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const at::Tensor costs = random_costs(static_cast<std::int64_t>(1 + seed % 6), seed);
    CHECK(total(costs, cheapest_assignment(costs)) == doctest::Approx(cheapest_of_all(costs)));
  }
}

TEST_CASE("shuffled images are matched back to where they were") {
  const at::Tensor truths = (at::arange(40).to(at::kFloat) / 40.0).view({40, 1, 1, 1}).expand({40, 1, 3, 3});
  const std::vector<std::int64_t> order = Random(Seed(3)).permutation(40);
  const std::vector<std::int64_t> places = match_images(truths, truths.index_select(0, at::tensor(order, at::kLong)));
  for (std::int64_t i = 0; i < 40; ++i) CHECK(order[static_cast<std::size_t>(places[static_cast<std::size_t>(i)])] == i);
}
