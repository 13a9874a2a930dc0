// The two ways in which attacks descend.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace polyclinic {

// A differentiable scalar of a flat float32 point.
using Objective = std::function<at::Tensor(const at::Tensor& point)>;

struct Evaluation {
  double value = 0.0;
  at::Tensor gradient;
};
[[nodiscard]] Evaluation evaluate(const Objective& objective, const at::Tensor& point);

struct Minimum {
  at::Tensor point;                  // the best of all that were seen between iterations
  double value = 0.0;                // infinite where the objective was finite nowhere
};

// Limited-memory BFGS as torch.optim.LBFGS does it with its defaults (lr 1, history 100, no line search, up to 20 evaluations an
// iteration), which is what DLG and iDLG use: an iteration of theirs is one call of step(). Ours in place of the library's, since
// there a fifth of an attack on a small network goes into allocating vectors. As iDLG does, looks every 10 iterations whether the
// value is below `enough`; stops then, where nothing changes any more, and at the first number that is not finite.
struct LbfgsSettings {
  std::int64_t iterations = 300;
  double enough = 1e-6;
};
[[nodiscard]] Minimum minimise_by_lbfgs(const Objective& objective, const at::Tensor& start, const LbfgsSettings& settings);

// Adam (Kingma and Ba 2015; beta 0.9 and 0.999), with the learning rate a tenth after 3/8, again after 5/8 and again after 7/8 of the
// iterations, and a projection after each (Geiping et al. 2020). Of several objectives the mean is what counts: each iteration follows one
// of them, in turn, and the last point is taken, since no other was seen under them all.
struct AdamSettings {
  std::int64_t iterations = 1000;
  double lr = 0.1;
  bool by_sign = false;              // follows the sign of the gradient
  std::function<void(at::Tensor& point)> project = [](at::Tensor&) {};
};
[[nodiscard]] Minimum minimise_by_adam(const std::vector<Objective>& objectives, const at::Tensor& start, const AdamSettings& settings);

}  // namespace polyclinic
