// One source's knowledge as the receiving chain's model can use it, in one round.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/auxiliary/body.hpp"
#include "core/auxiliary/prototypes.hpp"
#include "core/compute/pool.hpp"
#include "core/data/dataset.hpp"
#include "core/learning/model.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

// Who learns: one for all sources and rounds of a chain.
struct Pupil {
  std::shared_ptr<const Model> model;
  ParameterSet initial;
  Collection collection;                 // task and normalization
};

// What of a source has arrived by then.
struct Lesson {
  const AuxiliaryConfig& config;
  const Pupil& pupil;
  const Rows& reference;                 // none where the configuration names none
  std::int64_t rounds = 0;               // that the receiving chain has closed
  std::int64_t rounds_taught = 0;        // since the first with this source's knowledge
  bool is_first = false;                 // the source's first model to arrive
  bool is_new = false;                   // a model that was not there the round before
  std::optional<BodyOverlay> body = {};
  at::Tensor predictions = {};           // (reference rows, the source's outputs); undefined: none
  std::optional<MergedPrototypes> prototypes = {};
};

}  // namespace polyclinic
