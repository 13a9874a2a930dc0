#include "core/learning/similarity.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/diagonal.h>
#include <ATen/ops/dot.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/one_hot.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "core/base/error.hpp"
#include "core/learning/library.hpp"

namespace polyclinic {
namespace {

constexpr double quantile = 0.95;
constexpr std::int64_t least_permutations = 19;  // with fewer, no order statistic stands at that quantile
constexpr double rounding = 1e-10;               // of what is subtracted, far above double precision's
constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

// x x' of columns with mean 0, (n, n). The first row goes first, so that a constant column vanishes exactly.
at::Tensor gram(const at::Tensor& x) {
  assert(x.dim() == 2 && x.size(0) > 0);
  require(x.size(0) <= most_rows, "similarity of {} rows; at most {}", x.size(0), most_rows);
  at::Tensor centred = x.cpu().to(at::kDouble);
  centred = centred - centred.narrow(0, 0, 1);
  centred.sub_(centred.mean(0, true));
  return at::mm(centred, centred.t());
}

double product(const at::Tensor& a, const at::Tensor& b) { return at::dot(a.view({-1}), b.view({-1})).item<double>(); }

// Off its diagonal, rows and columns with sum 0; 0 on it (Szekely and Rizzo 2014). The sum of the products of two such matrices
// is n (n - 3) HSIC_1, and a permutation of rows and columns commutes with the centring.
struct UCentred {
  at::Tensor numbers;
  double length = 0.0;               // Frobenius norm; 0 also where only rounding is left, as for one row unlike all others
};

UCentred u_centred(at::Tensor kernel) {
  const double before = std::sqrt(product(kernel, kernel));
  const auto n = static_cast<double>(kernel.size(0));
  kernel.diagonal().zero_();
  const at::Tensor sums = kernel.sum(1).div_(n - 2.0);
  const double total = sums.sum().item<double>() / (n - 1.0);
  kernel.sub_(sums.unsqueeze(0)).sub_(sums.unsqueeze(1)).add_(total);
  kernel.diagonal().zero_();
  const double length = std::sqrt(product(kernel, kernel));
  return {std::move(kernel), length > rounding * before ? length : 0.0};
}

double cosine(double of_both, double of_a, double of_b) {
  return of_a > 0.0 && of_b > 0.0 ? of_both / (std::sqrt(of_a) * std::sqrt(of_b)) : undefined;
}

// Of symmetric matrices with a zero diagonal, the rows and columns of b taken in the given order; without a permuted copy.
double permuted_product(const at::Tensor& a, const at::Tensor& b, const std::vector<std::int64_t>& order) {
  const std::int64_t n = a.size(0);
  const double* const left = a.data_ptr<double>();
  const double* const right = b.data_ptr<double>();
  double sum = 0.0;
  for (std::int64_t i = 1; i < n; ++i) {
    const double* const row = right + order[static_cast<std::size_t>(i)] * n;
    for (std::int64_t k = 0; k < i; ++k) sum += left[i * n + k] * row[order[static_cast<std::size_t>(k)]];
  }
  return 2.0 * sum;
}

// Both sides, centred once for the value and all permutations.
struct Pair {
  Pair(const at::Tensor& x, const at::Tensor& y) {
    assert(x.size(0) == y.size(0));
    if (x.size(0) < 4) return;
    a = u_centred(gram(x));
    b = u_centred(gram(y));
  }
  bool defined() const { return a.length > 0.0 && b.length > 0.0; }
  double value() const { return defined() ? product(a.numbers, b.numbers) / (a.length * b.length) : undefined; }
  double permuted(Seed seed) const {
    return permuted_product(a.numbers, b.numbers, Random(seed).permutation(a.numbers.size(0))) / (a.length * b.length);
  }

  UCentred a;
  UCentred b;
};

double null_quantile(const Pair& pair, std::int64_t permutations, Seed seed) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < permutations; ++i) values.push_back(pair.permuted(seed / i));
  const auto place = static_cast<std::int64_t>(std::ceil(quantile * static_cast<double>(permutations + 1) - 1e-9));
  const auto wanted = values.begin() + (std::min(place, permutations) - 1);
  std::nth_element(values.begin(), wanted, values.end());
  return *wanted;
}

Similarity measured(const Pair& pair, std::int64_t permutations, Seed seed) {
  if (permutations < least_permutations) {
    throw UsageError(fmt::format("similarity: {} permutations; needs at least {}", permutations, least_permutations));
  }
  if (!pair.defined()) return {undefined, undefined, 0.0};
  const double value = pair.value();
  const double null_95 = null_quantile(pair, permutations, seed);
  return {value, null_95, gate(value, null_95)};
}

at::Tensor indicators(const at::Tensor& labels, std::int64_t classes) { return at::one_hot(labels.cpu(), classes); }

}  // namespace

double biased_cka(const at::Tensor& x, const at::Tensor& y) {
  assert(x.size(0) == y.size(0));
  const ComputeScope scope;
  const at::Tensor a = gram(x);
  const at::Tensor b = gram(y);
  return cosine(product(a, b), product(a, a), product(b, b));
}

double unbiased_cka(const at::Tensor& x, const at::Tensor& y) {
  const ComputeScope scope;
  return Pair(x, y).value();
}

double alignment(const at::Tensor& x, const at::Tensor& labels, std::int64_t classes) {
  return unbiased_cka(x, indicators(labels, classes));
}

double gate(double value, double null_95) {
  const double excess = (value - null_95) / (1.0 - null_95);
  return std::isfinite(excess) ? std::clamp(excess, 0.0, 1.0) : 0.0;
}

Similarity measured_cka(const at::Tensor& x, const at::Tensor& y, std::int64_t permutations, Seed seed) {
  const ComputeScope scope;
  return measured(Pair(x, y), permutations, seed);
}

Similarity measured_alignment(const at::Tensor& x, const at::Tensor& labels, std::int64_t classes, std::int64_t permutations,
                              Seed seed) {
  return measured_cka(x, indicators(labels, classes), permutations, seed);
}

double masked_cosine(const at::Tensor& a, const at::Tensor& b, const at::Tensor& mask) {
  assert(a.numel() == b.numel());
  const ComputeScope scope;
  const auto chosen = [&](const at::Tensor& vector) {
    const at::Tensor flat = vector.cpu().flatten().to(at::kDouble);
    return mask.defined() ? flat.mul(mask.cpu().flatten().ne(0)) : flat;
  };
  const at::Tensor left = chosen(a);
  const at::Tensor right = chosen(b);
  return cosine(product(left, right), product(left, left), product(right, right));
}

}  // namespace polyclinic
