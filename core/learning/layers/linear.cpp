#include <ATen/ops/addmm.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/sum.h>

#include <cmath>

#include "core/learning/layers/layer.hpp"

namespace polyclinic {
namespace {

class Linear final : public Layer {
 public:
  Linear(std::size_t weight, std::size_t bias) : weight_(weight), bias_(bias) {}

  at::Tensor forward(const Operands& operands, const at::Tensor& input, Mode, Tape* tape) const override {
    if (tape != nullptr) tape->keep(input);
    return at::addmm(operands.weights[bias_], input, operands.weights[weight_].t());
  }

  at::Tensor backward(const Operands& operands, std::span<const at::Tensor> gradients, const at::Tensor& output_gradient,
                      Tape& tape, bool wants_input) const override {
    at::Tensor weight_gradient = gradients[weight_];
    at::Tensor bias_gradient = gradients[bias_];
    at::mm_out(weight_gradient, output_gradient.t(), tape.take());
    at::sum_out(bias_gradient, output_gradient, {0});
    return wants_input ? input_gradient(operands, output_gradient) : at::Tensor();
  }

  at::Tensor backward_norms(const Operands& operands, const at::Tensor& output_gradient, Tape& tape, bool wants_input,
                            SampleNorms& norms) const override {
    const at::Tensor of_output = squared_norms(output_gradient);
    norms.add(weight_, squared_norms(tape.take()).mul_(of_output));
    norms.add(bias_, of_output);
    return wants_input ? input_gradient(operands, output_gradient) : at::Tensor();
  }

 private:
  at::Tensor input_gradient(const Operands& operands, const at::Tensor& output_gradient) const {
    // Transposed, because OpenBLAS then runs along the many inputs instead of the few samples: 1.6 times faster for 9216 x 128.
    return at::mm(operands.weights[weight_].t(), output_gradient.t()).t();
  }

  std::size_t weight_;
  std::size_t bias_;
};

}  // namespace

std::unique_ptr<const Layer> linear(NetworkPlan& plan, const std::string& name, std::int64_t outputs,
                                    std::optional<Initial> initial) {
  const std::int64_t inputs = plan.shape().numel();
  const Initial drawn = initial.value_or(Initial{.bound = 1.0 / std::sqrt(static_cast<double>(inputs))});
  const std::size_t weight = plan.weight(name + ".weight", {outputs, inputs}, drawn);
  const std::size_t bias = plan.weight(name + ".bias", {outputs}, drawn);
  plan.add_flops(outputs * (2 * inputs + 1));
  plan.reach({outputs, 1, 1});
  return std::make_unique<Linear>(weight, bias);
}

}  // namespace polyclinic
