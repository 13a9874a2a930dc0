// DP-SGD (Abadi et al. 2016, Deep learning with differential privacy, algorithm 1): local steps that hide whether any one row
// took part. Each draws its rows by independent coins, bounds the length of each row's own gradient, adds up, adds Gaussian
// noise, and divides by the number of rows that was to be expected.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/base/seed.hpp"
#include "core/learning/tape.hpp"
#include "core/learning/trainer.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

[[nodiscard]] inline bool uses_dp_sgd(const TrainingConfig& config) { return config.sample_clip_norm > 0.0; }

// The same training without it: of models that nobody else gets to see, and of those that it is compared with.
[[nodiscard]] TrainingConfig without_dp_sgd(TrainingConfig config);

// With what probability a row is in a step's batch: batch_size of `rows`, at most 1.
[[nodiscard]] double sampling_rate(const TrainingConfig& config, std::int64_t rows);

// Batches of positions below `rows`, each of them in a batch with probability `rate` on its own: batches differ in size and may
// be empty. At rate 1 every batch has all.
class PoissonBatches {
 public:
  PoissonBatches(std::int64_t rows, double rate, Seed seed) : rows_(rows), rate_(rate), random_(seed) {}
  [[nodiscard]] at::Tensor next();  // int64, 1-D, ascending, on the CPU

 private:
  std::int64_t rows_;
  double rate_;
  Random random_;
};

// Adds to each number of `sum` (float32, 1-D, contiguous) an independent draw of mean 0 and the given standard deviation, which
// is computed in double precision and rounded once. Nothing is drawn where that is 0.
void add_gaussian_noise(at::Tensor& sum, double deviation, Random& random);

// min(1, bound / norm) of each sample, float64, from squared norms.
[[nodiscard]] at::Tensor clip_factors(const at::Tensor& squared_norms, double bound);

// A job's private steps. Batches are drawn from task.seed / "poisson", noise from task.seed / "noise".
class PrivateSteps {
 public:
  // Throws UsageError for a model or an objective that DP-SGD does not cover, see train().
  explicit PrivateSteps(const TrainingTask& task);

  [[nodiscard]] at::Tensor next_batch() { return batches_.next(); }
  // The gradient of a batch's mean loss at the logits, made into that for which Model::backward() writes the sum of the samples'
  // clipped gradients. What is frozen counts for nothing in a sample's norm.
  [[nodiscard]] at::Tensor clipped(const std::vector<at::Tensor>& tensors, const at::Tensor& logits_gradient,
                                   const Tape& tape) const;
  // Such a sum, over all weights, becomes the step's gradient: noise, then the division. After an empty batch the sum is 0.
  void make_private(at::Tensor& sum);

 private:
  const Model& model_;
  double bound_;
  double deviation_;
  double expected_rows_;
  std::vector<bool> counted_;
  PoissonBatches batches_;
  Random noise_;
};

}  // namespace polyclinic
