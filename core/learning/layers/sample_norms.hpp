// How long each sample's own gradient is, without writing it down (Goodfellow 2015, Efficient per-example gradient computations;
// for convolutions Rochette, Manoel, Tramel 2019 and Bu, Mao, Xu 2022).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace polyclinic {

// The squared norms of a batch's samples, summed up layer by layer.
class SampleNorms {
 public:
  // `counted`: of each weight, in layout order, whether it counts; empty: all do.
  SampleNorms(std::int64_t samples, const std::vector<bool>& counted, at::Device device);
  [[nodiscard]] bool counts(std::size_t weight) const { return counted_.empty() || counted_[weight]; }
  // Of one weight, (samples); left out where it does not count.
  void add(std::size_t weight, const at::Tensor& squared);
  [[nodiscard]] const at::Tensor& squared() const { return squared_; }  // float64 (samples)

 private:
  const std::vector<bool>& counted_;
  at::Tensor squared_;
};

// Of each sample's own numbers: (n, ...) gives (n).
[[nodiscard]] at::Tensor squared_norms(const at::Tensor& numbers);

// A weight that is used at many places has as a sample's gradient the sum over places p of d_p a_p', with `gradients` d
// (n, places, outputs) and `inputs` a (n, places, inputs). Its squared norm, (n), is the sum over p and q of (d_p . d_q)(a_p . a_q):
// fewer operations and less room than the gradient itself where places are few. In double precision, because where places cancel
// one another, large numbers do.
[[nodiscard]] at::Tensor norms_between_places(const at::Tensor& gradients, const at::Tensor& inputs);
[[nodiscard]] bool is_cheaper_between_places(std::int64_t places, std::int64_t inputs, std::int64_t outputs);

}  // namespace polyclinic
