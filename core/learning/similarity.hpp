// How alike two models are: by what they make of the same rows, or by how they move.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "core/base/seed.hpp"

namespace polyclinic {

// Centred kernel alignment with the linear kernel (Kornblith et al. 2019) of features x (n, p) and y (n, q) of the same n rows:
// HSIC(K, L) / sqrt(HSIC(K, K) HSIC(L, L)) with K = x x', L = y y'. 1 for y = c x Q with an orthogonal Q. NaN where it is not
// defined: features that are the same for all rows, or too few rows. Below, all keep n x n numbers in double precision for each
// side; more than `most_rows` rows are an Error (half a gigabyte).
constexpr std::int64_t most_rows = 5000;

// By the biased HSIC, as the paper: for independent features it is about p / (p + n) (both sides p wide) instead of 0, so with
// few rows it says nothing. For comparison alone. At least 2 rows.
[[nodiscard]] double biased_cka(const at::Tensor& x, const at::Tensor& y);

// By the unbiased HSIC_1 of Song et al. 2012, as Nguyen, Raghu and Kornblith 2021: with K and L without their diagonals,
// [tr(K L) + sum(K) sum(L) / ((n - 1)(n - 2)) - 2 / (n - 2) 1'K L 1] / (n (n - 3)). About 0 for independent features, and
// negative as often as positive. At least 4 rows.
[[nodiscard]] double unbiased_cka(const at::Tensor& x, const at::Tensor& y);

// The same features against the classes, as one-hot rows: kernel-target alignment (Cristianini et al. 2001) of centred kernels
// (Cortes et al. 2012) by the unbiased estimator. Two networks' features of the same inputs are alike whatever they were
// trained for; this one asks whether features tell a task's classes apart. `labels`: int64 (n), 0 to classes - 1.
[[nodiscard]] double alignment(const at::Tensor& x, const at::Tensor& labels, std::int64_t classes);

// A measure with what chance gives, and the weight that an influence gets by it.
struct Similarity {
  double value = 0.0;                // unbiased_cka() or alignment()
  double null_95 = 0.0;              // its 0.95 quantile when the rows of one side are permuted
  double weight = 0.0;               // gate(value, null_95)
};

// (value - null_95) / (1 - null_95), between 0 and 1: 0 up to what one in twenty unrelated sources would reach by chance, 1 for
// features that are the same. A definition of our own. 0 where either is not defined.
[[nodiscard]] double gate(double value, double null_95);

// The null's quantile is the ceil(0.95 (permutations + 1))-th of the sorted values, so that an unrelated source exceeds it with
// probability at most 1 - 0.95 + 1 / (permutations + 1), and of exactly 0.05 with 199. Permutations come from seed / number.
// Throws UsageError for fewer than 19 permutations.
[[nodiscard]] Similarity measured_cka(const at::Tensor& x, const at::Tensor& y, std::int64_t permutations, Seed seed);
[[nodiscard]] Similarity measured_alignment(const at::Tensor& x, const at::Tensor& labels, std::int64_t classes,
                                            std::int64_t permutations, Seed seed);

// a'b / (|a| |b|) of flat vectors over the coordinates where `mask` is not 0 (undefined: all), in double precision; NaN where
// one of them has length 0 there.
[[nodiscard]] double masked_cosine(const at::Tensor& a, const at::Tensor& b, const at::Tensor& mask = {});

}  // namespace polyclinic
