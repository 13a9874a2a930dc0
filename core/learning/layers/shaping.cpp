// Layers without weights.
#include <ATen/ops/mean.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/sigmoid_backward.h>
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

class Sigmoid final : public Layer {
 public:
  at::Tensor forward(const Operands&, const at::Tensor& input, Mode, Tape* tape) const override {
    at::Tensor output = at::sigmoid(input);
    if (tape != nullptr) tape->keep(output);
    return output;
  }
  at::Tensor backward(const Operands&, std::span<const at::Tensor>, const at::Tensor& output_gradient, Tape& tape,
                      bool) const override {
    return at::sigmoid_backward(output_gradient, tape.take());
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

std::unique_ptr<const Layer> sigmoid() { return std::make_unique<Sigmoid>(); }

std::unique_ptr<const Layer> global_average_pool(NetworkPlan& plan) {
  plan.reach({plan.shape().channels, 1, 1});
  return std::make_unique<GlobalAveragePool>();
}

std::unique_ptr<const Layer> flatten(NetworkPlan& plan) {
  plan.reach({plan.shape().numel(), 1, 1});
  return std::make_unique<Flatten>();
}

}  // namespace polyclinic
