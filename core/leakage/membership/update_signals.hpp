// What published updates say of whether they come from a record, without a model that was trained to the end.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "core/data/dataset.hpp"
#include "core/leakage/evidence.hpp"
#include "core/leakage/membership/attack.hpp"
#include "core/learning/model.hpp"

namespace polyclinic {

// Of each row, float64 (n), a sum over the updates u, from the public numbers w before each:
//   update_alignment  -<u, gradient of the row's loss at w> / |u|, over the published weights alone. By a central difference of
//                     the loss along u, 0.001 |w| to either side in single precision: all rows at once, at the price of two
//                     passes forward; about 1 % off (ReLU has kinks).
//   loss_drop         loss at w - loss at w + u
// BatchNorm uses the running statistics, of w or w + u. NaN where numbers before an update are not public: then what a record's
// loss is there is not known either. An update of zeros says nothing and adds 0. Throws UsageError for another signal.
[[nodiscard]] at::Tensor update_signal(MembershipSignal signal, const std::vector<ObservedUpdate>& updates, const Model& model,
                                       const Rows& rows, const Collection& collection);

}  // namespace polyclinic
