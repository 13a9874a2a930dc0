#include "core/learning/features.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include "core/learning/evaluation.hpp"
#include "tests/core/learning/small_data.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

TEST_CASE("the head over the features is the model: its probabilities are the predicted ones") {
  const Collection collection = noisy_images(300, {1, 12, 12}, 3);
  const ModelConfig kinds[] = {{.kind = "logistic"}, {.kind = "mlp", .widths = {7}}, {.kind = "lenet"}, {.kind = "lenet_sigmoid"},
                               {.kind = "cnn", .widths = {4, 8}, .hidden = 6, .norm = "batch"},
                               {.kind = "resnet18", .norm = "group"}};
  for (const ModelConfig& kind : kinds) {
    CAPTURE(kind.kind);
    const auto model = make_model(kind, collection.shape, 3);
    const ParameterSet set = model->initial(Seed(2));
    const Rows rows = rows_of(collection, 0, kind.kind == "resnet18" ? 20 : 300);
    const at::Tensor features = extract_features(*model, set, rows, collection, Device::cpu);
    CHECK(features.size(1) == feature_size(*model));
    const at::Tensor logits = at::addmm(set.tensor(model->head()[1]), features, set.tensor(model->head()[0]).t());
    CHECK(largest_difference(at::softmax(logits, 1), predict(*model, set, rows, collection, Device::cpu)) < 1e-6);
  }
}

TEST_CASE("logistic regression has no body: its features are the normalized inputs") {
  const Collection collection = noisy_images(10, {2, 5, 4}, 2);
  const auto model = make_model({.kind = "logistic"}, collection.shape, 2);
  const at::Tensor features = extract_features(*model, model->initial(Seed(1)), rows_of(collection, 3, 8), collection,
                                               Device::cpu);
  const at::Tensor inputs = collection.train->inputs.narrow(0, 3, 5).to(at::kFloat).sub(127.5).div(127.5).flatten(1);
  CHECK(largest_difference(features, inputs) == 0.0);
}

TEST_CASE("rows that another task labelled have features and predictions, too, no rows have none") {
  const Collection five = noisy_images(20, {1, 8, 8}, 5);
  Collection two = noisy_images(20, {1, 8, 8}, 2);
  const auto model = make_model({.kind = "mlp"}, two.shape, 2);
  const ParameterSet set = model->initial(Seed(1));
  CHECK(extract_features(*model, set, all_rows(five.train), two, Device::cpu).size(0) == 20);
  CHECK(predict(*model, set, all_rows(five.train), two, Device::cpu).size(0) == 20);
  CHECK(extract_features(*model, set, rows_of(five, 0, 0), two, Device::cpu).sizes() == at::IntArrayRef({0, 128}));
}

TEST_CASE("means of classes, by hand, a class without rows has zeros") {
  const at::Tensor features = at::tensor({1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 7.0F}).view({3, 2});
  const auto [means, counts] = class_means(features, at::tensor({2, 0, 2}, at::kLong), 4);
  CHECK(same_bits(means, at::tensor({3.0F, 4.0F, 0.0F, 0.0F, 3.0F, 4.5F, 0.0F, 0.0F}).view({4, 2})));
  CHECK(counts.equal(at::tensor({1, 0, 2, 0}, at::kLong)));
  CHECK(class_means(at::zeros({0, 2}), at::zeros({0}, at::kLong), 2).counts.equal(at::zeros({2}, at::kLong)));
}

TEST_CASE("means are rounded once: a small number among large ones is not lost") {
  const at::Tensor features = at::tensor({1e8F, 1.0F, -1e8F, 1.0F}).view({4, 1});
  CHECK(class_means(features, at::zeros({4}, at::kLong), 1).means.item<float>() == 0.5F);  // in single precision 0.25
}
