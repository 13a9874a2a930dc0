#include "core/leakage/membership/update_signals.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/zeros.h>

#include <limits>

#include "core/base/error.hpp"
#include "core/leakage/membership/signals.hpp"
#include "core/learning/inference.hpp"

namespace polyclinic {
namespace {

constexpr double relative_step = 1e-3;  // smaller, rounding takes over; larger, the kinks of ReLU and pooling do

class Rounds {
 public:
  Rounds(const Model& model, const Rows& rows, const Collection& collection)
      : model_(model), rows_(rows), collection_(collection) {}

  [[nodiscard]] at::Tensor none() const { return at::zeros({rows_.size()}, at::kDouble); }

  [[nodiscard]] at::Tensor losses(const at::Tensor& flat) const {
    const ParameterSet parameters(model_.layout(), flat.contiguous());
    const at::Tensor logits = infer({parameters, rows_, collection_, collection_.task.outputs()}, Device::cpu,
                                    [&](const std::vector<at::Tensor>& tensors, const at::Tensor& inputs) {
                                      return model_.forward(tensors, inputs, Mode::inference);
                                    });
    return confidence(logits, rows_.labels(), collection_.task).loss;
  }

  [[nodiscard]] at::Tensor alignment(const ObservedUpdate& update) const {
    const at::Tensor direction = whole(update);
    const std::int64_t weights = model_.layout()->weights_size();
    direction.narrow(0, weights, direction.size(0) - weights).zero_();
    const double length = direction.norm().item<double>();
    if (length == 0.0) return none();
    const double step = relative_step * update.before.narrow(0, 0, weights).norm().item<double>();
    const at::Tensor aside = direction * (step / length);
    return (losses(update.before - aside) - losses(update.before + aside)) / (2.0 * step);
  }

  [[nodiscard]] at::Tensor drop(const ObservedUpdate& update) const {
    return losses(update.before.clone()) - losses(update.before + whole(update));
  }

 private:
  // Zero where nothing was published: there a record's gradient does not count.
  [[nodiscard]] at::Tensor whole(const ObservedUpdate& update) const {
    return at::zeros({model_.layout()->size()}, at::kFloat).index_copy_(0, update.positions, update.values);
  }

  const Model& model_;
  const Rows& rows_;
  const Collection& collection_;
};

bool all_known(const std::vector<ObservedUpdate>& updates) {
  for (const ObservedUpdate& update : updates) {
    if (update.before.isnan().any().item<bool>()) return false;
  }
  return true;
}

}  // namespace

at::Tensor update_signal(MembershipSignal signal, const std::vector<ObservedUpdate>& updates, const Model& model,
                         const Rows& rows, const Collection& collection) {
  if (signal == MembershipSignal::confidence) throw UsageError("membership: updates have no confidence, models have");
  const Rounds rounds(model, rows, collection);
  at::Tensor sum = rounds.none();
  if (!all_known(updates)) return sum.fill_(std::numeric_limits<double>::quiet_NaN());
  for (const ObservedUpdate& update : updates) {
    sum += signal == MembershipSignal::update_alignment ? rounds.alignment(update) : rounds.drop(update);
  }
  return sum;
}

}  // namespace polyclinic
