// What training makes small, with its gradient in closed form.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/data/dataset.hpp"

namespace polyclinic {

struct LossValue {
  at::Tensor mean;      // over the batch; a scalar tensor on the device of the logits
  at::Tensor gradient;  // of `mean` with respect to the logits
};

class Loss {
 public:
  virtual ~Loss() = default;
  // Logits (n, outputs); labels int64 (n), or for bce float32 (n, outputs).
  [[nodiscard]] virtual LossValue operator()(const at::Tensor& logits, const at::Tensor& labels) const = 0;
};

[[nodiscard]] std::vector<NamedKind> loss_kinds();

// Throws UsageError for a loss that does not exist or does not fit the task: multi_label needs bce, all others a cross-entropy.
void check_loss(const std::string& kind, const Task& task);

// `labels`: all of the job's rows (int64 (n)), for weighted_cross_entropy. There a class weighs n / (classes seen x its rows), so
// that classes weigh alike in all, and a batch's mean is the weighted one, as in torch.nn.CrossEntropyLoss(weight).
[[nodiscard]] std::unique_ptr<const Loss> make_loss(const std::string& kind, const Task& task, const at::Tensor& labels);

}  // namespace polyclinic
