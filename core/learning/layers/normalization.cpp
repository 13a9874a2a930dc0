#include <ATen/ops/native_batch_norm.h>
#include <ATen/ops/native_batch_norm_backward.h>
#include <ATen/ops/native_group_norm.h>
#include <ATen/ops/native_group_norm_backward.h>

#include <cassert>
#include <tuple>

#include "core/base/error.hpp"
#include "core/learning/layers/layer.hpp"

namespace polyclinic {
namespace {

constexpr double epsilon = 1e-5;       // of nn.BatchNorm2d and nn.GroupNorm
constexpr double batch_momentum = 0.1;  // of nn.BatchNorm2d

struct Affine {
  std::size_t scale;
  std::size_t shift;
};

Affine affine(NetworkPlan& plan, const std::string& name) {
  const std::int64_t channels = plan.shape().channels;
  const std::size_t scale = plan.weight(name + ".weight", {channels}, {.centre = 1.0F});
  return {scale, plan.weight(name + ".bias", {channels}, {.centre = 0.0F})};
}

class BatchNorm final : public Layer {
 public:
  BatchNorm(Affine slots, std::size_t mean, std::size_t variance) : slots_(slots), mean_(mean), variance_(variance) {}

  at::Tensor forward(const Operands& operands, const at::Tensor& input, Mode mode, Tape* tape) const override {
    const bool by_batch = mode == Mode::training && has_variance(input);
    auto [output, mean, inverse_deviation] = at::native_batch_norm(
        input, operands.weights[slots_.scale], operands.weights[slots_.shift], operands.buffers[mean_],
        operands.buffers[variance_], by_batch, batch_momentum, epsilon);
    if (tape != nullptr) {
      for (const at::Tensor& kept : {input, mean, inverse_deviation}) tape->keep(kept);
    }
    return output;
  }

  at::Tensor backward(const Operands& operands, std::span<const at::Tensor> gradients, const at::Tensor& output_gradient,
                      Tape& tape, bool) const override {
    const at::Tensor inverse_deviation = tape.take();
    const at::Tensor mean = tape.take();
    const at::Tensor input = tape.take();
    auto [input_gradient, scale_gradient, shift_gradient] = at::native_batch_norm_backward(
        output_gradient, input, operands.weights[slots_.scale], operands.buffers[mean_], operands.buffers[variance_], mean,
        inverse_deviation, has_variance(input), epsilon, {true, true, true});
    gradients[slots_.scale].copy_(scale_gradient);
    gradients[slots_.shift].copy_(shift_gradient);
    return input_gradient;
  }

  at::Tensor backward_norms(const Operands&, const at::Tensor&, Tape&, bool, SampleNorms&) const override {
    throw UsageError("model.norm is \"batch\", which mixes the samples of a batch: no sample has a gradient of its own for "
                     "training.sample_clip_norm to bound; allowed with it are none and group");
  }

 private:
  static bool has_variance(const at::Tensor& input) { return input.numel() > input.size(1); }

  Affine slots_;
  std::size_t mean_;
  std::size_t variance_;
};

class GroupNorm final : public Layer {
 public:
  GroupNorm(Affine slots, std::int64_t groups) : slots_(slots), groups_(groups) {}

  at::Tensor forward(const Operands& operands, const at::Tensor& input, Mode, Tape* tape) const override {
    auto [output, mean, inverse_deviation] =
        at::native_group_norm(input, operands.weights[slots_.scale], operands.weights[slots_.shift], input.size(0),
                              input.size(1), input.size(2) * input.size(3), groups_, epsilon);
    if (tape != nullptr) {
      for (const at::Tensor& kept : {input, mean, inverse_deviation}) tape->keep(kept);
    }
    return output;
  }

  at::Tensor backward(const Operands& operands, std::span<const at::Tensor> gradients, const at::Tensor& output_gradient,
                      Tape& tape, bool) const override {
    const at::Tensor inverse_deviation = tape.take();
    const at::Tensor mean = tape.take();
    const at::Tensor input = tape.take();
    // LibTorch 1.13 reads both as plain contiguous whatever their strides say.
    auto [input_gradient, scale_gradient, shift_gradient] = at::native_group_norm_backward(
        output_gradient.contiguous(), input.contiguous(), mean, inverse_deviation, operands.weights[slots_.scale],
        input.size(0), input.size(1), input.size(2) * input.size(3), groups_, {true, true, true});
    gradients[slots_.scale].copy_(scale_gradient);
    gradients[slots_.shift].copy_(shift_gradient);
    return input_gradient.contiguous(input.suggest_memory_format());
  }

  // Of the scale: the sum over pixels of the output's gradient times (input - mean) / deviation.
  at::Tensor backward_norms(const Operands& operands, const at::Tensor& output_gradient, Tape& tape, bool wants_input,
                            SampleNorms& norms) const override {
    const at::Tensor inverse_deviation = tape.take();
    const at::Tensor mean = tape.take();
    const at::Tensor input = tape.take();
    const at::Tensor shift_gradient = output_gradient.sum({2, 3});
    const at::Tensor raw = output_gradient.mul(input).sum({2, 3});
    norms.add(slots_.shift, squared_norms(shift_gradient));
    norms.add(slots_.scale,
              squared_norms(raw.sub_(shift_gradient.mul(by_channel(mean, input))).mul_(by_channel(inverse_deviation, input))));
    if (!wants_input) return {};
    const at::Tensor input_gradient = std::get<0>(at::native_group_norm_backward(
        output_gradient.contiguous(), input.contiguous(), mean, inverse_deviation, operands.weights[slots_.scale],
        input.size(0), input.size(1), input.size(2) * input.size(3), groups_, {true, false, false}));
    return input_gradient.contiguous(input.suggest_memory_format());
  }

 private:
  // (n, groups) as (n, channels).
  at::Tensor by_channel(const at::Tensor& of_groups, const at::Tensor& input) const {
    return of_groups.view({-1, groups_, 1}).expand({-1, -1, input.size(1) / groups_}).reshape({-1, input.size(1)});
  }

  Affine slots_;
  std::int64_t groups_;
};

}  // namespace

std::unique_ptr<const Layer> batch_norm(NetworkPlan& plan, const std::string& name) {
  const std::int64_t channels = plan.shape().channels;
  const Affine slots = affine(plan, name);
  const std::size_t mean = plan.buffer(name + ".running_mean", {channels}, 0.0F);
  return std::make_unique<BatchNorm>(slots, mean, plan.buffer(name + ".running_var", {channels}, 1.0F));
}

std::unique_ptr<const Layer> group_norm(NetworkPlan& plan, const std::string& name, std::int64_t groups) {
  assert(plan.shape().channels % groups == 0);
  return std::make_unique<GroupNorm>(affine(plan, name), groups);
}

}  // namespace polyclinic
