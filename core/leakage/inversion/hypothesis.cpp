#include "core/leakage/inversion/hypothesis.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>

#include "core/leakage/inversion/pixels.hpp"
#include "core/learning/features.hpp"

namespace polyclinic {
namespace {

constexpr double features_start = 0.01;  // standard deviation of a guessed gradient with respect to a feature

// Inverse frequencies, as training's weighted cross-entropy has them; of expected counts where labels are distributions.
at::Tensor class_weights(const Evidence& evidence, const at::Tensor& distributions) {
  if (!evidence.training || evidence.training->loss != "weighted_cross_entropy") return {};
  const at::Tensor counts = distributions.detach().sum(0);
  const at::Tensor seen = counts.gt(0.0);
  return at::where(seen, distributions.size(0) / (counts * seen.sum()), at::zeros_like(counts));
}

// Of logits against distributions (n, classes): the mean over rows, weighted where `weights` (classes) is defined.
at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& distributions, const at::Tensor& weights) {
  const at::Tensor losses = (distributions * at::log_softmax(logits, 1)).sum(1).neg();
  if (!weights.defined()) return losses.mean();
  const at::Tensor of_row = distributions.matmul(weights);
  return (losses * of_row).sum() / of_row.sum();
}

class Labelled : public Hypothesis {
 public:
  explicit Labelled(const Evidence& evidence) : evidence_(evidence), targets_(targets_of(evidence)) {}

  const std::vector<Target>& targets() const override { return targets_; }

  at::Tensor simulate(std::size_t place, const at::Tensor& inputs, const at::Tensor& open) const override {
    const Model& model = *evidence_.model;
    const Target& target = targets_[place];
    const at::Tensor distributions = distributions_of(open);
    const at::Tensor weights = class_weights(evidence_, distributions);
    const std::size_t all = model.head().back() + 1;
    return replay(target.training, *model.layout(), target.start, all, [&](const std::vector<at::Tensor>& tensors, const Turn& turn) {
      const at::Tensor logits = model.forward(tensors, inputs.narrow(0, turn.first, turn.count), Mode::training);
      return cross_entropy(logits, distributions.narrow(0, turn.first, turn.count), weights);
    });
  }

 protected:
  [[nodiscard]] virtual at::Tensor distributions_of(const at::Tensor& open) const = 0;
  [[nodiscard]] std::int64_t classes() const { return evidence_.task.classes; }
  [[nodiscard]] std::int64_t rows() const { return rows_behind(evidence_); }

 private:
  const Evidence& evidence_;
  std::vector<Target> targets_;
};

class GivenLabels final : public Labelled {
 public:
  GivenLabels(const Evidence& evidence, at::Tensor labels)
      : Labelled(evidence), labels_(std::move(labels)), distributions_(at::one_hot(labels_, classes()).to(at::kFloat)) {}

  at::Tensor start(Seed) const override { return at::empty({0}); }
  at::Tensor labels(const at::Tensor&) const override { return labels_; }

 protected:
  at::Tensor distributions_of(const at::Tensor&) const override { return distributions_; }

 private:
  at::Tensor labels_;
  at::Tensor distributions_;
};

class OpenLabels final : public Labelled {
 public:
  using Labelled::Labelled;

  at::Tensor start(Seed seed) const override { return normal_numbers({rows() * classes()}, seed / "labels"); }
  at::Tensor labels(const at::Tensor& open) const override { return open.view({rows(), classes()}).argmax(1); }

 protected:
  at::Tensor distributions_of(const at::Tensor& open) const override { return at::softmax(open.view({rows(), classes()}), 1); }
};

class OpenHead final : public Hypothesis {
 public:
  explicit OpenHead(const Evidence& evidence)
      : evidence_(evidence), targets_(without_head(targets_of(evidence), *evidence.model)), features_(feature_size(*evidence.model)) {
    std::int64_t offset = 0;
    for (const Target& target : targets_) {
      offsets_.push_back(offset);
      offset += gradients_of(target) + target.unknown.numel();
    }
    size_ = offset;
  }

  const std::vector<Target>& targets() const override { return targets_; }
  at::Tensor labels(const at::Tensor&) const override { return {}; }

  at::Tensor start(Seed seed) const override {
    at::Tensor numbers = normal_numbers({size_}, seed / "features").mul_(features_start);
    for (std::size_t place = 0; place < targets_.size(); ++place) {
      const Target& target = targets_[place];
      numbers.narrow(0, offsets_[place] + gradients_of(target), target.unknown.numel())
          .copy_(target.start.index_select(0, target.unknown));
    }
    return numbers;
  }

  at::Tensor simulate(std::size_t place, const at::Tensor& inputs, const at::Tensor& open) const override {
    const Model& model = *evidence_.model;
    const Target& target = targets_[place];
    const at::Tensor gradients = open.narrow(0, offsets_[place], gradients_of(target)).view({-1, features_});
    const at::Tensor start = completed(place, open);
    const auto loss = [&](const std::vector<at::Tensor>& tensors, const Turn& turn) {
      const at::Tensor features = model.features(tensors, inputs.narrow(0, turn.first, turn.count), Mode::training);
      return (features * gradients.narrow(0, turn.visit, turn.count)).sum();
    };
    return replay(target.training, *model.layout(), start, model.head().front(), loss);
  }

 private:
  [[nodiscard]] std::int64_t gradients_of(const Target& target) const {
    return target.training.contributors * visits(target.training) * features_;
  }

  [[nodiscard]] at::Tensor completed(std::size_t place, const at::Tensor& open) const {
    const Target& target = targets_[place];
    if (target.unknown.numel() == 0) return target.start;
    const at::Tensor guessed = open.narrow(0, offsets_[place] + gradients_of(target), target.unknown.numel());
    return target.start.index_copy(0, target.unknown, guessed);
  }

  const Evidence& evidence_;
  std::vector<Target> targets_;
  std::int64_t features_;
  std::vector<std::int64_t> offsets_;  // of each target's open numbers: first gradients, then weights
  std::int64_t size_ = 0;
};

}  // namespace

std::unique_ptr<const Hypothesis> with_labels(const Evidence& evidence, const at::Tensor& labels) {
  return std::make_unique<GivenLabels>(evidence, labels);
}

std::unique_ptr<const Hypothesis> with_open_labels(const Evidence& evidence) { return std::make_unique<OpenLabels>(evidence); }
std::unique_ptr<const Hypothesis> with_open_head(const Evidence& evidence) { return std::make_unique<OpenHead>(evidence); }

at::Tensor mismatch_of(const Hypothesis& hypothesis, std::size_t place, Distance kind, const at::Tensor& inputs, const at::Tensor& open) {
  return distance(kind, hypothesis.targets()[place], hypothesis.simulate(place, inputs, open));
}

at::Tensor mismatch(const Hypothesis& hypothesis, Distance kind, const at::Tensor& inputs, const at::Tensor& open) {
  at::Tensor sum;
  for (std::size_t place = 0; place < hypothesis.targets().size(); ++place) {
    const at::Tensor own = mismatch_of(hypothesis, place, kind, inputs, open);
    sum = sum.defined() ? sum + own : own;
  }
  return sum;
}

std::int64_t records_behind(const Evidence& evidence) { return std::max<std::int64_t>(evidence.updates.front().samples, 1); }

std::int64_t rows_behind(const Evidence& evidence) {
  const LocalTraining training = local_training(evidence, evidence.updates.front());
  return training.rows * training.contributors;
}

}  // namespace polyclinic
