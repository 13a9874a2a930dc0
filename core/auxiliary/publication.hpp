// What a chain publishes for the chains that learn from it: how much of its knowledge, how often, and by whom.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/auxiliary/object.hpp"
#include "core/auxiliary/uses/use.hpp"
#include "core/compute/pool.hpp"
#include "core/data/dataset.hpp"
#include "core/scenario/scenario.hpp"
#include "core/sharing/policy.hpp"
#include "core/sharing/update.hpp"

namespace polyclinic {

// Asked of a chain by those that have it as a source.
struct ExportPlan {
  Content content;                       // what any of them needs
  std::vector<std::string> destinations;  // chains
  std::vector<std::int64_t> every;       // of each, AuxiliaryConfig::every
  std::string reference;                 // the [[reference]] that predictions are made of; "" where none are needed
  std::int64_t prototype_min_rows = 0;   // the largest that anyone asks for

  // Whether something is to be published of the model after `round` of `rounds` rounds, where that after `before` was the last.
  [[nodiscard]] bool is_due_since(std::int64_t before, std::int64_t round, std::int64_t rounds) const;
};
// Throws UsageError where destinations name different references: a source publishes one set of predictions.
[[nodiscard]] ExportPlan exports_of(const Scenario& scenario, const std::string& chain);

struct Publication {
  SharedUpdatePointer object;            // null: nothing (no class has enough rows)
  std::string content;                   // see content_name()
  Egress egress;
};

// The body and the predictions of the global model: functions of what its updates have made public on the chain already, narrowed
// to the tensors that may leave and rounded to the precision of its share policy.
struct ModelExport {
  const Model& model;
  const ParameterSet& parameters;
  const Collection& collection;          // of the chain: its normalization
  const Rows& reference;
  const SharePolicy& policy;
  const SharingConfig& sharing;
};
[[nodiscard]] Publication publish_model(const Content& content, const ModelExport& task, const Pool& pool);

// One institution's prototypes of the global model's features, through the share policy.
struct PrototypeExport {
  const Model& model;
  const ParameterSet& parameters;
  const Collection& collection;
  const Rows& rows;                      // its own training rows
  const SharingConfig& sharing;
  std::int64_t min_rows = 1;
  ShareSeeds seeds{Seed(0)};
};
[[nodiscard]] Publication publish_prototypes(const PrototypeExport& task, const Pool& pool);

}  // namespace polyclinic
