// ReLU and 2x2 max-pooling in one. The maximum commutes with ReLU, value and gradient, so ReLU runs on a quarter of the numbers.
// The library's pooling keeps 64-bit indices, which cost more than the convolutions of a small network: jobs on the CPU use a loop
// of our own over channels-last images; everything else (CUDA, autograd, other layouts) goes through the library.
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/max_pool2d_with_indices.h>
#include <ATen/ops/max_pool2d_with_indices_backward.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/threshold_backward.h>

#include <array>

#include "core/learning/layers/layer.hpp"

namespace polyclinic {
namespace {

constexpr std::array<std::int64_t, 2> window{2, 2};
constexpr std::int32_t nowhere = 4;  // the maximum was cut off by ReLU: no gradient

struct Extent {
  std::int64_t images, height, width, channels;
  explicit Extent(const at::Tensor& images_)
      : images(images_.size(0)), height(images_.size(2)), width(images_.size(3)), channels(images_.size(1)) {}
  std::int64_t offset(std::int64_t image, std::int64_t row, std::int64_t column) const {
    return ((image * height + row) * width + column) * channels;
  }
};

// A number takes over if it is larger or NaN: what diverged stays visible.
void pool_pixel(const float* __restrict in, std::int64_t right, std::int64_t below, std::int64_t channels,
                float* __restrict out, std::int32_t* __restrict where) {
  for (std::int64_t c = 0; c < channels; ++c) {
    float most = in[c];
    std::int32_t corner = 0;
    const std::array<float, 3> others{in[right + c], in[below + c], in[below + right + c]};
    for (std::int32_t k = 0; k < 3; ++k) {
      const float other = others[static_cast<std::size_t>(k)];
      const bool taken = (other > most) | (other != other);
      most = taken ? other : most;
      corner = taken ? k + 1 : corner;
    }
    out[c] = most < 0.0F ? 0.0F : most;
    where[c] = most > 0.0F ? corner : nowhere;
  }
}

// One corner at a time: without branches and with one output, the compiler vectorizes it.
void spread_corner(const float* __restrict gradient, const std::int32_t* __restrict where, std::int32_t corner,
                   std::int64_t channels, float* __restrict in) {
  for (std::int64_t c = 0; c < channels; ++c) {
    const float value = gradient[c];
    in[c] = where[c] == corner ? value : 0.0F;
  }
}

struct Pooled {
  at::Tensor output;
  at::Tensor where;  // int32, of each output: 0 to 3, its corner of the window, or nowhere
};

Pooled pool(const at::Tensor& input) {
  const Extent from(input);
  const std::array<std::int64_t, 4> sizes{from.images, from.channels, from.height / 2, from.width / 2};
  Pooled pooled{at::empty(sizes, input.options(), at::MemoryFormat::ChannelsLast),
                at::empty(sizes, input.options().dtype(at::kInt), at::MemoryFormat::ChannelsLast)};
  const float* in = input.data_ptr<float>();
  float* out = pooled.output.data_ptr<float>();
  std::int32_t* where = pooled.where.data_ptr<std::int32_t>();
  for (std::int64_t image = 0; image < from.images; ++image) {
    for (std::int64_t row = 0; row < sizes[2]; ++row) {
      for (std::int64_t column = 0; column < sizes[3]; ++column, out += from.channels, where += from.channels) {
        pool_pixel(in + from.offset(image, 2 * row, 2 * column), from.channels, from.width * from.channels, from.channels, out,
                   where);
      }
    }
  }
  return pooled;
}

at::Tensor unpool(const at::Tensor& output_gradient, const at::Tensor& corners, const at::Tensor& input) {
  const Extent to(input);
  const bool odd = to.height % 2 != 0 || to.width % 2 != 0;
  const at::Tensor spread = at::empty_like(input, input.options(), at::MemoryFormat::ChannelsLast);
  if (odd) spread.zero_();
  const float* gradient = output_gradient.data_ptr<float>();
  const std::int32_t* where = corners.data_ptr<std::int32_t>();
  float* in = spread.data_ptr<float>();
  for (std::int64_t image = 0; image < to.images; ++image) {
    for (std::int64_t row = 0; row < to.height / 2; ++row) {
      for (std::int64_t column = 0; column < to.width / 2; ++column, gradient += to.channels, where += to.channels) {
        for (std::int32_t k = 0; k < nowhere; ++k) {
          spread_corner(gradient, where, k, to.channels, in + to.offset(image, 2 * row + k / 2, 2 * column + k % 2));
        }
      }
    }
  }
  return spread;
}

class ReluAndMaxPool final : public Layer {
 public:
  at::Tensor forward(const Operands&, const at::Tensor& input, Mode, Tape* tape) const override {
    return is_plain(input) ? forward_plain(input, tape) : forward_by_library(input, tape);
  }

  at::Tensor backward(const Operands&, std::span<const at::Tensor>, const at::Tensor& output_gradient, Tape& tape,
                      bool) const override {
    const at::Tensor input = tape.take();
    const at::Tensor where = tape.take();
    if (is_plain(input)) return unpool(output_gradient.contiguous(at::MemoryFormat::ChannelsLast), where, input);
    const at::Tensor gradient = at::threshold_backward(output_gradient, tape.take(), 0);
    return at::max_pool2d_with_indices_backward(gradient, input, window, window, {0, 0}, {1, 1}, false, where);
  }

 private:
  static bool is_plain(const at::Tensor& input) {
    return input.device().is_cpu() && input.is_contiguous(at::MemoryFormat::ChannelsLast) && !input.requires_grad();
  }

  static at::Tensor forward_plain(const at::Tensor& input, Tape* tape) {
    Pooled pooled = pool(input);
    if (tape != nullptr) {
      for (const at::Tensor& kept : {pooled.where, input}) tape->keep(kept);
    }
    return pooled.output;
  }

  static at::Tensor forward_by_library(const at::Tensor& input, Tape* tape) {
    const auto [largest, where] = at::max_pool2d_with_indices(input, window, window);
    at::Tensor output = at::relu(largest);
    if (tape != nullptr) {
      for (const at::Tensor& kept : {output, where, input}) tape->keep(kept);
    }
    return output;
  }
};

}  // namespace

std::unique_ptr<const Layer> relu_and_max_pool(NetworkPlan& plan) {
  plan.reach({plan.shape().channels, plan.shape().height / 2, plan.shape().width / 2});
  return std::make_unique<ReluAndMaxPool>();
}

}  // namespace polyclinic
