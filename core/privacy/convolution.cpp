#include "core/privacy/convolution.hpp"

#include <ATen/ops/fft_irfft.h>
#include <ATen/ops/fft_rfft.h>
#include <ATen/ops/from_blob.h>

#include <cassert>
#include <cmath>
#include <complex>
#include <span>

namespace polyclinic {
namespace {

using Spectrum = std::vector<std::complex<double>>;

Spectrum transformed(const std::vector<double>& values) {
  const auto size = static_cast<std::int64_t>(values.size());
  const at::Tensor real = at::from_blob(const_cast<double*>(values.data()), {size}, at::kDouble);  // read only
  const at::Tensor result = at::fft_rfft(real).contiguous();
  const auto* first = reinterpret_cast<const std::complex<double>*>(result.data_ptr<c10::complex<double>>());
  return {first, first + result.numel()};
}

std::vector<double> transformed_back(Spectrum& spectrum, std::size_t size) {
  const auto half = static_cast<std::int64_t>(spectrum.size());
  const at::Tensor complex = at::from_blob(spectrum.data(), {half}, at::kComplexDouble);
  const at::Tensor result = at::fft_irfft(complex, static_cast<std::int64_t>(size)).contiguous();
  const auto* first = result.data_ptr<double>();
  return {first, first + size};
}

}  // namespace

std::vector<double> distribution_of_sum(const std::vector<CircularVariable>& variables) {
  assert(!variables.empty());
  const std::size_t size = variables.front().probabilities.size();
  Spectrum product(size / 2 + 1, 1.0);
  for (const CircularVariable& variable : variables) {
    assert(variable.probabilities.size() == size);
    const Spectrum factor = transformed(variable.probabilities);
    const auto copies = static_cast<double>(variable.copies);
    for (std::size_t i = 0; i < product.size(); ++i) {
      product[i] *= std::polar(std::pow(std::abs(factor[i]), copies), copies * std::arg(factor[i]));
    }
  }
  return transformed_back(product, size);
}

}  // namespace polyclinic
