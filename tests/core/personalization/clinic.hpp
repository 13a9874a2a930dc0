// One institution of a collaboration, on images, with momentum and a model with BatchNorm: what must hold bit for bit is
// tried on it.
#pragma once

#include "core/learning/remembered.hpp"
#include "core/personalization/personalizer.hpp"
#include "tests/core/learning/small_data.hpp"

namespace polyclinic::test {

struct Clinic {
  Clinic() {
    setting.model = make_model({.kind = "cnn", .widths = {4}, .norm = "batch"}, {1, 12, 12}, 3);
    setting.initial = setting.model->initial(Seed(1));
    setting.collection = collection;
    setting.training.lr = 0.02;
    setting.training.momentum = 0.9;
    setting.training.batch_size = 8;
    setting.training.epochs = 2;
    setting.training.schedule = "cosine";
    setting.rounds = 3;
  }

  // What the institution starts round r from: other numbers each time.
  [[nodiscard]] ParameterSet global(std::int64_t round) const { return setting.model->initial(Seed(100) / round); }
  [[nodiscard]] PersonalEnd end() const { return {global(setting.rounds), alone(setting.rounds), {}, rows, seed}; }

  [[nodiscard]] PersonalState state_after(const PersonalizationConfig& config, std::int64_t rounds_played) const {
    const auto personalizer = make_personalizer(config, setting);
    PersonalState state;
    for (std::int64_t round = 0; round < rounds_played; ++round) {
      state = personalizer->follow({global(round), state, rows, round, seed / round}, pool);
    }
    return state;
  }
  [[nodiscard]] ParameterSet after_rounds(const PersonalizationConfig& config, std::int64_t rounds_played) const {
    PersonalEnd last = end();
    last.state = state_after(config, rounds_played);
    return make_personalizer(config, setting)->finish(last, pool).parameters;
  }
  [[nodiscard]] PersonalModel finished(const PersonalizationConfig& config) const {
    return make_personalizer(config, setting)->finish(end(), pool);
  }

  // The local baseline, taken by hand: round after round from the initial model, moments carried along.
  [[nodiscard]] ParameterSet alone(std::int64_t rounds_played) const {
    TrainResult state;
    state.parameters = setting.initial;
    for (std::int64_t round = 0; round < rounds_played; ++round) {
      state = train({.model = *setting.model,
                     .start = state.parameters,
                     .rows = rows.train,
                     .collection = collection,
                     .config = setting.training,
                     .round = round,
                     .rounds = setting.rounds,
                     .seed = seed / round,
                     .optimizer = state.optimizer},
                    pool);
    }
    return state.parameters;
  }

  [[nodiscard]] static bool same_bits(const ParameterSet& a, const ParameterSet& b) { return a.digest() == b.digest(); }

  Collection collection = noisy_images(60, {1, 12, 12}, 3);
  OwnRows rows{rows_of(collection, 0, 40), rows_of(collection, 40, 60)};
  PersonalSetting setting;
  Seed seed{7};
  Pool pool{1};
};

}  // namespace polyclinic::test
