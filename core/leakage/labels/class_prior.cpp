#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/diag.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/linalg_pinv.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/stack.h>

#include <vector>

#include "core/leakage/labels/head.hpp"
#include "core/leakage/labels/label_score.hpp"
#include "core/leakage/labels/public_softmax.hpp"

namespace polyclinic {
namespace {

// What the public model's answers p to public images say of a batch's: all float64.
struct Answers {
  at::Tensor by_class;   // (classes, classes): row k the mean p of class k; of all images where it has none
  at::Tensor deviation;  // (classes, classes): covariance of p around its class's mean
};

Answers answers(const at::Tensor& softmax, const at::Tensor& labels) {
  const std::int64_t classes = softmax.size(1);
  std::vector<at::Tensor> rows;
  for (std::int64_t kind = 0; kind < classes; ++kind) {
    const at::Tensor of_class = softmax.index_select(0, labels.eq(kind).nonzero().flatten());
    rows.push_back(of_class.size(0) > 0 ? of_class.mean(0) : softmax.mean(0));
  }
  const at::Tensor by_class = at::stack(rows);
  const at::Tensor residuals = softmax - by_class.index_select(0, labels);
  return {by_class, at::matmul(residuals.t(), residuals) / static_cast<double>(softmax.size(0))};
}

// The best linear estimate of s in -g = (I - P') s + e, where `samples` records of classes from Dirichlet-distributed shares
// around the prior's make s, and their answers' deviations make e.
at::Tensor estimated_shares(const Answers& public_answers, const at::Tensor& gradient, const at::Tensor& prior,
                            double samples) {
  const double classes = static_cast<double>(gradient.size(0));
  const at::Tensor spread = (at::diag(prior) - at::outer(prior, prior)) * (1.0 / samples + 1.0 / (classes + 1.0));
  const at::Tensor effect = at::eye(gradient.size(0), at::kDouble) - public_answers.by_class.t();
  const at::Tensor of_shares = at::matmul(spread, effect.t());
  const at::Tensor seen = at::matmul(effect, of_shares) + public_answers.deviation / samples;
  return prior + at::matmul(of_shares, at::matmul(at::linalg_pinv(seen), -gradient - at::matmul(effect, prior)));
}

class ClassPrior final : public LabelAttack {
 public:
  std::string obstacle(const Evidence& evidence, const ImagePrior& prior) const override {
    return obstacle_to_softmax(evidence, prior);
  }
  LabelGuess guess(const Evidence& evidence, const ImagePrior& prior) const override {
    return mean_guess(telling(evidence, bias_gradient), [&](const ObservedUpdate& update) {
      const Answers public_answers = answers(public_softmax(evidence, update, prior), prior.labels);
      const at::Tensor shares = class_shares(prior, evidence.task.classes);
      return estimated_shares(public_answers, bias_gradient(evidence, update), shares, static_cast<double>(update.samples));
    });
  }
};

}  // namespace

std::unique_ptr<const LabelAttack> make_class_prior() { return std::make_unique<ClassPrior>(); }

}  // namespace polyclinic
