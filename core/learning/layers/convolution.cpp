#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/convolution.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/empty.h>

#include <array>
#include <cmath>
#include <optional>
#include <tuple>

#include "core/learning/layers/layer.hpp"

namespace polyclinic {
namespace {

class Convolution final : public Layer {
 public:
  Convolution(std::size_t weight, std::optional<std::size_t> bias, std::int64_t outputs, const ConvolutionOptions& options)
      : weight_(weight),
        bias_(bias),
        outputs_(outputs),
        kernel_(options.kernel),
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

  at::Tensor backward_norms(const Operands& operands, const at::Tensor& output_gradient, Tape& tape, bool wants_input,
                            SampleNorms& norms) const override {
    const at::Tensor input = tape.take();
    if (norms.counts(weight_)) norms.add(weight_, weight_norms(input, output_gradient));
    if (bias_) norms.add(*bias_, squared_norms(output_gradient.sum({2, 3})));
    if (!wants_input) return {};
    return std::get<0>(at::convolution_backward(output_gradient, input, operands.weights[weight_], at::IntArrayRef(outputs_),
                                                stride_, padding_, {1, 1}, false, {0, 0}, 1, {true, false, false}));
  }

 private:
  at::Tensor weight_norms(const at::Tensor& input, const at::Tensor& output_gradient) const {
    const std::int64_t places = output_gradient.size(2) * output_gradient.size(3);
    if (!is_cheaper_between_places(places, kernel_ * kernel_ * input.size(1), outputs_)) {
      return squared_norms(weight_gradients(input, output_gradient));
    }
    return norms_between_places(output_gradient.permute({0, 2, 3, 1}).flatten(1, 2), patches(input, output_gradient));
  }

  // Each sample's own, (n, ...): as channels of one image, each with a group of channels to itself.
  at::Tensor weight_gradients(const at::Tensor& input, const at::Tensor& output_gradient) const {
    const std::int64_t samples = input.size(0), channels = input.size(1);
    const auto side_by_side = [](const at::Tensor& images) { return images.contiguous().flatten(0, 1).unsqueeze(0); };
    const at::Tensor shape = at::empty({samples * outputs_, channels, kernel_, kernel_}, input.options());
    const at::Tensor gradients = std::get<1>(at::convolution_backward(
        side_by_side(output_gradient), side_by_side(input), shape, at::OptionalIntArrayRef(), stride_, padding_, {1, 1}, false,
        {0, 0}, samples, {false, true, false}));
    return gradients.view({samples, -1});
  }

  // What each output is computed from: (n, places, kernel x kernel x channels).
  at::Tensor patches(const at::Tensor& input, const at::Tensor& output) const {
    const at::Tensor padded =
        at::constant_pad_nd(input.permute({0, 2, 3, 1}), {0, 0, padding_[1], padding_[1], padding_[0], padding_[0]}).contiguous();
    const std::int64_t row = padded.stride(1), column = padded.stride(2), channels = padded.size(3);
    return padded
        .as_strided({padded.size(0), output.size(2), output.size(3), kernel_, kernel_, channels},
                    {padded.stride(0), row * stride_[0], column * stride_[1], row, column, 1})
        .reshape({padded.size(0), output.size(2) * output.size(3), kernel_ * kernel_ * channels});
  }

  std::size_t weight_;
  std::optional<std::size_t> bias_;
  std::int64_t outputs_;
  std::int64_t kernel_;
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
