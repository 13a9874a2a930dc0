// What an institution makes of the common model for itself: (the collaboration's model, own state, own rows, seed) -> the model
// that it really uses. A personalizer reads what the collaboration makes and changes nothing of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/base/seed.hpp"
#include "core/learning/model.hpp"
#include "core/learning/trainer.hpp"
#include "core/personalization/volume.hpp"

namespace polyclinic {

class Pool;

// What an institution may look at: rows to train on and rows to choose by. Test rows have no place here.
struct OwnRows {
  Rows train;
  Rows validation;
};

// What all members of a chain have in common.
struct PersonalSetting {
  std::shared_ptr<const Model> model;
  ParameterSet initial;
  Collection collection;             // task, shape and normalization: its data sets are dropped, see make_personalizer()
  TrainingConfig training;           // the chain's, without DP-SGD: a personal model does not leave
  std::int64_t rounds = 1;           // of the collaboration
  double participation = 1.0;        // share of the rounds that an institution takes part in, on average
};

// What a method that works during the collaboration keeps for one institution from round to round.
struct PersonalState {
  ParameterSet own;                  // v; without numbers before the first round: the initial model
  OptimizerState optimizer;          // of the steps of v
  double alpha = 0.0;                // apfl
};

// One round of the collaboration, as the institution has taken part in it.
struct PersonalRound {
  ParameterSet start;                // the model that it started from, its private part included: w of ditto and apfl
  PersonalState state;
  OwnRows rows;
  std::int64_t round = 0;            // or version
  Seed seed;                         // of this round
};

// The collaboration has ended.
struct PersonalEnd {
  ParameterSet collaborative;        // what it gave the institution, its private part included
  ParameterSet alone;                // trained by the institution alone: the local baseline's final model; where needs_alone()
  PersonalState state;               // where follows_rounds()
  OwnRows rows;
  Seed seed;
};

struct PersonalModel {
  ParameterSet parameters;
  double chosen = 0.0;               // epochs kept (fine_tune, head, bn), alpha (apfl, interpolate), NaN (ditto)
};

class Personalizer {
 public:
  virtual ~Personalizer() = default;

  // Whether it takes steps in each round that the institution takes part in: then follow() is called after each of them, with
  // the state that the call before gave.
  [[nodiscard]] virtual bool follows_rounds() const { return false; }
  [[nodiscard]] virtual PersonalState follow(const PersonalRound& round, const Pool& pool) const;

  // Whether finish() looks at what the institution has trained alone.
  [[nodiscard]] virtual bool needs_alone() const { return false; }
  [[nodiscard]] virtual PersonalModel finish(const PersonalEnd& end, const Pool& pool) const = 0;

  // What follow() takes, once.
  [[nodiscard]] virtual PersonalVolume round_volume(const OwnRows& rows) const;
  // What finish() takes, at most: patience may end it earlier. Training alone is part of it where the method needs that.
  [[nodiscard]] virtual PersonalVolume final_volume(const OwnRows& rows) const;
};

// The methods that PersonalizationConfig::kind may name, with a line of description each.
[[nodiscard]] std::vector<NamedKind> personalization_kinds();

// Forgets the data sets of `setting.collection`, test rows among them. Throws UsageError for a kind that does not exist, a
// pattern of `private` that matches no tensor, patterns that match every one or no weight, and for `bn` with a model without
// normalisation; the message begins with the key.
[[nodiscard]] std::shared_ptr<const Personalizer> make_personalizer(const PersonalizationConfig& config,
                                                                    PersonalSetting setting);

}  // namespace polyclinic
