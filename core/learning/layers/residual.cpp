#include <ATen/ops/add.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/threshold_backward.h>

#include <utility>

#include "core/learning/layers/layer.hpp"

namespace polyclinic {
namespace {

class Residual final : public Layer {
 public:
  Residual(Layers body, Layers shortcut) : body_(std::move(body)), shortcut_(std::move(shortcut)) {}

  at::Tensor forward(const Operands& operands, const at::Tensor& input, Mode mode, Tape* tape) const override {
    const at::Tensor through = forward_through(body_, operands, input, mode, tape);
    at::Tensor output = at::relu(at::add(through, forward_through(shortcut_, operands, input, mode, tape)));
    if (tape != nullptr) tape->keep(output);
    return output;
  }

  at::Tensor backward(const Operands& operands, std::span<const at::Tensor> gradients, const at::Tensor& output_gradient,
                      Tape& tape, bool) const override {
    const at::Tensor gradient = at::threshold_backward(output_gradient, tape.take(), 0);
    const at::Tensor beside = backward_through(shortcut_, operands, gradients, gradient, tape, true);
    return at::add(backward_through(body_, operands, gradients, gradient, tape, true), beside);
  }

  at::Tensor backward_norms(const Operands& operands, const at::Tensor& output_gradient, Tape& tape, bool,
                            SampleNorms& norms) const override {
    const at::Tensor gradient = at::threshold_backward(output_gradient, tape.take(), 0);
    const at::Tensor beside = norms_through(shortcut_, operands, gradient, tape, true, norms);
    return at::add(norms_through(body_, operands, gradient, tape, true, norms), beside);
  }

 private:
  Layers body_;
  Layers shortcut_;
};

}  // namespace

std::unique_ptr<const Layer> residual(Layers body, Layers shortcut) {
  return std::make_unique<Residual>(std::move(body), std::move(shortcut));
}

}  // namespace polyclinic
