// Network architectures as pure functions of their parameters: no state, so one Model serves every institution and thread.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/base/seed.hpp"
#include "core/data/dataset.hpp"
#include "core/learning/parameters.hpp"
#include "core/learning/tape.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

enum class Mode { training, inference };

// Of a loss, with respect to a model's logits and to its features, the last layer's input, besides what reaches them through
// the logits; undefined: none.
struct OutputGradients {
  at::Tensor logits;
  at::Tensor features = {};
};

class Model {
 public:
  virtual ~Model() = default;
  [[nodiscard]] virtual const std::shared_ptr<const Layout>& layout() const = 0;
  // Of its configuration, input shape and outputs: models of one identity compute the same.
  [[nodiscard]] virtual const Digest& identity() const = 0;

  // Logits (n, outputs) for normalized float32 inputs, (n, channels, height, width) or (n, features). `tensors` are in layout
  // order. In training mode BatchNorm uses batch statistics and updates its running buffers in place. Differentiable by
  // autograd, twice where a probe asks. Images in channels-last memory format are computed faster; both give the same logits
  // up to rounding.
  [[nodiscard]] virtual at::Tensor forward(const std::vector<at::Tensor>& tensors, const at::Tensor& input,
                                           Mode mode) const = 0;

  // The same logits in training mode, keeping on `tape` what backward() takes from it again. No autograd: gradients in closed
  // form, written straight to where they belong, which spares a job the graph, the zeroing and the input's gradient.
  [[nodiscard]] virtual at::Tensor forward(const std::vector<at::Tensor>& tensors, const at::Tensor& input,
                                           Tape& tape) const = 0;

  // Writes (not adds) into `gradients`, the weights' in layout order, those of the loss with the given gradients with respect
  // to what the forward pass computed.
  virtual void backward(const std::vector<at::Tensor>& tensors, const std::vector<at::Tensor>& gradients,
                        const OutputGradients& outputs, Tape& tape) const = 0;

  // How long each sample's own gradient is, squared: float64 (n), where row i of `logits_gradient` is the gradient of sample i's
  // loss. Over the weights for which `counted`, in layout order, is true; empty: all. `tape`: a copy of what forward() left.
  // Throws UsageError for a model in which the samples of a batch see one another (BatchNorm).
  [[nodiscard]] virtual at::Tensor squared_norms(const std::vector<at::Tensor>& tensors, const at::Tensor& logits_gradient,
                                                 Tape tape, const std::vector<bool>& counted) const = 0;

  // What the last layer saw in the forward pass that `tape` comes from, (n, features): as features(), but in training mode.
  [[nodiscard]] virtual const at::Tensor& features(const Tape& tape) const = 0;

  // What the last layer sees, (n, features), differentiable as forward() is: of a model without a body the flattened input.
  [[nodiscard]] virtual at::Tensor features(const std::vector<at::Tensor>& tensors, const at::Tensor& input,
                                            Mode mode) const = 0;
  // The last layer's tensors, by place in the layout: the head, which knows the classes. All others are the body.
  [[nodiscard]] virtual std::vector<std::size_t> head() const = 0;

  // Fresh parameters as PyTorch's layers initialise themselves (Kaiming uniform, a = sqrt 5) unless models/KIND.cpp says
  // otherwise, drawn from `seed` alone.
  [[nodiscard]] virtual ParameterSet initial(Seed seed) const = 0;

  // Multiply-adds count 2; convolutions and linear layers only, bias included. Backward costs about twice as much again.
  [[nodiscard]] virtual std::uint64_t forward_flops_per_sample() const = 0;
};

// The kinds that ModelConfig::kind may take, with a line of description each.
[[nodiscard]] std::vector<NamedKind> model_kinds();

// Throws UsageError for a kind or option that does not exist or does not fit the input. Each kind's definition in Python, whose
// state_dict has the names and shapes of its layout, stands at the top of models/KIND.cpp.
[[nodiscard]] std::shared_ptr<const Model> make_model(const ModelConfig& config, const InputShape& shape,
                                                      std::int64_t outputs);

}  // namespace polyclinic
