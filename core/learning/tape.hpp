// What a forward pass leaves for its backward pass: tensors, taken in the reverse order of keeping.
#pragma once

#include <ATen/core/Tensor.h>

#include <cassert>
#include <utility>
#include <vector>

namespace polyclinic {

class Tape {
 public:
  void keep(at::Tensor tensor) { kept_.push_back(std::move(tensor)); }
  [[nodiscard]] at::Tensor take() {
    assert(!kept_.empty());
    at::Tensor last = std::move(kept_.back());
    kept_.pop_back();
    return last;
  }
  [[nodiscard]] const at::Tensor& last() const {
    assert(!kept_.empty());
    return kept_.back();
  }
  [[nodiscard]] bool empty() const { return kept_.empty(); }

 private:
  std::vector<at::Tensor> kept_;
};

}  // namespace polyclinic
