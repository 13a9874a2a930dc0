#include "core/learning/models/network.hpp"

#include <ATen/ops/add.h>
#include <ATen/ops/empty.h>

#include <cassert>
#include <tuple>
#include <utility>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

class Network final : public Model {
 public:
  Network(const NetworkPlan& plan, Layers layers)
      : layout_(plan.layout()),
        identity_(plan.identity()),
        initials_(plan.initials()),
        flops_(plan.flops()),
        layers_(std::move(layers)) {
    for (const TensorSpec& tensor : layout_->tensors()) weights_ += tensor.is_buffer ? 0 : 1;
  }

  const std::shared_ptr<const Layout>& layout() const override { return layout_; }
  const Digest& identity() const override { return identity_; }
  std::uint64_t forward_flops_per_sample() const override { return flops_; }

  at::Tensor forward(const std::vector<at::Tensor>& tensors, const at::Tensor& input, Mode mode) const override {
    return forward_through(layers_, operands(tensors), input, mode, nullptr);
  }

  at::Tensor forward(const std::vector<at::Tensor>& tensors, const at::Tensor& input, Tape& tape) const override {
    return forward_through(layers_, operands(tensors), input, Mode::training, &tape);
  }

  void backward(const std::vector<at::Tensor>& tensors, const std::vector<at::Tensor>& gradients,
                const OutputGradients& outputs, Tape& tape) const override {
    assert(gradients.size() == weights_);
    const Operands own = operands(tensors);
    at::Tensor gradient = layers_.back()->backward(own, gradients, outputs.logits, tape, layers_.size() > 1);
    if (outputs.features.defined()) gradient = at::add(gradient, outputs.features);
    std::ignore = backward_through(body(), own, gradients, gradient, tape, false);
    assert(tape.empty());
  }

  at::Tensor squared_norms(const std::vector<at::Tensor>& tensors, const at::Tensor& logits_gradient, Tape tape,
                           const std::vector<bool>& counted) const override {
    assert(counted.empty() || counted.size() == weights_);
    SampleNorms norms(logits_gradient.size(0), counted, logits_gradient.device());
    std::ignore = norms_through(layers_, operands(tensors), logits_gradient, tape, false, norms);
    return norms.squared();
  }

  // Every kind of network ends in a linear layer, which keeps its input alone.
  const at::Tensor& features(const Tape& tape) const override { return tape.last(); }

  at::Tensor features(const std::vector<at::Tensor>& tensors, const at::Tensor& input, Mode mode) const override {
    return forward_through(body(), operands(tensors), input, mode, nullptr);
  }

  // Weight and bias of the last layer are the last weights.
  std::vector<std::size_t> head() const override { return {weights_ - 2, weights_ - 1}; }

  ParameterSet initial(Seed seed) const override {
    const at::Tensor flat = at::empty({layout_->size()}, at::kFloat);
    float* numbers = flat.data_ptr<float>();
    for (std::size_t i = 0; i < initials_.size(); ++i) {
      const TensorSpec& tensor = layout_->tensors()[i];
      const Initial& initial = initials_[i];
      Random random(seed / tensor.name);
      for (std::int64_t k = 0; k < tensor.numel; ++k) {
        *numbers++ = initial.bound > 0.0 ? static_cast<float>(random.uniform(-initial.bound, initial.bound)) : initial.centre;
      }
    }
    return {layout_, flat};
  }

 private:
  LayerSpan body() const { return LayerSpan(layers_).first(layers_.size() - 1); }

  Operands operands(const std::vector<at::Tensor>& tensors) const {
    assert(tensors.size() == initials_.size());
    const std::span<const at::Tensor> all(tensors);
    return {.weights = all.first(weights_), .buffers = all.subspan(weights_)};
  }

  std::shared_ptr<const Layout> layout_;
  Digest identity_;
  std::vector<Initial> initials_;
  std::uint64_t flops_;
  Layers layers_;
  std::size_t weights_ = 0;
};

struct OptionState {
  const char* key;
  bool given;
  const char* allowed;
};

OptionState state_of(const ModelConfig& config, Option option) {
  switch (option) {
    case Option::widths: return {"widths", !config.widths.empty(), "[]"};
    case Option::hidden: return {"hidden", config.hidden != 0, "0"};
    case Option::norm: return {"norm", config.norm != "none", "\"none\""};
    case Option::padded: return {"padded", !config.padded, "true"};
    case Option::pool_last_only: return {"pool_last_only", config.pool_last_only, "false"};
  }
  return {"", false, ""};
}

}  // namespace

std::shared_ptr<const Model> make_network(const NetworkPlan& plan, Layers layers) {
  return std::make_shared<Network>(plan, std::move(layers));
}

void forbid(const ModelConfig& config, std::initializer_list<Option> options) {
  for (const Option option : options) {
    const OptionState state = state_of(config, option);
    if (state.given) {
      throw UsageError(fmt::format("model.{} does not apply to kind \"{}\": leave it at its default, {}", state.key,
                                   config.kind, state.allowed));
    }
  }
}

void require_image(const ModelConfig& config, const InputShape& shape, std::int64_t least_pixels) {
  if (shape.height < least_pixels || shape.width < least_pixels) {
    throw UsageError(fmt::format("model.kind \"{}\" needs images of at least {} x {} pixels; the data has {} x {} x {} "
                                 "(channels x height x width)",
                                 config.kind, least_pixels, least_pixels, shape.channels, shape.height, shape.width));
  }
}

}  // namespace polyclinic
