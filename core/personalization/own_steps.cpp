#include "core/personalization/own_steps.hpp"

#include <utility>

#include "core/learning/remembered.hpp"

namespace polyclinic {

TrainingConfig own_training(const PersonalizationConfig& config, const PersonalSetting& setting) {
  TrainingConfig training = setting.training;
  if (config.lr > 0.0) training.lr = config.lr;
  return training;
}

TrainResult take_own_steps(const TrainingConfig& training, const PersonalSetting& setting, const PersonalRound& round,
                           LocalObjective objective, const Pool& pool) {
  return train({.model = *setting.model,
                .start = own_or_initial(round.state, setting),
                .rows = round.rows.train,
                .collection = setting.collection,
                .config = training,
                .round = round.round,
                .rounds = setting.rounds,
                .seed = round.seed,
                .objective = std::move(objective),
                .optimizer = round.state.optimizer},
               pool);
}

at::Tensor weights_of(const ParameterSet& model) { return model.flat().narrow(0, 0, model.layout()->weights_size()); }

const ParameterSet& own_or_initial(const PersonalState& state, const PersonalSetting& setting) {
  return state.own.layout() == nullptr ? setting.initial : state.own;
}

}  // namespace polyclinic
