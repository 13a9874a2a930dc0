#include "core/learning/optimizer.hpp"

#include <ATen/ops/zeros_like.h>

#include <array>
#include <cmath>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

class Sgd final : public Optimizer {
 public:
  explicit Sgd(const TrainingConfig& config)
      : momentum_(config.momentum), weight_decay_(config.weight_decay), nesterov_(config.nesterov) {}

  void step(at::Tensor& weights, at::Tensor& gradient, OptimizerState& state, double lr) const override {
    ++state.steps;
    if (weight_decay_ != 0.0) gradient.add_(weights, weight_decay_);
    if (momentum_ == 0.0) {
      weights.add_(gradient, -lr);
      return;
    }
    if (state.first.defined()) {
      state.first.mul_(momentum_).add_(gradient);
    } else {
      state.first = gradient.clone();
    }
    weights.add_(nesterov_ ? gradient.add_(state.first, momentum_) : state.first, -lr);
  }

 private:
  double momentum_;
  double weight_decay_;
  bool nesterov_;
};

class Adam final : public Optimizer {
 public:
  Adam(const TrainingConfig& config, bool decoupled) : weight_decay_(config.weight_decay), decoupled_(decoupled) {}

  void step(at::Tensor& weights, at::Tensor& gradient, OptimizerState& state, double lr) const override {
    if (!state.first.defined()) state = {at::zeros_like(weights), at::zeros_like(weights), 0};
    ++state.steps;
    if (decoupled_) {
      weights.mul_(1.0 - lr * weight_decay_);
    } else if (weight_decay_ != 0.0) {
      gradient.add_(weights, weight_decay_);
    }
    state.first.mul_(beta1).add_(gradient, 1.0 - beta1);
    state.second.mul_(beta2).addcmul_(gradient, gradient, 1.0 - beta2);
    const auto steps = static_cast<double>(state.steps);
    const double unbiased_second = std::sqrt(1.0 - std::pow(beta2, steps));
    weights.addcdiv_(state.first, state.second.sqrt().div_(unbiased_second).add_(epsilon),
                     -lr / (1.0 - std::pow(beta1, steps)));
  }

 private:
  static constexpr double beta1 = 0.9;
  static constexpr double beta2 = 0.999;
  static constexpr double epsilon = 1e-8;
  double weight_decay_;
  bool decoupled_;
};

struct Kind {
  const char* name;
  const char* description;
  std::unique_ptr<const Optimizer> (*make)(const TrainingConfig&);
};

std::unique_ptr<const Optimizer> sgd(const TrainingConfig& config) { return std::make_unique<Sgd>(config); }
std::unique_ptr<const Optimizer> adam(const TrainingConfig& config) { return std::make_unique<Adam>(config, false); }
std::unique_ptr<const Optimizer> adamw(const TrainingConfig& config) { return std::make_unique<Adam>(config, true); }

constexpr Kind kinds[] = {
    {"sgd", "stochastic gradient descent with momentum, Nesterov and weight decay", sgd},
    {"adam", "Adam with L2 regularisation", adam},
    {"adamw", "Adam with decoupled weight decay", adamw},
};

struct Schedule {
  const char* name;
  const char* description;
  double (*factor)(const TrainingConfig&, std::int64_t round, std::int64_t rounds);
};

double constant(const TrainingConfig&, std::int64_t, std::int64_t) { return 1.0; }
double stepped(const TrainingConfig& config, std::int64_t round, std::int64_t) {
  return std::pow(config.step_factor, static_cast<double>(round / std::max<std::int64_t>(config.step_rounds, 1)));
}
double cosine(const TrainingConfig&, std::int64_t round, std::int64_t rounds) {
  return 0.5 * (1.0 + std::cos(M_PI * static_cast<double>(round) / static_cast<double>(std::max<std::int64_t>(rounds, 1))));
}

constexpr Schedule schedules[] = {
    {"constant", "the same learning rate in every round", constant},
    {"step", "times step_factor every step_rounds rounds", stepped},
    {"cosine", "from lr to 0 along half a cosine over the rounds", cosine},
};

template <class Table>
std::string names(const Table& table) {
  std::string all;
  for (const auto& entry : table) all += (all.empty() ? "" : ", ") + std::string(entry.name);
  return all;
}

template <class Table>
std::vector<NamedKind> described(const Table& table) {
  std::vector<NamedKind> all;
  for (const auto& entry : table) all.push_back({entry.name, entry.description});
  return all;
}

}  // namespace

std::vector<NamedKind> optimizer_kinds() { return described(kinds); }
std::vector<NamedKind> schedule_kinds() { return described(schedules); }

std::unique_ptr<const Optimizer> make_optimizer(const TrainingConfig& config) {
  for (const Kind& kind : kinds) {
    if (config.optimizer == kind.name) return kind.make(config);
  }
  throw UsageError(fmt::format("training.optimizer is \"{}\"; allowed: {}", config.optimizer, names(kinds)));
}

double scheduled_lr(const TrainingConfig& config, std::int64_t round, std::int64_t rounds) {
  for (const Schedule& schedule : schedules) {
    if (config.schedule == schedule.name) return config.lr * schedule.factor(config, round, rounds);
  }
  throw UsageError(fmt::format("training.schedule is \"{}\"; allowed: {}", config.schedule, names(schedules)));
}

}  // namespace polyclinic
