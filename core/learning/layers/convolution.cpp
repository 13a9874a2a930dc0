#include <ATen/ops/convolution.h>
#include <ATen/ops/convolution_backward.h>

#include <array>
#include <cmath>
#include <optional>

#include "core/learning/layers/layer.hpp"

namespace polyclinic {
namespace {

class Convolution final : public Layer {
 public:
  Convolution(std::size_t weight, std::optional<std::size_t> bias, std::int64_t outputs, const ConvolutionOptions& options)
      : weight_(weight),
        bias_(bias),
        outputs_(outputs),
        stride_{options.stride, options.stride},
        padding_{options.padding, options.padding} {}

  at::Tensor forward(const Operands& operands, const at::Tensor& input, Mode, Tape* tape) const override {
    if (tape != nullptr) tape->keep(input);
    c10::optional<at::Tensor> bias;
    if (bias_) bias = operands.weights[*bias_];
    return at::convolution(input, operands.weights[weight_], bias, stride_, padding_, {1, 1}, false, {0, 0}, 1);
  }

  at::Tensor backward(const Operands& operands, std::span<const at::Tensor> gradients, const at::Tensor& output_gradient,
                      Tape& tape, bool wants_input) const override {
    auto [input_gradient, weight_gradient, bias_gradient] = at::convolution_backward(
        output_gradient, tape.take(), operands.weights[weight_], at::IntArrayRef(outputs_), stride_, padding_, {1, 1}, false,
        {0, 0}, 1, {wants_input, true, bias_.has_value()});
    gradients[weight_].copy_(weight_gradient);
    if (bias_) gradients[*bias_].copy_(bias_gradient);
    return input_gradient;
  }

 private:
  std::size_t weight_;
  std::optional<std::size_t> bias_;
  std::int64_t outputs_;
  std::array<std::int64_t, 2> stride_;
  std::array<std::int64_t, 2> padding_;
};

}  // namespace

std::unique_ptr<const Layer> convolution(NetworkPlan& plan, const std::string& name, std::int64_t outputs,
                                         const ConvolutionOptions& options) {
  const InputShape& in = plan.shape();
  const auto extent = [&](std::int64_t size) { return (size + 2 * options.padding - options.kernel) / options.stride + 1; };
  const InputShape out{outputs, extent(in.height), extent(in.width)};
  const std::int64_t fan_in = in.channels * options.kernel * options.kernel;
  const Initial initial = options.initial.value_or(Initial{.bound = 1.0 / std::sqrt(static_cast<double>(fan_in))});
  const std::size_t weight = plan.weight(name + ".weight", {outputs, in.channels, options.kernel, options.kernel}, initial);
  std::optional<std::size_t> bias;
  if (options.bias) bias = plan.weight(name + ".bias", {outputs}, initial);
  plan.add_flops(out.numel() * (2 * fan_in + (options.bias ? 1 : 0)));
  plan.reach(out);
  return std::make_unique<Convolution>(weight, bias, outputs, options);
}

}  // namespace polyclinic
