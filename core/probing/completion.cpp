#include "core/probing/completion.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/where.h>

#include <limits>
#include <map>

#include "core/base/error.hpp"
#include "core/learning/remembered.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t most_rows = 1000;
constexpr std::int64_t first_epochs = 20;
constexpr double clip_norm = 1.0;  // features of a body that noise has spoilt are large

Rows limited(const Rows& rows, Seed seed) {
  return rows.size() <= most_rows ? rows : some_of(rows, Random(seed).sample(rows.size(), most_rows));
}

Rows public_rows(const ShadowSetting& setting, Seed seed) {
  const Rows official = all_rows(setting.plan->collection.test);
  if (official.size() > 0) return limited(official, seed);
  std::vector<Rows> populations;
  for (const InstitutionCandidates& of_one : setting.candidates) populations.push_back(of_one.population);
  return limited(pooled(populations), seed);
}

TrainingConfig training(const ChainPlan& plan, std::int64_t epochs) {
  TrainingConfig config = plan.config.training;
  config.epochs = epochs;
  config.steps = 0;
  config.clip_norm = clip_norm;
  config.sample_clip_norm = config.noise_multiplier = 0.0;
  return config;
}

at::Tensor private_coordinates(const ChainPlan& plan) {
  if (!plan.policy->has_private_part()) return {};
  return at::ones({plan.initial.layout()->size()}, at::kFloat).index_fill_(0, plan.policy->shareable(), 0.0);
}

}  // namespace

Completion::Completion(const ShadowSetting& setting, Seed seed)
    : plan_(setting.plan),
      wants_model_(setting.wants_model),
      rows_(public_rows(setting, seed / "rows")),
      missing_(private_coordinates(*setting.plan)),
      seed_(seed) {}

Remains Completion::complete(Remains remains, Pool& pool) const {
  if (!missing_.defined()) return remains;
  complete_updates(remains, pool);
  if (wants_model_) remains.model = completed(remains.model.flat(), plan_->initial.flat(), first_epochs, seed_ / "model", pool);
  return remains;
}

ParameterSet Completion::completed(const at::Tensor& model, const at::Tensor& start, std::int64_t epochs, Seed seed, Pool& pool) const {
  const at::Tensor is_missing = missing_.gt(0.0);
  const std::shared_ptr<const Layout>& layout = plan_->initial.layout();
  const ParameterSet known(layout, at::where(is_missing, start, model));
  LocalObjective objective;
  objective.trainable = missing_;
  try {
    const Pool::Timer timer(pool, Phase::training);
    return train({*plan_->model, known, rows_, plan_->collection, training(*plan_, epochs), 0, 1, seed, std::move(objective)}, pool).parameters;
  } catch (const Error&) {
    return {layout, model.masked_fill(is_missing, std::numeric_limits<float>::quiet_NaN())};
  }
}

void Completion::complete_updates(Remains& remains, Pool& pool) const {
  // What everybody published a round's updates from is the same model.
  std::map<std::int64_t, at::Tensor> before;
  for (const std::vector<ObservedUpdate>& of_one : remains.updates) {
    for (const ObservedUpdate& update : of_one) before.try_emplace(update.round, update.before);
  }
  at::Tensor latest = plan_->initial.flat();
  for (auto& [round, model] : before) {
    const std::int64_t epochs = round == before.begin()->first ? first_epochs : 1;
    latest = model = completed(model, latest, epochs, seed_ / round, pool).flat();
  }
  for (std::vector<ObservedUpdate>& of_one : remains.updates) {
    for (ObservedUpdate& update : of_one) update.before = before.at(update.round);
  }
}

}  // namespace polyclinic
