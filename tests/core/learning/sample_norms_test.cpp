#include "core/learning/layers/sample_norms.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <tuple>

#include "core/base/error.hpp"
#include "core/learning/model.hpp"
#include "tests/core/learning/small_data.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

// Every kind of model without BatchNorm, at shapes that make some of its convolutions take the way between places.
const ModelConfig kinds[] = {{.kind = "logistic"},
                             {.kind = "mlp", .widths = {20, 9}},
                             {.kind = "lenet"},
                             {.kind = "lenet_sigmoid"},
                             {.kind = "cnn"},
                             {.kind = "cnn", .widths = {8, 16}, .hidden = 7, .norm = "group"},
                             {.kind = "cnn", .widths = {4, 6}, .padded = false, .pool_last_only = true},
                             {.kind = "cnn", .widths = {8, 96, 96}}};

struct Batch {
  Batch(const ModelConfig& kind, const InputShape& shape, at::MemoryFormat format = at::MemoryFormat::ChannelsLast)
      : model(make_model(kind, shape, 3)),
        tensors(model->layout()->views(model->initial(Seed(5)).flat().clone())),
        inputs(normal({4, shape.channels, shape.height, shape.width}, Seed(6)).contiguous(format)),
        logits_gradient(normal({4, 3}, Seed(7))) {}

  // By the layers' rules, all samples at once.
  at::Tensor norms(const std::vector<bool>& counted = {}) const {
    Tape tape;
    std::ignore = model->forward(tensors, inputs, tape);
    return model->squared_norms(tensors, logits_gradient, tape, counted).sqrt();
  }

  // Autograd's, one sample at a time, over those of the weights.
  double norm_by_autograd(std::int64_t sample, const std::vector<bool>& counted = {}) const {
    std::vector<at::Tensor> leaves;
    for (const at::Tensor& tensor : tensors) leaves.push_back(tensor.clone().set_requires_grad(true));
    model->forward(leaves, inputs.narrow(0, sample, 1), Mode::training).backward(logits_gradient.narrow(0, sample, 1));
    double squared = 0.0;
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      if (counted.empty() || counted[i]) squared += leaves[i].grad().to(at::kDouble).square().sum().item<double>();
    }
    return std::sqrt(squared);
  }

  double worst_error(const std::vector<bool>& counted = {}) const {
    const at::Tensor found = norms(counted);
    double worst = 0.0;
    for (std::int64_t i = 0; i < inputs.size(0); ++i) {
      const double expected = norm_by_autograd(i, counted);
      CHECK(expected > 1e-3);
      worst = std::max(worst, std::abs(found[i].item<double>() / expected - 1.0));
    }
    return worst;
  }

  std::shared_ptr<const Model> model;
  std::vector<at::Tensor> tensors;
  at::Tensor inputs;
  at::Tensor logits_gradient;
};

// The same by the definition, in double precision.
at::Tensor of_sums(const at::Tensor& gradients, const at::Tensor& inputs) {
  return gradients.to(at::kDouble).transpose(1, 2).matmul(inputs.to(at::kDouble)).square().sum({1, 2});
}

}  // namespace

TEST_CASE("norms of samples are those of autograd, one sample at a time, in both memory formats") {
  for (const ModelConfig& kind : kinds) {
    for (const at::MemoryFormat format : {at::MemoryFormat::Contiguous, at::MemoryFormat::ChannelsLast}) {
      CAPTURE(kind.kind);
      CAPTURE(kind.norm);
      CHECK(Batch(kind, {3, 14, 15}, format).worst_error() < 1e-5);
    }
  }
}

TEST_CASE("norms of samples through ResNet-18's shortcuts and group normalization") {
  CHECK(Batch({.kind = "resnet18", .norm = "group"}, {1, 8, 8}).worst_error() < 1e-4);
}

TEST_CASE("only weights that count are counted: the head alone, all but the head, every other one") {
  for (const ModelConfig& kind : kinds) {
    CAPTURE(kind.kind);
    const Batch batch(kind, {1, 14, 15});
    std::vector<bool> head(batch.tensors.size(), false), body(batch.tensors.size(), true), some(batch.tensors.size());
    for (const std::size_t i : batch.model->head()) head[i] = true, body[i] = false;
    for (std::size_t i = 0; i < some.size(); ++i) some[i] = i % 2 == 0;
    CHECK(batch.worst_error(head) < 1e-5);
    CHECK(batch.worst_error(some) < 1e-5);
    if (kind.kind == "logistic") continue;
    CHECK(batch.worst_error(body) < 1e-5);
  }
}

TEST_CASE("products between places give the norm of the sum over places") {
  const at::Tensor gradients = normal({5, 9, 100}, Seed(1)), inputs = normal({5, 9, 200}, Seed(2));
  CHECK(norms_between_places(gradients, inputs).div(of_sums(gradients, inputs)).sub(1.0).abs().max().item<double>() < 1e-12);
}

TEST_CASE("where places cancel one another the small rest is still right") {
  // d_p a_p' at one place and very nearly its opposite at the other: what is left is 1e-3 of either.
  const at::Tensor gradients = normal({3, 2, 60}, Seed(1)), inputs = normal({3, 2, 60}, Seed(2));
  gradients.select(1, 1).copy_(gradients.select(1, 0) * -1.001F);
  inputs.select(1, 1).copy_(inputs.select(1, 0));
  CHECK(norms_between_places(gradients, inputs).div(of_sums(gradients, inputs)).sub(1.0).abs().max().item<double>() < 1e-8);
}

TEST_CASE("products between places pay where places are few: ResNet-18's last two stages at 28 pixels, none of cnn") {
  CHECK(is_cheaper_between_places(16, 9 * 512, 512));
  CHECK(is_cheaper_between_places(49, 9 * 256, 256));
  CHECK_FALSE(is_cheaper_between_places(784, 9 * 64, 64));
  CHECK_FALSE(is_cheaper_between_places(49, 9 * 32, 32));
}

TEST_CASE("a sample without a gradient has norm 0") {
  Batch batch({.kind = "cnn", .norm = "group"}, {1, 14, 14});
  batch.logits_gradient[2].zero_();
  CHECK(batch.norms()[2].item<double>() == 0.0);
  CHECK(batch.norms()[1].item<double>() > 0.0);
}

TEST_CASE("samples that see one another have no norms of their own") {
  const Batch batch({.kind = "cnn", .norm = "batch"}, {1, 14, 14});
  CHECK_THROWS_AS(std::ignore = batch.norms(), UsageError);
}
