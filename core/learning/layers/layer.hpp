// The pieces that networks are made of, each a pure function with its gradient in closed form.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/data/dataset.hpp"
#include "core/learning/layers/sample_norms.hpp"
#include "core/learning/model.hpp"
#include "core/learning/parameters.hpp"
#include "core/learning/tape.hpp"

namespace polyclinic {

// A network's tensors as a pass uses them; layers know theirs by the slot that NetworkPlan gave.
struct Operands {
  std::span<const at::Tensor> weights;
  std::span<const at::Tensor> buffers;
};

class Layer {
 public:
  virtual ~Layer() = default;
  // Differentiable by autograd where `tape` is null; else keeps there what backward() takes again.
  [[nodiscard]] virtual at::Tensor forward(const Operands& operands, const at::Tensor& input, Mode mode,
                                           Tape* tape) const = 0;
  // Writes the gradients of this layer's weights and gives that of its input (undefined where `wants_input` is false).
  [[nodiscard]] virtual at::Tensor backward(const Operands& operands, std::span<const at::Tensor> gradients,
                                            const at::Tensor& output_gradient, Tape& tape, bool wants_input) const = 0;
  // The same way back, but of the weights only adds to `norms` how long each sample's own gradient is. Here for layers without
  // weights.
  [[nodiscard]] virtual at::Tensor backward_norms(const Operands& operands, const at::Tensor& output_gradient, Tape& tape,
                                                  bool wants_input, SampleNorms& norms) const;
};

using Layers = std::vector<std::unique_ptr<const Layer>>;
using LayerSpan = std::span<const std::unique_ptr<const Layer>>;

// Uniform in [-bound, bound), or, with bound 0, the constant `centre`.
struct Initial {
  double bound = 0.0;
  float centre = 0.0F;
};

// What a network consists of, while it is put together: its tensors, their initial values, its cost, and the shape that has
// been reached; and what it was asked to be.
class NetworkPlan {
 public:
  NetworkPlan(const ModelConfig& config, const InputShape& shape, std::int64_t outputs);
  // Slots within Operands::weights and Operands::buffers.
  std::size_t weight(std::string name, std::vector<std::int64_t> shape, Initial initial);
  std::size_t buffer(std::string name, std::vector<std::int64_t> shape, float value);
  void add_flops(std::int64_t flops) { flops_ += static_cast<std::uint64_t>(flops); }
  [[nodiscard]] const InputShape& shape() const { return shape_; }
  void reach(const InputShape& shape) { shape_ = shape; }

  [[nodiscard]] std::shared_ptr<const Layout> layout() const;
  [[nodiscard]] std::vector<Initial> initials() const;  // in layout order
  [[nodiscard]] std::uint64_t flops() const { return flops_; }
  [[nodiscard]] const Digest& identity() const { return identity_; }

 private:
  Digest identity_;
  InputShape shape_;
  std::vector<TensorSpec> weights_;
  std::vector<TensorSpec> buffers_;
  std::vector<Initial> weight_initials_;
  std::vector<Initial> buffer_initials_;
  std::uint64_t flops_ = 0;
};

struct ConvolutionOptions {
  std::int64_t kernel = 3;
  std::int64_t padding = 1;
  std::int64_t stride = 1;
  bool bias = true;
  std::optional<Initial> initial = {};  // of weight and bias; none: PyTorch's own
};

// nn.Conv2d(channels so far, outputs, ...).
std::unique_ptr<const Layer> convolution(NetworkPlan& plan, const std::string& name, std::int64_t outputs,
                                         const ConvolutionOptions& options);
// nn.Linear(features so far, outputs).
std::unique_ptr<const Layer> linear(NetworkPlan& plan, const std::string& name, std::int64_t outputs,
                                    std::optional<Initial> initial = {});
// nn.BatchNorm2d, with momentum 0.1 and epsilon 1e-5. A batch with a single value a channel has no variance: it is normalized by
// the running statistics and leaves them alone (PyTorch refuses it).
std::unique_ptr<const Layer> batch_norm(NetworkPlan& plan, const std::string& name);
// nn.GroupNorm(groups, channels so far), epsilon 1e-5.
std::unique_ptr<const Layer> group_norm(NetworkPlan& plan, const std::string& name, std::int64_t groups);
// nn.ReLU.
std::unique_ptr<const Layer> relu();
// nn.Sigmoid.
std::unique_ptr<const Layer> sigmoid();
// nn.ReLU followed by nn.MaxPool2d(2); an odd last row or column is left out.
std::unique_ptr<const Layer> relu_and_max_pool(NetworkPlan& plan);
// nn.AdaptiveAvgPool2d(1) followed by nn.Flatten.
std::unique_ptr<const Layer> global_average_pool(NetworkPlan& plan);
// nn.Flatten: channels outermost, as PyTorch counts them, whatever the memory format.
std::unique_ptr<const Layer> flatten(NetworkPlan& plan);
// relu(body(x) + shortcut(x)); an empty shortcut is the identity.
std::unique_ptr<const Layer> residual(Layers body, Layers shortcut);

// Layers one after the other, and back again.
[[nodiscard]] at::Tensor forward_through(LayerSpan layers, const Operands& operands, at::Tensor input, Mode mode, Tape* tape);
[[nodiscard]] at::Tensor backward_through(LayerSpan layers, const Operands& operands,
                                          std::span<const at::Tensor> gradients, at::Tensor output_gradient, Tape& tape,
                                          bool wants_input);
[[nodiscard]] at::Tensor norms_through(LayerSpan layers, const Operands& operands, at::Tensor output_gradient, Tape& tape,
                                       bool wants_input, SampleNorms& norms);

}  // namespace polyclinic
