// A fixed set of coordinates of a layout, whole tensors at a time: those that may leave, or those that never do.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "core/learning/parameters.hpp"

namespace polyclinic {

class Domain {
 public:
  // The coordinates of the tensors for which `belongs` is true.
  Domain(const Layout& layout, const std::function<bool(const TensorSpec&)>& belongs);

  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] std::int64_t weights_size() const { return weights_size_; }  // those that are no buffers; they come first
  [[nodiscard]] bool covers_all() const { return size_ == layout_size_; }
  [[nodiscard]] at::Tensor positions() const;  // int64, sorted, into the flat layout

  // The domain's coordinates of `flat`, one after another: `flat` itself where the domain is all of it. Also for vectors
  // over the weights alone, of which it takes the first weights_size().
  [[nodiscard]] at::Tensor gather(const at::Tensor& flat) const;
  // Writes `values`, as gather() gives them, back into their places in `flat`.
  void scatter(const at::Tensor& values, at::Tensor& flat) const;
  // Number of tensors with at least one of these coordinates of the domain (sorted); none given: of all its tensors.
  [[nodiscard]] std::int64_t tensors_touched(const std::vector<std::uint32_t>* positions) const;

 private:
  struct Part {
    std::int64_t offset;  // in the flat layout
    std::int64_t size;
  };
  std::vector<Part> parts_;  // one for each tensor
  std::int64_t size_ = 0;
  std::int64_t weights_size_ = 0;
  std::int64_t layout_size_ = 0;
};

}  // namespace polyclinic
