#include "core/data/adaptation.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/core/data/support.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

using Counts = std::vector<std::int64_t>;

// striped() with validation and test rows; a row's first pixel is its number.
Collection ward() {
  Collection data = striped(200, 2);
  data.validation = striped(20, 2).train;
  data.test = striped(30, 2).train;
  return data;
}

std::set<std::int64_t> rows(const std::shared_ptr<const Dataset>& part) {
  std::set<std::int64_t> numbers;
  for (std::int64_t i = 0; i < part->size(); ++i) numbers.insert(part->inputs[i].flatten()[0].item<std::int64_t>());
  return numbers;
}

std::set<std::int64_t> train_rows(double from, double to, std::uint64_t seed = 1) {
  return rows(share_of(ward(), from, to, Seed(seed)).train);
}

std::set<std::int64_t> both(const std::set<std::int64_t>& a, const std::set<std::int64_t>& b) {
  std::set<std::int64_t> common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(common, common.end()));
  return common;
}

Counts classes(const std::shared_ptr<const Dataset>& part) {
  return class_histogram(all_rows(part), {TaskKind::binary, 2, {}});
}

Collection table() {
  Collection data;
  data.name = "table";
  data.shape = {1, 1, 1};
  const at::Tensor numbers = at::arange(8, at::kFloat).view({8, 1});
  data.train = std::make_shared<const Dataset>(Dataset{numbers, at::zeros({8}, at::kLong), {}});
  data.normalization = column_normalization(numbers);
  return data;
}

}  // namespace

// Of 100 rows of a class those with 20 <= k + 1/2 < 50 have their place in [0.2, 0.5): 30; of 10 rows 3.
TEST_CASE("a share has its part of every class, of training and validation rows, and the whole test set") {
  const Collection whole = ward(), share = share_of(whole, 0.2, 0.5, Seed(1));
  CHECK(classes(share.train) == Counts{30, 30});
  CHECK(classes(share.validation) == Counts{3, 3});
  CHECK(share.test == whole.test);
  for (std::int64_t i = 0; i < share.train->size(); ++i)  // each row with the label that it had
    CHECK(share.train->labels[i].item<std::int64_t>() == share.train->inputs[i].flatten()[0].item<std::int64_t>() % 2);
}

TEST_CASE("disjoint shares hold disjoint rows, together all of them") {
  const std::set<std::int64_t> first = train_rows(0.0, 0.3), second = train_rows(0.3, 0.7), third = train_rows(0.7, 1.0);
  CHECK(first.size() + second.size() + third.size() == 200);
  CHECK(both(first, second).empty());
  CHECK(both(second, third).empty());
  CHECK(both(first, third).empty());
  const std::set<std::int64_t> overlapping = train_rows(0.2, 0.5);  // of each class k = 20 .. 29 are in the first too
  CHECK(both(first, overlapping).size() == 20);
}

TEST_CASE("the order is drawn: another seed gives another share, the same seed the same") {
  CHECK(train_rows(0.0, 0.5) == train_rows(0.0, 0.5));
  CHECK(train_rows(0.0, 0.5) != train_rows(0.0, 0.5, 2));
  CHECK(*train_rows(0.0, 0.5).rbegin() >= 100);  // not simply the first rows: they would end at 99
}

TEST_CASE("the whole range is the collection itself") {
  const Collection whole = ward(), share = share_of(whole, 0.0, 1.0, Seed(1));
  CHECK(share.train == whole.train);
  CHECK(share.validation == whole.validation);
}

TEST_CASE("shares that are none are refused with the numbers") {
  const auto complaint = [](double from, double to) {
    return error_of([&] { (void)share_of(ward(), from, to, Seed(1)); });
  };
  CHECK(contains(complaint(0.5, 0.5), "data.from is 0.5 and data.to 0.5, allowed are 0 <= from < to <= 1"));
  CHECK(contains(complaint(0.6, 0.5), "data.from is 0.6 and data.to 0.5"));
  CHECK(contains(complaint(0.5, 1.5), "data.to 1.5"));
  CHECK(contains(complaint(0.0, 0.004), "leave none of the 200 training rows of striped"));  // 100 * 0.004 < 1/2
}

// Of the numbers 0 to 7 half are left: their own mean, not 3.5 as of all.
TEST_CASE("a share of a table is normalized by its own rows") {
  const Collection share = share_of(table(), 0.0, 0.5, Seed(1));
  CHECK(share.train->size() == 4);
  CHECK(share.normalization.mean.front() == doctest::Approx(share.train->inputs.mean().item<double>()));
  CHECK(share_of(table(), 0.0, 1.0, Seed(1)).normalization.mean.front() == doctest::Approx(3.5));
}

// 200 rows of two equal classes: on average 100 keep their label, with a deviation of 200 / (2 sqrt(199)) = 7.1.
TEST_CASE("permuted labels: each class as often as before, independent of the inputs, test labels as they were") {
  const Collection before = ward(), after = with_permuted_labels(before, Seed(1));
  CHECK(classes(after.train) == classes(before.train));
  CHECK(classes(after.validation) == classes(before.validation));
  CHECK(after.train->inputs.equal(before.train->inputs));
  CHECK(after.test == before.test);
  const std::int64_t kept = after.train->labels.eq(before.train->labels).sum().item<std::int64_t>();
  CHECK(std::abs(static_cast<double>(kept) - 100.0) < 5 * 7.1);
  CHECK(!after.train->labels.equal(with_permuted_labels(before, Seed(2)).train->labels));
  CHECK(with_permuted_labels(striped(200, 2), Seed(1)).validation == nullptr);
}

TEST_CASE("one scanner for training, validation and test images") {
  AcquisitionConfig config;
  config.gain = 0.5;
  config.offset = 0.1;
  const Collection before = ward(), after = seen_through(before, config, Seed(1));
  for (const auto part : {&Collection::train, &Collection::validation, &Collection::test}) {
    const at::Tensor expected = 127.5 + 0.5 * ((*(before.*part)).inputs.to(at::kFloat) - 127.5) + 25.5;
    const at::Tensor difference = (*(after.*part)).inputs.to(at::kFloat) - expected;
    CHECK(difference.abs().max().item<float>() <= 0.51F);  // half a grey level of rounding
    CHECK((*(after.*part)).labels.equal((*(before.*part)).labels));
  }
}

TEST_CASE("a neutral scanner is no copy, and a table has no scanner") {
  const Collection whole = ward(), same = seen_through(whole, {}, Seed(1));
  CHECK(same.train == whole.train);
  CHECK(same.test == whole.test);
  AcquisitionConfig noisy;
  noisy.noise = 0.1;
  CHECK(contains(error_of([&] { (void)seen_through(table(), noisy, Seed(1)); }), "data.acquisition needs images"));
  CHECK(seen_through(table(), {}, Seed(1)).train->size() == 8);
}

// Two chains of one scenario have seeds of their own, and the order of the rows in common.
TEST_CASE("chains take disjoint shares of one data set, of generated images each has its own") {
  DataConfig config;
  config.phantom.train_rows = 40;
  config.phantom.test_rows = 10;
  config.to = 0.5;
  const Collection first = load_collection(config, {}, seeds(1)), other = load_collection(config, {}, seeds(2));
  CHECK(first.train->size() == 20);
  CHECK(first.test->size() == 10);
  CHECK(!first.train->inputs.equal(other.train->inputs));
  config.labels = "permuted";
  config.acquisition.gain = 0.5;
  const Collection sham = load_collection(config, {}, seeds(1));
  CHECK(!sham.train->labels.equal(first.train->labels));
  CHECK(sham.test->labels.equal(first.test->labels));
  CHECK(sham.test->inputs.to(at::kFloat).std().item<float>() < first.test->inputs.to(at::kFloat).std().item<float>());
}

TEST_CASE("a reference is the training rows of its data, alone") {
  ReferenceConfig config;
  config.data.phantom.train_rows = 40;
  config.data.from = 0.75;
  const Collection reference = load_reference(config, {}, seeds());
  CHECK(reference.train->size() == 10);
  CHECK(reference.validation == nullptr);
  CHECK(reference.test == nullptr);
}
