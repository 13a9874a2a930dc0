// Ditto (Li, Hu, Beirami, Smith 2021, Ditto: fair and robust federated learning through personalization, algorithm 1): in
// each round in which it takes part, the institution also moves a model v of its own,
//   v <- v - eta (grad F(v) + lambda (v - w)),
// by as many steps as the round has, w being the model from which it started the round; where part of the model is private, w
// has the institution's own. v starts as the initial model. With lambda 0 that is training alone, bit for bit the local
// baseline's model where the institution takes part in every round; with plain SGD and eta lambda = 1 each step gives w - eta
// grad F(v).
#include <limits>

#include "core/personalization/methods.hpp"
#include "core/personalization/own_steps.hpp"

namespace polyclinic {
namespace {

class Ditto final : public Personalizer {
 public:
  Ditto(const PersonalizationConfig& config, PersonalSetting setting)
      : setting_(std::move(setting)), training_(own_training(config, setting_)), lambda_(config.lambda) {}

  bool follows_rounds() const override { return true; }

  PersonalState follow(const PersonalRound& round, const Pool& pool) const override {
    LocalObjective objective;
    if (lambda_ != 0.0) objective.anchors.push_back({weights_of(round.start), {}, lambda_});
    TrainResult trained = take_own_steps(training_, setting_, round, std::move(objective), pool);
    return {std::move(trained.parameters), std::move(trained.optimizer), 0.0};
  }

  PersonalModel finish(const PersonalEnd& end, const Pool&) const override {
    return {own_or_initial(end.state, setting_), std::numeric_limits<double>::quiet_NaN()};
  }

  PersonalVolume round_volume(const OwnRows& rows) const override {
    return {.trained = training_volume(training_, rows.train.size()).samples};
  }

 private:
  PersonalSetting setting_;
  TrainingConfig training_;
  double lambda_;
};

}  // namespace

PersonalizerPointer make_ditto(const PersonalizationConfig& config, PersonalSetting setting) {
  return std::make_shared<const Ditto>(config, std::move(setting));
}

}  // namespace polyclinic
