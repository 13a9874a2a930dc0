#include "core/data/partition.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <set>

#include "core/data/summary.hpp"
#include "tests/core/data/support.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

std::string complaint(const Collection& data, const PartitionConfig& config, std::size_t members) {
  return error_of([&] { (void)partition(data, config, numbered(members), Seed(1)); });
}

}  // namespace

TEST_CASE("every institution has train, validation and test rows of its own, and no row is used twice") {
  const Collection data = striped(200, 2);
  std::set<std::int64_t> seen;
  for (const InstitutionData& share : partition(data, {}, numbered(5), Seed(1))) {
    CHECK(share.train.size() == 32);  // 40 rows, of which a tenth each
    CHECK(share.validation.size() == 4);
    CHECK(share.test.size() == 4);
    for (const Rows* part : {&share.train, &share.validation, &share.test})
      for (const std::int64_t row : indices(*part)) CHECK(seen.insert(row).second);
    CHECK(class_histogram(share.test, data.task) != std::vector<std::int64_t>{4, 0});
  }
  CHECK(seen.size() == 200);
}

TEST_CASE("validation rows of the publisher are shared out too, its test rows never") {
  Collection data = striped(100, 2);
  data.validation = striped(20, 2).train;
  data.test = striped(30, 2).train;
  const std::vector<InstitutionData> shares = partition(data, {}, numbered(4), Seed(1));
  CHECK(summarize(shares, data.task).train.total == 96);
  CHECK(shares.front().train.dataset->size() == 120);
  CHECK(shares.front().train.dataset == shares.back().test.dataset);
  CHECK(global_test_rows(data, shares).dataset == data.test);
}

TEST_CASE("without an official test set the institutions' tests together are the global one") {
  const Collection data = striped(100, 2);
  const std::vector<InstitutionData> shares = partition(data, {}, numbered(4), Seed(1));
  CHECK(global_test_rows(data, shares).size() == 4 * 3);  // 25 rows: round(2.5) = 3
  CHECK(global_test_rows(data, shares).dataset == shares.front().test.dataset);
}

TEST_CASE("a part is rounded but never empty, unless none is wanted") {
  PartitionConfig config;
  CHECK(split_sizes(40, config).train == 32);
  CHECK(split_sizes(4, config).test == 1);
  CHECK(split_sizes(4, config).validation == 1);
  CHECK(smallest_share(config) == 4);  // two to train on, one each of the others
  config.validation = config.test = 0.0;
  CHECK(split_sizes(40, config).train == 40);
  CHECK(smallest_share(config) == 2);
  config.min_rows = 10;
  config.test = 0.5;
  CHECK(smallest_share(config) == 20);  // of 19, round(9.5) = 10 would leave 9
}

TEST_CASE("too few rows are an error with the numbers") {
  PartitionConfig config;
  config.min_rows = 20;
  CHECK(contains(complaint(striped(100, 2), config, 8),
                 "striped has 100 rows to share out, 8 institutions with at least 24 each need 192"));
  CHECK(contains(complaint(striped(100, 2), config, 0), "no institutions"));
}

TEST_CASE("scarce institutions keep a fraction or a number of their training rows, each class its share") {
  const Collection data = striped(400, 2);
  PartitionConfig config;
  config.keep = 0.25;
  config.scarce = {"h-1", "h-?3"};
  std::vector<InstitutionData> shares = partition(data, config, {"h-0", "h-1", "h-13", "h-2"}, Seed(1));
  CHECK(shares[0].train.size() == 80);
  CHECK(shares[1].train.size() == 20);
  CHECK(shares[2].train.size() == 20);
  CHECK(shares[3].train.size() == 80);
  CHECK(shares[1].test.size() == 10);
  for (const std::int64_t count : class_histogram(shares[1].train, data.task)) CHECK(std::abs(count - 10) <= 2);
  config.keep = 7;
  config.scarce.clear();
  for (const InstitutionData& share : partition(data, config, numbered(4), Seed(1))) CHECK(share.train.size() == 7);
  CHECK(kept_rows(5, 100.0) == 5);
  CHECK(kept_rows(5, 0.01) == 1);
  CHECK(kept_rows(5, 1.0) == 5);
}

TEST_CASE("thinning one institution leaves the others' rows as they were") {
  const Collection data = striped(400, 2);
  PartitionConfig config;
  const std::vector<InstitutionData> before = partition(data, config, numbered(4), Seed(1));
  config.keep = 0.5;
  config.scarce = {"h-2"};
  const std::vector<InstitutionData> after = partition(data, config, numbered(4), Seed(1));
  CHECK(indices(before[1].train) == indices(after[1].train));
  CHECK(indices(before[2].test) == indices(after[2].test));
  const std::vector<std::int64_t> kept = indices(after[2].train);
  const std::vector<std::int64_t> whole = indices(before[2].train);
  for (const std::int64_t row : kept) CHECK(std::count(whole.begin(), whole.end(), row) == 1);
}

TEST_CASE("a class absent at scarce institutions is missing from what they train on, not from their tests") {
  const Collection data = striped(400, 2);
  PartitionConfig config;
  const std::vector<InstitutionData> before = partition(data, config, numbered(4), Seed(1));
  const auto others = [&](const Rows& rows) { return class_histogram(rows, data.task)[0]; };
  config.scarce = {"h-1"};
  config.absent = {1};
  const std::vector<InstitutionData> after = partition(data, config, numbered(4), Seed(1));
  CHECK(class_histogram(after[1].train, data.task) == std::vector<std::int64_t>{others(before[1].train), 0});
  CHECK(class_histogram(after[1].validation, data.task) == std::vector<std::int64_t>{others(before[1].validation), 0});
  CHECK(indices(after[1].test) == indices(before[1].test));
  CHECK(indices(after[0].train) == indices(before[0].train));
  config.scarce.clear();
  config.keep = 0.5;  // of the rows that the absence left
  const std::vector<InstitutionData> all = partition(data, config, numbered(4), Seed(1));
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(class_histogram(all[i].train, data.task) == std::vector<std::int64_t>{(others(before[i].train) + 1) / 2, 0});
}

// Rows with labels (0), (1), (0 and 1), none, in turn: without label 1 the first and the last kind are left.
TEST_CASE("where a row has several labels, each of them counts for absence") {
  Collection data = striped(80, 2);
  data.task = {TaskKind::multi_label, 2, {}};
  const at::Tensor labels = at::tensor({1.F, 0.F, 0.F, 1.F, 1.F, 1.F, 0.F, 0.F}).view({4, 2}).repeat({20, 1});
  data.train = std::make_shared<const Dataset>(Dataset{data.train->inputs, labels, {}});
  PartitionConfig config;
  config.absent = {1};
  config.validation = config.test = 0.0;
  const Rows left = partition(data, config, numbered(1), Seed(1)).front().train;
  CHECK(left.size() == 40);
  CHECK(class_histogram(left, data.task) == std::vector<std::int64_t>{20, 0});
}

TEST_CASE("absent classes exist, and leave everybody something to train on") {
  PartitionConfig config;
  config.absent = {2};
  CHECK(contains(complaint(striped(400, 2), config, 4), "partition.absent has 2, but the classes are 0 to 1"));
  config.absent = {0, 1};
  CHECK(contains(complaint(striped(400, 2), config, 4), "partition.absent = [0, 1] leaves h-0 none of its 80 training rows"));
}

TEST_CASE("an acquisition shift gives each institution images of its own, from its own scanner") {
  const Collection data = striped(200, 2);
  PartitionConfig config;
  const std::vector<InstitutionData> plain = partition(data, config, numbered(4), Seed(1));
  config.scanner.offset = 0.2;
  const std::vector<InstitutionData> shifted = partition(data, config, numbered(4), Seed(1));
  for (std::size_t i = 0; i < 4; ++i) {
    const Rows& from = plain[i].train;
    const Rows& to = shifted[i].train;
    CHECK(to.dataset->size() == 50);
    const Scanner scanner = institution_scanner(config, i, Seed(1));
    CHECK(scanner.gain == 1.0);
    CHECK(scanner.offset != 0.0);
    const at::Tensor before = from.dataset->inputs.index_select(0, from.index).to(at::kFloat);
    const at::Tensor after = to.dataset->inputs.index_select(0, to.index).to(at::kFloat);
    const at::Tensor expected = (before + 255.0 * scanner.offset).clamp(0.0, 255.0);
    CHECK((after - expected).abs().max().item<float>() <= 0.51F);  // half a grey level of rounding
    CHECK(to.labels().equal(from.labels()));
  }
  CHECK(institution_scanner(config, 0, Seed(1)).offset != institution_scanner(config, 1, Seed(1)).offset);
  CHECK(pooled({shifted[0].train, shifted[1].train}).size() == 80);
}

// Institutions at two natural sites, whose columns have other levels and other units, one of them the same for all of a site.
TEST_CASE("columns normalized by an institution's own rows: mean 0 and deviation 1 of what it trains on, as a model sees it") {
  Collection data = striped(40, 2);
  const at::Tensor numbers = at::cat({at::arange(20, at::kFloat), 100.0 + 7.0 * at::arange(20, at::kFloat)});
  const at::Tensor constant = at::cat({at::zeros({20}), at::arange(20, at::kFloat)});
  const at::Tensor columns = at::stack({numbers, constant}, 1);
  std::vector<std::int32_t> sites(20, 0);
  sites.resize(40, 1);
  data.train = std::make_shared<const Dataset>(Dataset{columns, data.train->labels, sites});
  data.site_names = {"h-0", "h-1"};
  data.shape = {2, 1, 1};
  data.normalization = column_normalization(columns);
  PartitionConfig config;
  config.kind = "site";
  const std::vector<InstitutionData> together = partition(data, config, numbered(2), Seed(1));
  config.normalize = "own";
  const std::vector<InstitutionData> own = partition(data, config, numbered(2), Seed(1));
  const auto seen = [&](const Rows& rows) {
    const at::Tensor raw = rows.dataset->inputs.index_select(0, rows.index);
    return (raw - at::tensor(data.normalization.mean)) / at::tensor(data.normalization.deviation);
  };
  const auto raw = [&](const Rows& rows) { return rows.dataset->inputs.index_select(0, rows.index); };
  for (std::size_t i = 0; i < 2; ++i) {
    const at::Tensor train = raw(together[i].train), test = raw(together[i].test);
    const at::Tensor mean = train.mean(0), deviation = train.std(0, false);
    const at::Tensor spread = at::where(deviation > 0, deviation, at::ones({2}));  // a constant column stays
    CHECK(at::allclose(seen(own[i].train), (train - mean) / spread, 1e-4, 1e-4));
    CHECK(at::allclose(seen(own[i].test), (test - mean) / spread, 1e-4, 1e-4));
    CHECK(own[i].train.labels().equal(together[i].train.labels()));
  }
  CHECK(seen(together[0].train).mean().item<float>() < -0.4F);  // by all rows, the first site's are below the mean
  data.shape = {1, 1, 2};
  CHECK(contains(complaint(data, config, 2), "partition.normalize = \"own\" needs a table"));
}

TEST_CASE("settings that make no sense are refused by key") {
  const Collection data = striped(100, 2);
  const auto with = [&](void (*change)(PartitionConfig&)) {
    PartitionConfig config;
    change(config);
    return complaint(data, config, 4);
  };
  CHECK(contains(with([](PartitionConfig& c) { c.validation = 0.6, c.test = 0.4; }), "together they must stay below 1"));
  CHECK(contains(with([](PartitionConfig& c) { c.keep = 0.0; }), "partition.keep is 0"));
  CHECK(contains(with([](PartitionConfig& c) { c.min_rows = 0; }), "partition.min_rows is 0"));
  CHECK(contains(with([](PartitionConfig& c) { c.scarce = {"x*"}; }), "\"x*\" matches no institution; there are h-0, h-1"));
  CHECK(contains(with([](PartitionConfig& c) { c.scanner.blur_pixels = -1.0; }), "must not be negative"));
  Collection table = striped(100, 2);
  table.shape = {2, 1, 1};
  PartitionConfig config;
  config.scanner.gain = 0.1;
  CHECK(contains(complaint(table, config, 4), "partition.scanner needs images"));
}

// Two institutions with classes (3, 1) and (1, 3): pooled (4, 4), each half a unit of 1/2 away: |3/4-1/2| = 1/4.
TEST_CASE("a partition is summed up in sizes and label skew") {
  const auto data = std::make_shared<const Dataset>(
      Dataset{at::zeros({8, 1}), at::tensor(std::vector<std::int64_t>{0, 0, 0, 1, 0, 1, 1, 1}), {}});
  const auto rows = [&](std::int64_t from, std::int64_t to) { return Rows{data, at::arange(from, to, at::kLong)}; };
  const Task task = {TaskKind::binary, 2, {"well", "ill"}};
  const PartitionSummary summary = summarize({{rows(0, 4), {}, {}}, {rows(4, 8), {}, {}}}, task);
  CHECK(summary.label_skew == doctest::Approx(0.25));
  CHECK(summary.train.total == 8);
  CHECK(summary.test.total == 0);
  CHECK(contains(describe(summary, task), "training rows: 8 in all, 4 to 4 each, median 4"));
  CHECK(contains(describe(summary, task), "well 4, ill 4"));
  CHECK(summarize({}, task).label_skew == 0.0);
}
