// A model's numbers: named float32 tensors, weights and buffers alike, in one contiguous vector and a fixed order.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/digest.hpp"

namespace polyclinic {

struct TensorSpec {
  std::string name;                  // PyTorch's state_dict name
  std::vector<std::int64_t> shape;
  std::int64_t offset = 0;           // of its first coordinate in the flat vector
  std::int64_t numel = 0;
  bool is_buffer = false;            // a BatchNorm running statistic: not trained by gradients
};

// The order and shapes of a model's tensors; shared by all its ParameterSets.
class Layout {
 public:
  explicit Layout(std::vector<TensorSpec> tensors);  // fills offset and numel in order; asserts that buffers come last
  [[nodiscard]] const std::vector<TensorSpec>& tensors() const { return tensors_; }
  [[nodiscard]] std::int64_t size() const { return size_; }            // coordinates in all
  [[nodiscard]] std::int64_t weights_size() const { return weights_size_; }  // without buffers; buffers come last
  [[nodiscard]] const Digest& digest() const { return digest_; }       // of names and shapes
  [[nodiscard]] bool has_buffers() const { return weights_size_ < size_; }
  // One view a tensor, in layout order, of `flat`: size() numbers, or the first weights_size() of them (then no buffers).
  [[nodiscard]] std::vector<at::Tensor> views(const at::Tensor& flat) const;

 private:
  std::vector<TensorSpec> tensors_;
  std::int64_t size_ = 0;
  std::int64_t weights_size_ = 0;
  Digest digest_;
};

// Owns its numbers outright: never aliases a model, another set or a message. Immutable by convention once built.
class ParameterSet {
 public:
  ParameterSet() = default;
  // Takes `flat` (float32, 1-D, contiguous, CPU) as its own: the caller keeps no alias of it.
  ParameterSet(std::shared_ptr<const Layout> layout, at::Tensor flat);
  [[nodiscard]] const std::shared_ptr<const Layout>& layout() const { return layout_; }
  [[nodiscard]] const at::Tensor& flat() const { return flat_; }
  [[nodiscard]] at::Tensor tensor(std::size_t index) const;  // a view in the tensor's own shape
  [[nodiscard]] std::uint64_t bytes() const;
  [[nodiscard]] Digest digest() const;                        // BLAKE2b of layout digest and BLAKE2b of the numbers

 private:
  std::shared_ptr<const Layout> layout_;
  at::Tensor flat_;
};

}  // namespace polyclinic
