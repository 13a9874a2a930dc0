#include "core/personalization/tuning.hpp"

#include <utility>

#include "core/learning/evaluation.hpp"
#include "core/learning/remembered.hpp"

namespace polyclinic {
namespace {

double validation_loss(const PersonalSetting& setting, const ParameterSet& model, const Rows& rows, const Pool& pool) {
  return evaluate(*setting.model, model, rows, setting.collection, pool).loss;
}

// One job: the model as it is trained, and the best so far.
class Tuning {
 public:
  Tuning(const TuningPlan& plan, const PersonalSetting& setting, const PersonalEnd& end, const Pool& pool)
      : plan_(plan), setting_(setting), end_(end), pool_(pool), model_(end.collaborative), states_(plan.parts.size()) {}

  PersonalModel run() {
    const bool chooses = end_.rows.validation.size() > 0;
    best_ = {model_, 0.0};
    if (chooses) least_ = validation_loss(setting_, model_, end_.rows.validation, pool_);
    for (std::int64_t epoch = 1; epoch <= plan_.epochs; ++epoch) {
      train_epoch(epoch);
      chooses ? judge(epoch) : keep(epoch);
      if (plan_.patience > 0 && chooses && without_gain_ >= plan_.patience) break;
    }
    return std::move(best_);
  }

 private:
  void train_epoch(std::int64_t epoch) {
    const std::size_t turn = static_cast<std::size_t>(epoch - 1) % plan_.parts.size();
    LocalObjective objective;
    objective.trainable = plan_.parts[turn];
    TrainResult trained = train({.model = *setting_.model,
                                 .start = model_,
                                 .rows = end_.rows.train,
                                 .collection = setting_.collection,
                                 .config = plan_.training,
                                 .seed = end_.seed / "tune" / epoch,
                                 .objective = std::move(objective),
                                 .optimizer = states_[turn]},
                                pool_);
    model_ = std::move(trained.parameters);
    states_[turn] = std::move(trained.optimizer);
  }

  void judge(std::int64_t epoch) {
    const double loss = validation_loss(setting_, model_, end_.rows.validation, pool_);
    ++without_gain_;
    if (!(loss < least_)) return;
    least_ = loss;
    without_gain_ = 0;
    keep(epoch);
  }

  void keep(std::int64_t epoch) { best_ = {model_, static_cast<double>(epoch)}; }

  const TuningPlan& plan_;
  const PersonalSetting& setting_;
  const PersonalEnd& end_;
  const Pool& pool_;
  ParameterSet model_;
  std::vector<OptimizerState> states_;  // by turn
  PersonalModel best_;
  double least_ = 0.0;
  std::int64_t without_gain_ = 0;
};

}  // namespace

TuningPlan tuning_plan(const PersonalizationConfig& config, const PersonalSetting& setting, std::vector<at::Tensor> parts) {
  TuningPlan plan{setting.training, config.epochs, config.patience, std::move(parts)};
  plan.training.epochs = 1;
  plan.training.steps = 0;
  plan.training.schedule = "constant";
  if (config.lr > 0.0) plan.training.lr = config.lr;
  return plan;
}

PersonalModel tuned(const TuningPlan& plan, const PersonalSetting& setting, const PersonalEnd& end, const Pool& pool) {
  return Tuning(plan, setting, end, pool).run();
}

PersonalVolume tuning_volume(const TuningPlan& plan, const OwnRows& rows) {
  return {.trained = plan.epochs * rows.train.size(), .evaluated = (plan.epochs + 1) * rows.validation.size()};
}

}  // namespace polyclinic
