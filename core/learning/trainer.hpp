// Local training: pure, with no clock, no input or output, and no global random draw.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/seed.hpp"
#include "core/compute/device.hpp"
#include "core/data/dataset.hpp"
#include "core/learning/model.hpp"
#include "core/learning/parameters.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

// A pull towards given numbers: mu/2 ||w - numbers||^2 over the coordinates of `mask`.
struct AnchorTerm {
  at::Tensor numbers;                // flat over the weights
  at::Tensor mask;                   // 0 or 1, flat over the weights; undefined: all of them
  double mu = 0.0;                   // 0: no anchor, bit for bit
};

// FedProto (Tan et al. 2022): weight x the mean over a batch, and over features, of the squared distance between a row's
// features (in training mode) and the prototype of its class; rows of a class without one count as at distance 0.
struct PrototypeTerm {
  at::Tensor means;                  // (classes, features)
  at::Tensor known;                  // bool (classes), or (classes, features): of what `means` holds the prototypes
  double weight = 0.0;               // 0: none, bit for bit
};

// Hinton et al. 2015: weight x T^2 x KL(teacher || student) of predictions softened by the temperature T, on a batch of
// reference rows beside each batch of own ones, drawn in an order from the job's seed / "distill" / the term's place among
// those that have a weight. As many reference rows pass through the model as training_volume(config, rows.size(), steps of the job)
// counts. BatchNorm normalizes them by their own statistics; its running statistics take nothing from them.
struct DistillationTerm {
  Rows rows;                         // of the model's input shape; labels are not looked at
  at::Tensor teacher;                // (rows, outputs) probabilities at temperature 1
  at::Tensor classes;                // int64: outputs that count, both distributions restricted to them; undefined: all
  double temperature = 1.0;
  double weight = 0.0;               // 0: none, bit for bit
};

// The loss is taken at share w + (1 - share) other instead of at w, so that w gets `share` times the gradient there; buffers are
// w's own. The mixture of APFL (Deng, Kamani, Mahdavi 2020).
struct Mixture {
  at::Tensor other;                  // flat over the weights; undefined: the loss is taken at w, bit for bit
  double share = 1.0;                // of w, 0 to 1
  bool adapts = false;               // with each step `share` takes one too, before w moves: share -= lr <w - other, gradient
                                     // there>, kept within 0 to 1
};

// What the collaboration adds to the local loss.
struct LocalObjective {
  double proximal_mu = 0.0;          // FedProx (Li et al. 2020): mu/2 ||w - start||^2; 0 is plain training, bit for bit
  at::Tensor gradient_correction;    // SCAFFOLD (Karimireddy et al. 2020): c - c_i, added to each gradient; flat over the
                                     // weights; undefined: none
  std::vector<AnchorTerm> anchors;
  std::vector<PrototypeTerm> prototypes;
  std::vector<DistillationTerm> distillations;
  Mixture mixture;
  at::Tensor trainable;              // 0 or 1, flat over the layout: others keep their starting value exactly; undefined: all
};

// Momentum and moments that outlive a call: centralized and local-only training carry them from round to round, an
// institution in a collaboration starts afresh.
struct OptimizerState {
  at::Tensor first;                  // flat over the weights; undefined before the first step
  at::Tensor second;
  std::int64_t steps = 0;
};

// Everything that a training job is a function of.
struct TrainingTask {
  const Model& model;
  const ParameterSet& start;
  const Rows& rows;
  const Collection& collection;      // task and normalization
  const TrainingConfig& config;
  std::int64_t round = 0;            // position in the learning-rate schedule ...
  std::int64_t rounds = 1;           // ... of this many rounds
  Seed seed;
  LocalObjective objective = {};
  OptimizerState optimizer = {};
  std::optional<std::int64_t> steps = {};  // exactly so many steps instead of the configured epochs or steps
};

struct TrainResult {
  ParameterSet parameters;
  OptimizerState optimizer;
  double mean_loss = 0.0;            // over the samples seen; the loss alone, without what the objective adds; NaN for none
  std::int64_t samples = 0;          // seen, counting repetitions; with DP-SGD the expected number
  std::int64_t steps = 0;
  double lr = 0.0;                   // in force during this call
  double share = 1.0;                // of the mixture, after the last step
};

// Each epoch runs over the rows in an order of its own, in batches of batch_size; the last one, however small, is kept. A step's
// gradient is that of the loss and of the terms of prototypes and distillations, plus FedProx's mu (w - start) and the anchors'
// pulls, then clipped to clip_norm, then corrected for SCAFFOLD, then handed to the optimizer. Bit-identical on every thread.
// With config.sample_clip_norm above 0 the loss's gradient is DP-SGD's, see dp_sgd.hpp: as many steps, each on a batch drawn by
// coins, and noise in it before anything else; all that follows, distillation on public rows too, looks at no own row. BatchNorm,
// weighted_cross_entropy, prototypes and mixtures look at more than one row at once or at rows past the bound: UsageError.
// Throws UsageError for a configuration or a term that does not exist or does not fit the task or the device, Error for no
// rows, labels out of range, terms that do not fit the model, and a loss or weights that are no longer finite ("training diverged",
// with round and learning rate).
[[nodiscard]] TrainResult train(const TrainingTask& task, Device device);

// Steps and samples that train() will take, known before it runs: simulated time is computed from them. With DP-SGD the
// samples are expected ones: the steps times batch_size, or times all rows where these are fewer.
struct TrainingVolume {
  std::int64_t steps = 0;
  std::int64_t samples = 0;
};
[[nodiscard]] TrainingVolume training_volume(const TrainingConfig& config, std::int64_t rows,
                                             std::optional<std::int64_t> steps = {});

}  // namespace polyclinic
