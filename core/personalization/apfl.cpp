// APFL (Deng, Kamani, Mahdavi 2020, Adaptive personalized federated learning, algorithm 1): the institution uses
//   vbar = alpha v + (1 - alpha) w,
// and in each round in which it takes part moves its own model v by as many steps as the round has,
//   v <- v - eta alpha grad F(vbar),
// and, where alpha adapts, with each of them alpha <- alpha - eta <v - w, grad F(vbar)>, kept within 0 to 1 (the paper's
// section on the adaptive update of alpha). v starts as the initial model.
//
// w is the model from which the institution started the round, not, as in the paper, the one that moves with each local step
// of the collaboration: a personalizer reads what the collaboration makes, and need not take its steps a second time. The two
// are the same at the first step of a round and differ by eta times the steps since.
//
// Alpha 0 is the collaborative model; alpha 1 is training alone, bit for bit the local baseline's model where the institution
// takes part in every round.
#include "core/personalization/blending.hpp"
#include "core/personalization/methods.hpp"
#include "core/personalization/own_steps.hpp"

namespace polyclinic {
namespace {

class Apfl final : public Personalizer {
 public:
  Apfl(const PersonalizationConfig& config, PersonalSetting setting)
      : setting_(std::move(setting)),
        training_(own_training(config, setting_)),
        alpha_(config.alpha),
        adaptive_(config.adaptive) {}

  bool follows_rounds() const override { return true; }

  PersonalState follow(const PersonalRound& round, const Pool& pool) const override {
    const double alpha = alpha_of(round.state);
    LocalObjective objective;
    if (adaptive_ || alpha != 1.0) objective.mixture = {weights_of(round.start), alpha, adaptive_};
    TrainResult trained = take_own_steps(training_, setting_, round, std::move(objective), pool);
    return {std::move(trained.parameters), std::move(trained.optimizer), adaptive_ ? trained.share : alpha};
  }

  PersonalModel finish(const PersonalEnd& end, const Pool&) const override {
    const double alpha = alpha_of(end.state);
    return {blended(own_or_initial(end.state, setting_), end.collaborative, alpha), alpha};
  }

  PersonalVolume round_volume(const OwnRows& rows) const override {
    return {.trained = training_volume(training_, rows.train.size()).samples};
  }

 private:
  [[nodiscard]] double alpha_of(const PersonalState& state) const {
    return state.own.layout() == nullptr ? alpha_ : state.alpha;
  }

  PersonalSetting setting_;
  TrainingConfig training_;
  double alpha_;
  bool adaptive_;
};

}  // namespace

PersonalizerPointer make_apfl(const PersonalizationConfig& config, PersonalSetting setting) {
  return std::make_shared<const Apfl>(config, std::move(setting));
}

}  // namespace polyclinic
