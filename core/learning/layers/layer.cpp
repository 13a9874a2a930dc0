#include "core/learning/layers/layer.hpp"

#include <utility>

#include "core/learning/config_text.hpp"

namespace polyclinic {
namespace {

Digest identity_of(const ModelConfig& config, const InputShape& shape, std::int64_t outputs) {
  ByteWriter writer;
  writer.put(shape.channels).put(shape.height).put(shape.width).put(outputs);
  return blake2b(writer.put_bytes(view_of(config_text(config))).take());
}

}  // namespace

NetworkPlan::NetworkPlan(const ModelConfig& config, const InputShape& shape, std::int64_t outputs)
    : identity_(identity_of(config, shape, outputs)), shape_(shape) {}

std::size_t NetworkPlan::weight(std::string name, std::vector<std::int64_t> shape, Initial initial) {
  weights_.push_back({.name = std::move(name), .shape = std::move(shape)});
  weight_initials_.push_back(initial);
  return weights_.size() - 1;
}

std::size_t NetworkPlan::buffer(std::string name, std::vector<std::int64_t> shape, float value) {
  buffers_.push_back({.name = std::move(name), .shape = std::move(shape), .is_buffer = true});
  buffer_initials_.push_back({.bound = 0.0, .centre = value});
  return buffers_.size() - 1;
}

std::shared_ptr<const Layout> NetworkPlan::layout() const {
  std::vector<TensorSpec> tensors = weights_;
  tensors.insert(tensors.end(), buffers_.begin(), buffers_.end());
  return std::make_shared<const Layout>(std::move(tensors));
}

std::vector<Initial> NetworkPlan::initials() const {
  std::vector<Initial> initials = weight_initials_;
  initials.insert(initials.end(), buffer_initials_.begin(), buffer_initials_.end());
  return initials;
}

at::Tensor Layer::backward_norms(const Operands& operands, const at::Tensor& output_gradient, Tape& tape, bool wants_input,
                                 SampleNorms&) const {
  return backward(operands, {}, output_gradient, tape, wants_input);
}

at::Tensor forward_through(LayerSpan layers, const Operands& operands, at::Tensor input, Mode mode, Tape* tape) {
  for (const auto& layer : layers) input = layer->forward(operands, input, mode, tape);
  return input;
}

at::Tensor backward_through(LayerSpan layers, const Operands& operands, std::span<const at::Tensor> gradients,
                            at::Tensor output_gradient, Tape& tape, bool wants_input) {
  for (std::size_t i = layers.size(); i-- > 0;) {
    output_gradient = layers[i]->backward(operands, gradients, output_gradient, tape, wants_input || i > 0);
  }
  return output_gradient;
}

at::Tensor norms_through(LayerSpan layers, const Operands& operands, at::Tensor output_gradient, Tape& tape, bool wants_input,
                         SampleNorms& norms) {
  for (std::size_t i = layers.size(); i-- > 0;) {
    output_gradient = layers[i]->backward_norms(operands, output_gradient, tape, wants_input || i > 0, norms);
  }
  return output_gradient;
}

}  // namespace polyclinic
