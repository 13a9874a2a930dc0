#include "core/learning/evaluation.hpp"

#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <cmath>

#include "core/base/error.hpp"
#include "core/learning/library.hpp"
#include "tests/core/learning/small_data.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

Rows labelled(const at::Tensor& labels) {
  const auto data = std::make_shared<Dataset>();
  data->labels = labels;
  return {data, at::arange(labels.size(0), at::kLong)};
}

at::Tensor whole(std::initializer_list<std::int64_t> labels) { return at::tensor(std::vector<std::int64_t>(labels), at::kLong); }

}  // namespace

TEST_CASE("a binary task, by hand") {
  const at::Tensor p = at::tensor({0.9F, 0.1F, 0.4F, 0.6F, 0.7F, 0.3F, 0.2F, 0.8F}).view({4, 2});
  const Metrics metrics = score(p, labelled(whole({0, 0, 1, 1})), {TaskKind::binary, 2, {}});
  CHECK(metrics.accuracy == 0.5);
  CHECK(metrics.auc == doctest::Approx(0.75));
  CHECK(metrics.f1 == doctest::Approx(0.5));  // TP 1, FP 1, FN 1
  CHECK(metrics.loss == doctest::Approx(-(std::log(0.9) + std::log(0.4) + std::log(0.3) + std::log(0.8)) / 4.0));
  CHECK(metrics.rows == 4);
}

TEST_CASE("three classes, macro one-vs-rest, ordinal the same, a class without rows is left out") {
  const at::Tensor p = at::tensor({0.6F, 0.3F, 0.1F, 0.2F, 0.5F, 0.3F, 0.5F, 0.4F, 0.1F, 0.3F, 0.6F, 0.1F}).view({4, 3});
  // class 0: scores .6 .2 .5 .3, true rows 0 and 2: 4 of 4 pairs; class 1: .3 .5 .4 .6, true 1 and 3: 4 of 4; no class 2
  const Rows rows = labelled(whole({0, 1, 0, 1}));
  for (const TaskKind kind : {TaskKind::multi_class, TaskKind::ordinal}) {
    const Metrics metrics = score(p, rows, {kind, 3, {}});
    CHECK(metrics.auc == 1.0);
    CHECK(metrics.accuracy == 1.0);
    CHECK(metrics.f1 == 1.0);
  }
  const Metrics mixed = score(p, labelled(whole({0, 1, 2, 1})), {TaskKind::multi_class, 3, {}});
  CHECK(mixed.accuracy == 0.75);
  CHECK(mixed.auc == doctest::Approx((1.0 + 1.0 + 1.0 / 3.0) / 3.0));  // class 2: its row scores .1, tied with two of three
  CHECK(mixed.f1 == doctest::Approx((2.0 / 3.0 + 1.0 + 0.0) / 3.0));
}

TEST_CASE("labels, mean over labels at threshold one half") {
  const at::Tensor p = at::tensor({0.9F, 0.2F, 0.6F, 0.7F, 0.4F, 0.1F}).view({3, 2});
  const at::Tensor labels = at::tensor({1.0F, 0.0F, 0.0F, 1.0F, 1.0F, 1.0F}).view({3, 2});
  const Metrics metrics = score(p, labelled(labels), {TaskKind::multi_label, 2, {}});
  CHECK(metrics.accuracy == doctest::Approx((1.0 / 3.0 + 2.0 / 3.0) / 2.0));
  CHECK(metrics.auc == doctest::Approx((0.5 + 0.5) / 2.0));
  CHECK(metrics.f1 == doctest::Approx((0.5 + 2.0 / 3.0) / 2.0));
  const double likelihoods = 0.9 * 0.8 * 0.4 * 0.7 * 0.4 * 0.1;
  CHECK(metrics.loss == doctest::Approx(-std::log(likelihoods) / 6.0));
}

TEST_CASE("without rows nothing is defined, a certain error costs 100 nats, not infinity") {
  const Metrics none = score(at::zeros({0, 2}), labelled(whole({})), {TaskKind::binary, 2, {}});
  CHECK(std::isnan(none.accuracy));
  CHECK(std::isnan(none.loss));
  CHECK(none.rows == 0);
  const Metrics wrong = score(at::tensor({1.0F, 0.0F}).view({1, 2}), labelled(whole({1})), {TaskKind::binary, 2, {}});
  CHECK(wrong.loss == 100.0);
}

TEST_CASE("predictions do not depend on how the rows are divided") {
  const Collection collection = noisy_images(300, {1, 12, 12}, 3);
  const auto model = make_model({.kind = "cnn", .widths = {4, 8}}, collection.shape, 3);
  const ParameterSet set = model->initial(Seed(2));
  const at::Tensor all = predict(*model, set, rows_of(collection, 0, 300), collection, Device::cpu);
  const at::Tensor part = predict(*model, set, rows_of(collection, 140, 150), collection, Device::cpu);
  CHECK(largest_difference(all.narrow(0, 140, 10), part) < 1e-6);
  CHECK(largest_difference(all.sum(1), at::ones({300})) < 1e-5);
  CHECK(predict(*model, set, rows_of(collection, 0, 0), collection, Device::cpu).size(0) == 0);
}

TEST_CASE("measures of rows with labels that the task has not are refused") {
  const Collection collection = noisy_images(9, {1, 4, 4}, 3);
  Collection binary = collection;
  binary.task = {TaskKind::binary, 2, {}};
  const auto model = make_model({.kind = "logistic"}, collection.shape, 2);
  CHECK_THROWS_WITH_AS((void)evaluate(*model, model->initial(Seed(1)), rows_of(collection, 0, 9), binary, Device::cpu),
                       "data noise: labels run from 0 to 2; allowed: 0 to 1", Error);
}

TEST_CASE("a device that is not there is named" * doctest::skip(cuda_available())) {
  const Collection collection = noisy_images(4, {1, 4, 4}, 2);
  const auto model = make_model({.kind = "logistic"}, collection.shape, 2);
  CHECK_THROWS_AS((void)evaluate(*model, model->initial(Seed(1)), rows_of(collection, 0, 4), collection, Device::cuda),
                  UsageError);
}
