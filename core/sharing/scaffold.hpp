// SCAFFOLD's control variates (Karimireddy et al. 2020, algorithm 1, option II): estimates of the direction in which an
// institution's own data pull (c_i) and of their average (c), whose difference corrects each local step.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "core/learning/parameters.hpp"

namespace polyclinic {

// What a round of local training under SCAFFOLD was.
struct ControlStep {
  const ParameterSet& start;    // x
  const ParameterSet& trained;  // y_i
  std::int64_t steps = 0;       // K, at least 1
  double lr = 0.0;              // of each local step, above 0
};

// c - c_i, to be added to every local gradient: float32, flat over the weights. An undefined control variate is zero; both
// undefined: undefined, no correction.
[[nodiscard]] at::Tensor scaffold_correction(const at::Tensor& own, const at::Tensor& server);

// c_i+ = c_i - c + (x - y_i) / (K lr), flat over the weights; zero outside `shareable` (SharePolicy::shareable();
// undefined: everything): there the server's c never learns anything, and a correction by c_i alone would cancel the
// institution's own training of its private part. PrivateUpdate::control_delta is this minus the old c_i.
[[nodiscard]] at::Tensor updated_control(const at::Tensor& own, const at::Tensor& server, const ControlStep& step,
                                         const at::Tensor& shareable = {});

// The server's c+ = c + (1/N) sum of the published c_i+ - c_i, which is |S|/N times their mean. `sum`: over the shareable
// weights; `members`: N.
[[nodiscard]] at::Tensor updated_server_control(const at::Tensor& server, const at::Tensor& sum, std::int64_t members,
                                                const at::Tensor& shareable, std::int64_t weights_size);

}  // namespace polyclinic
