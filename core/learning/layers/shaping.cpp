// Layers without weights.
#include <ATen/ops/max_pool2d_with_indices.h>
#include <ATen/ops/max_pool2d_with_indices_backward.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/threshold_backward.h>

#include "core/learning/layers/layer.hpp"

namespace polyclinic {
namespace {

class Relu final : public Layer {
 public:
  at::Tensor forward(const Operands&, const at::Tensor& input, Mode, Tape* tape) const override {
    at::Tensor output = at::relu(input);
    if (tape != nullptr) tape->keep(output);
    return output;
  }
  at::Tensor backward(const Operands&, std::span<const at::Tensor>, const at::Tensor& output_gradient, Tape& tape,
                      bool) const override {
    return at::threshold_backward(output_gradient, tape.take(), 0);
  }
};

// The maximum commutes with ReLU, value and gradient: ReLU runs on a quarter of the numbers after the pooling.
class ReluAndMaxPool final : public Layer {
 public:
  at::Tensor forward(const Operands&, const at::Tensor& input, Mode, Tape* tape) const override {
    auto [largest, where] = at::max_pool2d_with_indices(input, {2, 2}, {2, 2});
    at::Tensor output = at::relu(largest);
    if (tape != nullptr) {
      for (const at::Tensor& kept : {input, where, output}) tape->keep(kept);
    }
    return output;
  }
  at::Tensor backward(const Operands&, std::span<const at::Tensor>, const at::Tensor& output_gradient, Tape& tape,
                      bool) const override {
    const at::Tensor gradient = at::threshold_backward(output_gradient, tape.take(), 0);
    const at::Tensor where = tape.take();
    return at::max_pool2d_with_indices_backward(gradient, tape.take(), {2, 2}, {2, 2}, {0, 0}, {1, 1}, false, where);
  }
};

class GlobalAveragePool final : public Layer {
 public:
  at::Tensor forward(const Operands&, const at::Tensor& input, Mode, Tape* tape) const override {
    if (tape != nullptr) tape->keep(input);
    return at::mean(input, {2, 3});
  }
  at::Tensor backward(const Operands&, std::span<const at::Tensor>, const at::Tensor& output_gradient, Tape& tape,
                      bool) const override {
    const at::Tensor input = tape.take();
    const at::Tensor share = output_gradient.div(input.size(2) * input.size(3));
    return share.unsqueeze(2).unsqueeze(3).expand_as(input).contiguous(input.suggest_memory_format());
  }
};

class Flatten final : public Layer {
 public:
  at::Tensor forward(const Operands&, const at::Tensor& input, Mode, Tape* tape) const override {
    if (tape != nullptr) tape->keep(input);
    return input.flatten(1);
  }
  at::Tensor backward(const Operands&, std::span<const at::Tensor>, const at::Tensor& output_gradient, Tape& tape,
                      bool wants_input) const override {
    const at::Tensor input = tape.take();
    if (!wants_input) return {};
    return output_gradient.reshape(input.sizes()).contiguous(input.suggest_memory_format());
  }
};

}  // namespace

std::unique_ptr<const Layer> relu() { return std::make_unique<Relu>(); }

std::unique_ptr<const Layer> relu_and_max_pool(NetworkPlan& plan) {
  plan.reach({plan.shape().channels, plan.shape().height / 2, plan.shape().width / 2});
  return std::make_unique<ReluAndMaxPool>();
}

std::unique_ptr<const Layer> global_average_pool(NetworkPlan& plan) {
  plan.reach({plan.shape().channels, 1, 1});
  return std::make_unique<GlobalAveragePool>();
}

std::unique_ptr<const Layer> flatten(NetworkPlan& plan) {
  plan.reach({plan.shape().numel(), 1, 1});
  return std::make_unique<Flatten>();
}

}  // namespace polyclinic
