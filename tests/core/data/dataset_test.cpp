#include "core/data/dataset.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include "tests/core/data/support.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

using Numbers = std::vector<std::int64_t>;

std::shared_ptr<const Dataset> table(std::vector<float> values, Numbers labels, std::vector<std::int32_t> sites = {}) {
  const auto rows = static_cast<std::int64_t>(labels.size());
  return std::make_shared<const Dataset>(Dataset{at::tensor(values).view({rows, -1}), at::tensor(labels), sites});
}

Rows rows_of(const std::shared_ptr<const Dataset>& dataset, const Numbers& rows) { return {dataset, at::tensor(rows)}; }

}  // namespace

TEST_CASE("rows of one data set are pooled by their indices, in order") {
  const auto data = table({1, 2, 3, 4}, {0, 1, 0, 1});
  const Rows both = pooled({rows_of(data, {3, 1}), rows_of(data, {0})});
  CHECK(both.dataset == data);
  CHECK(indices(both) == Numbers{3, 1, 0});
}

TEST_CASE("rows of several data sets are pooled by copying them, sites included") {
  const Rows both = pooled({rows_of(table({1, 2}, {0, 1}, {0, 1}), {1}), rows_of(table({5, 6}, {1, 0}, {2, 3}), {1, 0})});
  REQUIRE(both.size() == 3);
  CHECK(both.dataset->inputs.view(-1).equal(at::tensor(std::vector<float>{2, 6, 5})));
  CHECK(both.dataset->labels.equal(at::tensor(Numbers{1, 0, 1})));
  CHECK(both.dataset->sites == std::vector<std::int32_t>{1, 3, 2});
}

TEST_CASE("pooling nothing, or selections without rows, gives no rows") {
  CHECK(pooled({}).size() == 0);
  CHECK(pooled({Rows{}, rows_of(table({1}, {0}), {})}).size() == 0);
  CHECK(all_rows(nullptr).size() == 0);
}

TEST_CASE("data sets of different shape are not pooled") {
  const auto one = table({1, 2}, {0, 1});
  const auto two = table({1, 2, 3, 4}, {0, 1});
  CHECK(contains(error_of([&] { (void)pooled({all_rows(one), all_rows(two)}); }), "cannot be pooled"));
}

TEST_CASE("a histogram counts classes, or rows with each label") {
  const Task classes = {TaskKind::multi_class, 3, {}};
  CHECK(class_histogram(rows_of(table({1, 2, 3, 4}, {0, 2, 2, 1}), {1, 2, 3}), classes) == Numbers{0, 1, 2});
  CHECK(class_histogram({}, classes) == Numbers{0, 0, 0});
  const at::Tensor labels = at::tensor(std::vector<float>{1, 0, 1, 1, 0, 0}).view({3, 2});
  const auto several = std::make_shared<const Dataset>(Dataset{at::zeros({3, 1}), labels, {}});
  CHECK(class_histogram(all_rows(several), {TaskKind::multi_label, 2, {}}) == Numbers{2, 1});
}

TEST_CASE("a row's bytes are those of its raw form") {
  const Dataset image = {at::zeros({5, 3, 28, 28}, at::kByte), at::zeros({5}, at::kLong), {}};
  CHECK(image.row_bytes() == 3 * 28 * 28 + 1);
  const Dataset heart = {at::zeros({2, 13}), at::zeros({2}, at::kLong), {}};
  CHECK(heart.row_bytes() == 13 * 4 + 1);
  const Dataset chest = {at::zeros({2, 1, 28, 28}, at::kByte), at::zeros({2, 14}), {}};
  CHECK(chest.row_bytes() == 28 * 28 + 14);
  CHECK(Dataset{}.row_bytes() == 0);
}

TEST_CASE("columns are normalized by their mean and population deviation, a constant one stays finite") {
  const Normalization found = column_normalization(table({1, 7, 3, 7}, {0, 1})->inputs);  // columns (1, 3) and (7, 7)
  CHECK(found.mean == std::vector<float>{2, 7});
  CHECK(found.deviation == std::vector<float>{1, 1});
}
