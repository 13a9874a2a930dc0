#include "core/learning/model.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

#include "core/base/error.hpp"
#include "tests/core/learning/small_data.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

constexpr InputShape grey{1, 28, 28};

// The speed figures' second and third network.
const ModelConfig wide{.kind = "cnn", .widths = {32, 64}, .hidden = 128, .padded = false, .pool_last_only = true};
const ModelConfig narrow{.kind = "cnn", .widths = {8, 16}, .hidden = 32};

std::int64_t size_of(const ModelConfig& config, std::int64_t outputs, InputShape shape = grey) {
  return make_model(config, shape, outputs)->layout()->size();
}

std::uint64_t flops_of(const ModelConfig& config, std::int64_t outputs) {
  return make_model(config, grey, outputs)->forward_flops_per_sample();
}

// Closed-form gradients against autograd's through the same forward pass.
double gradient_error(const ModelConfig& config, const InputShape& shape, at::MemoryFormat format) {
  const auto model = make_model(config, shape, 3);
  const ParameterSet start = model->initial(Seed(5));
  const at::Tensor input = normal({4, shape.channels, shape.height, shape.width}, Seed(6)).contiguous(format);
  const at::Tensor upstream = normal({4, 3}, Seed(7));
  const at::Tensor flat = start.flat().clone();
  std::vector<at::Tensor> leaves = model->layout()->views(flat.clone());
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    leaves[i] = leaves[i].clone().set_requires_grad(!model->layout()->tensors()[i].is_buffer);
  }
  model->forward(leaves, input, Mode::training).backward(upstream);
  const at::Tensor gradient = at::empty({model->layout()->weights_size()}, at::kFloat);
  Tape tape;
  const std::vector<at::Tensor> tensors = model->layout()->views(flat);
  const std::vector<at::Tensor> gradients = model->layout()->views(gradient);
  std::ignore = model->forward(tensors, input, tape);
  model->backward(tensors, gradients, {.logits = upstream}, tape);
  CHECK(tape.empty());
  double worst = 0.0;
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const double scale = 1.0 + leaves[i].grad().abs().max().item<double>();
    worst = std::max(worst, largest_difference(gradients[i], leaves[i].grad()) / scale);
  }
  return worst;
}

// Gradients of the body's weights for a loss at the logits z = W f + b, and for the loss at the features f that has the same
// gradient there: that of z times W.
double error_from_features(const ModelConfig& config, const InputShape& shape) {
  const auto model = make_model(config, shape, 3);
  const at::Tensor flat = model->initial(Seed(5)).flat().clone();
  const std::vector<at::Tensor> tensors = model->layout()->views(flat);
  const at::Tensor input = normal({4, shape.channels, shape.height, shape.width}, Seed(6));
  const auto gradient = [&](const OutputGradients& outputs) {
    at::Tensor of_weights = at::empty({model->layout()->weights_size()}, at::kFloat);
    Tape tape;
    const at::Tensor logits = model->forward(tensors, input, tape);
    CHECK(largest_difference(at::addmm(tensors[model->head()[1]], model->features(tape), tensors[model->head()[0]].t()),
                             logits) < 1e-6);
    model->backward(tensors, model->layout()->views(of_weights), outputs, tape);
    return of_weights.narrow(0, 0, of_weights.numel() - 3 * (model->features(tensors, input, Mode::training).size(1) + 1));
  };
  const at::Tensor upstream = normal({4, 3}, Seed(7));
  const at::Tensor through_logits = gradient({.logits = upstream});
  const at::Tensor direct =
      gradient({.logits = at::zeros_like(upstream), .features = upstream.matmul(tensors[model->head()[0]])});
  return largest_difference(through_logits, direct) / (1.0 + through_logits.abs().max().item<double>());
}

}  // namespace

TEST_CASE("sizes: published and hand-counted") {
  CHECK(size_of({.kind = "logistic"}, 10) == 7850);
  CHECK(size_of({.kind = "mlp"}, 10) == 784 * 128 + 128 + 128 * 10 + 10);
  CHECK(size_of({.kind = "lenet"}, 10) == 61706);                       // LeNet-5 with full connections
  CHECK(size_of({.kind = "lenet_sigmoid"}, 10) == 13426);               // Zhao, Mopuri, Bilen 2020: 1 x 28 x 28
  CHECK(size_of({.kind = "lenet_sigmoid"}, 100, {3, 32, 32}) == 912 + 2 * 3612 + 768 * 100 + 100);  // Zhu, Liu, Han 2019
  CHECK(size_of({.kind = "cnn"}, 2) == 14626);                          // 160 + 4640 + 9248 + 578
  CHECK(size_of(wide, 10) == 320 + 18496 + 9216 * 128 + 128 + 1290);
  CHECK(size_of(narrow, 10) == 80 + 1168 + 784 * 32 + 32 + 330);
}

TEST_CASE("ResNet-18 has torchvision's 11,689,512 parameters but for stem and head, and 9600 running statistics") {
  const auto model = make_model({.kind = "resnet18", .norm = "batch"}, {3, 28, 28}, 1000);
  // torchvision: 7x7 stem of 9408, head of 513,000; 4800 channels are normalized
  CHECK(model->layout()->weights_size() == 11689512 - 9408 + 3 * 64 * 9);
  CHECK(model->layout()->size() - model->layout()->weights_size() == 9600);
  CHECK(model->layout()->tensors()[0].name == "conv1.weight");
  CHECK(model->layout()->tensors()[3].name == "layer1.0.conv1.weight");
}

TEST_CASE("FLOPs, by hand: outputs x (2 x inputs of each + 1)") {
  CHECK(flops_of({.kind = "logistic"}, 10) == 10 * (2 * 784 + 1));
  CHECK(flops_of({.kind = "cnn"}, 2) ==
        784 * 16 * (2 * 9 + 1) + 196 * 32 * (2 * 144 + 1) + 49 * 32 * (2 * 288 + 1) + 2 * (2 * 288 + 1));
  CHECK(flops_of(wide, 10) ==
        676 * 32 * (2 * 9 + 1) + 576 * 64 * (2 * 288 + 1) + 128 * (2 * 9216 + 1) + 10 * (2 * 128 + 1));
  CHECK(flops_of({.kind = "lenet"}, 10) == 784 * 6 * 51 + 100 * 16 * 301 + 120 * 801 + 84 * 241 + 10 * 169);
  CHECK(flops_of({.kind = "lenet_sigmoid"}, 10) == 196 * 12 * 51 + 2 * 49 * 12 * 601 + 10 * (2 * 588 + 1));
}

TEST_CASE("ResNet-18's FLOPs: stages at 28, 14, 7 and 4 pixels, no biases but the head's") {
  const std::uint64_t stem = 2 * 784 * 64 * 9;
  std::uint64_t stages = 4ULL * 2 * 784 * 64 * 64 * 9;
  const std::uint64_t pixels[] = {196, 49, 16};
  for (std::uint64_t stage = 0; stage < 3; ++stage) {
    const std::uint64_t channels = 128ULL << stage;
    stages += 2 * pixels[stage] * channels * (channels / 2 * 9 + 3 * channels * 9 + channels / 2);
  }
  CHECK(flops_of({.kind = "resnet18", .norm = "batch"}, 2) == stem + stages + 2 * (2 * 512 + 1));
}

TEST_CASE("closed-form gradients equal autograd's, in both memory formats") {
  const ModelConfig configs[] = {{.kind = "logistic"}, {.kind = "mlp", .widths = {20, 9}}, {.kind = "lenet"},
                                 {.kind = "lenet_sigmoid"}, {.kind = "cnn"},
                                 {.kind = "cnn", .widths = {8, 16}, .hidden = 7, .norm = "group"},
                                 {.kind = "cnn", .widths = {8, 16}, .norm = "batch"},
                                 {.kind = "cnn", .widths = {4, 6}, .padded = false, .pool_last_only = true}};
  for (const ModelConfig& config : configs) {
    for (const at::MemoryFormat format : {at::MemoryFormat::Contiguous, at::MemoryFormat::ChannelsLast}) {
      CAPTURE(config.kind);
      CAPTURE(config.norm);
      CHECK(gradient_error(config, {3, 14, 15}, format) < 2e-5);
    }
  }
}

TEST_CASE("closed-form gradients equal autograd's through ResNet-18's shortcuts") {
  CHECK(gradient_error({.kind = "resnet18", .norm = "batch"}, {1, 8, 8}, at::MemoryFormat::ChannelsLast) < 1e-3);
  CHECK(gradient_error({.kind = "resnet18", .norm = "group"}, {1, 8, 8}, at::MemoryFormat::ChannelsLast) < 1e-3);
}

TEST_CASE("a loss at the features reaches the body as one at the logits does, in training mode") {
  for (const ModelConfig& config : {ModelConfig{.kind = "mlp", .widths = {20, 9}}, {.kind = "lenet"}, {.kind = "lenet_sigmoid"},
                                    {.kind = "cnn"},
                                    {.kind = "cnn", .widths = {8, 16}, .hidden = 7, .norm = "group"},
                                    {.kind = "cnn", .widths = {8, 16}, .norm = "batch"},
                                    {.kind = "resnet18", .norm = "batch"}}) {
    CAPTURE(config.kind);
    CAPTURE(config.norm);
    CHECK(error_from_features(config, {1, 14, 15}) < 1e-5);
  }
}

TEST_CASE("fresh parameters: bounded by 1/sqrt(fan in), a function of the seed, one tensor not shifting another") {
  const auto model = make_model({.kind = "cnn", .norm = "batch"}, grey, 2);
  const ParameterSet set = model->initial(Seed(3));
  CHECK(set.tensor(0).abs().max().item<double>() <= 1.0 / 3.0);
  CHECK(set.tensor(0).abs().max().item<double>() > 0.9 / 3.0);
  CHECK(set.tensor(0).mean().item<double>() == doctest::Approx(0.0).epsilon(0.1));
  CHECK(set.tensor(2).min().item<float>() == 1.0F);  // norm1.weight
  CHECK(same_bits(set.flat(), model->initial(Seed(3)).flat()));
  CHECK_FALSE(same_bits(set.flat(), model->initial(Seed(4)).flat()));
  const ParameterSet wider = make_model({.kind = "cnn", .norm = "batch"}, grey, 9)->initial(Seed(3));
  CHECK(same_bits(set.tensor(0), wider.tensor(0)));
}

TEST_CASE("fresh parameters of lenet_sigmoid, biases too: uniform in -0.5 .. 0.5, of mean 0 and variance 1/12") {
  const auto model = make_model({.kind = "lenet_sigmoid"}, grey, 10);
  const ParameterSet set = model->initial(Seed(3));
  CHECK(set.flat().abs().max().item<double>() <= 0.5);
  const double deviations = set.flat().mean().item<double>() * std::sqrt(12.0 * 13426);
  CHECK(std::abs(deviations) < 4.0);
  CHECK(set.flat().square().mean().item<double>() == doctest::Approx(1.0 / 12.0).epsilon(0.03));  // 4 deviations
  for (std::size_t i = 0; i < model->layout()->tensors().size(); ++i) {
    CAPTURE(model->layout()->tensors()[i].name);
    CHECK(set.tensor(i).abs().max().item<double>() > 0.25);
  }
}

// What gradient inversion needs: the derivative, along a direction of the input, of a squared gradient's norm.
TEST_CASE("gradients of lenet_sigmoid can be differentiated again: as central differences say") {
  const auto model = make_model({.kind = "lenet_sigmoid"}, grey, 10);
  const ParameterSet set = model->initial(Seed(3));
  const at::Tensor direction = normal({1, 1, 28, 28}, Seed(5)).to(at::kDouble);
  const auto squared_norm = [&](const at::Tensor& input) {
    const at::Tensor flat = set.flat().to(at::kDouble).set_requires_grad(true);
    const at::Tensor logits = model->forward(model->layout()->views(flat), input, Mode::training);
    return torch::autograd::grad({logits.square().sum()}, {flat}, {}, true, true)[0].square().sum();
  };
  const at::Tensor input = normal({1, 1, 28, 28}, Seed(4)).to(at::kDouble);
  const at::Tensor leaf = input.clone().set_requires_grad(true);
  const double slope = torch::autograd::grad({squared_norm(leaf)}, {leaf})[0].mul(direction).sum().item<double>();
  const double step = 1e-5;
  const double difference =
      (squared_norm(input + direction * step) - squared_norm(input - direction * step)).item<double>() / (2.0 * step);
  CHECK(slope == doctest::Approx(difference).epsilon(1e-6));
}

TEST_CASE("options that do not fit are named") {
  const auto message = [](const ModelConfig& config, InputShape shape = grey) -> std::string {
    try {
      std::ignore = make_model(config, shape, 2);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  };
  CHECK(message({.kind = "transformer"}).find("logistic, mlp, lenet, lenet_sigmoid, cnn, resnet18") != std::string::npos);
  CHECK(message({.kind = "logistic", .widths = {3}}).find("model.widths") != std::string::npos);
  CHECK(message({.kind = "mlp", .norm = "batch"}).find("model.norm") != std::string::npos);
  CHECK(message({.kind = "cnn", .norm = "layer"}).find("none, group, batch") != std::string::npos);
  CHECK(message({.kind = "resnet18"}).find("batch or group") != std::string::npos);
  CHECK(message({.kind = "lenet_sigmoid", .hidden = 3}).find("model.hidden") != std::string::npos);
  CHECK(message({.kind = "cnn"}, {13, 1, 1}).find("3 x 3 pixels") != std::string::npos);
  CHECK(message({.kind = "cnn", .widths = {4, 4, 4}}, {1, 6, 6}).find("convolution 3") != std::string::npos);
  CHECK(message({.kind = "cnn", .widths = {4, 0}}).find("model.widths") != std::string::npos);
}

TEST_CASE("training mode moves the running statistics, inference mode does not") {
  const auto model = make_model({.kind = "cnn", .norm = "batch"}, grey, 2);
  const at::Tensor flat = model->initial(Seed(1)).flat().clone();
  const at::Tensor before = flat.clone();
  const at::Tensor input = normal({4, 1, 28, 28}, Seed(2));
  std::ignore = model->forward(model->layout()->views(flat), input, Mode::inference);
  CHECK(same_bits(flat, before));
  std::ignore = model->forward(model->layout()->views(flat), input, Mode::training);
  CHECK_FALSE(same_bits(flat, before));
  CHECK(same_bits(flat.narrow(0, 0, model->layout()->weights_size()), before.narrow(0, 0, model->layout()->weights_size())));
}
