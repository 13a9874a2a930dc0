#include "core/learning/layers/sample_norms.hpp"

#include <ATen/ops/bmm.h>
#include <ATen/ops/zeros.h>

#include <cassert>

namespace polyclinic {
namespace {

at::Tensor products_between_places(const at::Tensor& vectors) {
  const at::Tensor precise = vectors.to(at::kDouble);
  return at::bmm(precise, precise.transpose(1, 2));
}

}  // namespace

SampleNorms::SampleNorms(std::int64_t samples, const std::vector<bool>& counted, at::Device device)
    : counted_(counted), squared_(at::zeros({samples}, at::TensorOptions(at::kDouble).device(device))) {}

void SampleNorms::add(std::size_t weight, const at::Tensor& squared) {
  assert(squared.dim() == 1 && squared.size(0) == squared_.size(0));
  if (counts(weight)) squared_.add_(squared);
}

at::Tensor squared_norms(const at::Tensor& numbers) { return numbers.flatten(1).square().sum(1); }

at::Tensor norms_between_places(const at::Tensor& gradients, const at::Tensor& inputs) {
  return products_between_places(gradients).mul_(products_between_places(inputs)).sum({1, 2}).clamp_min_(0.0);
}

// Of a sample: places x places x (inputs + outputs) products, twice as dear in double precision, against places x inputs x outputs.
bool is_cheaper_between_places(std::int64_t places, std::int64_t inputs, std::int64_t outputs) {
  return 2 * places * (inputs + outputs) < inputs * outputs;
}

}  // namespace polyclinic
