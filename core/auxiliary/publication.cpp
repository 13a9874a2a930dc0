#include "core/auxiliary/publication.hpp"

#include <ATen/core/Tensor.h>

#include <algorithm>

#include "core/auxiliary/body.hpp"
#include "core/auxiliary/prototypes.hpp"
#include "core/base/error.hpp"
#include "core/learning/features.hpp"
#include "core/learning/remembered.hpp"

namespace polyclinic {
namespace {

SharedUpdatePointer encoded(const AuxiliaryObject& object, const SharingConfig& sharing) {
  return std::make_shared<const SharedUpdate>(encode(object, value_type(sharing.values)));
}

}  // namespace

bool ExportPlan::is_due_since(std::int64_t before, std::int64_t round, std::int64_t rounds) const {
  if (!content.any() || round <= before) return false;
  return round == rounds || std::ranges::any_of(every, [&](std::int64_t each) { return round / each > before / each; });
}

ExportPlan exports_of(const Scenario& scenario, const std::string& chain) {
  ExportPlan plan;
  for (const ChainConfig& destination : scenario.chains) {
    for (const AuxiliaryConfig& config : destination.auxiliary) {
      if (config.source != chain) continue;
      const Content needed = content_needed(config);
      if (needed.predictions && !plan.reference.empty() && plan.reference != config.reference) {
        throw UsageError(fmt::format("auxiliary.reference is \"{}\" on chain {}, but another chain asks {} for predictions of \"{}\": "
                                     "a source publishes one set",
                                     config.reference, destination.name, chain, plan.reference));
      }
      if (needed.predictions) plan.reference = config.reference;
      if (needed.prototypes) plan.prototype_min_rows = std::max(plan.prototype_min_rows, config.prototype_min_rows);
      plan.content |= needed;
      plan.destinations.push_back(destination.name);
      plan.every.push_back(config.every);
    }
  }
  return plan;
}

Publication publish_model(const Content& content, const ModelExport& task, const Pool& pool) {
  AuxiliaryObject object;
  if (content.body) object.body = body_of(task.model, task.parameters, task.policy);
  if (content.predictions) object.predictions = predict(task.model, task.parameters, task.reference, task.collection, pool);
  Publication publication;
  publication.object = encoded(object, task.sharing);
  publication.content = content_name(object);
  publication.egress.tensors = std::ssize(object.body);
  for (const BodyTensor& tensor : object.body) publication.egress.coordinates += tensor.numbers.numel();
  publication.egress.fraction =
      static_cast<double>(publication.egress.coordinates) / static_cast<double>(task.model.layout()->size());
  publication.egress.bytes = publication.object->bytes();
  return publication;
}

Publication publish_prototypes(const PrototypeExport& task, const Pool& pool) {
  const at::Tensor features = extract_features(task.model, task.parameters, task.rows, task.collection, pool);
  const at::Tensor labels = task.rows.labels();
  const ClassMeans means = class_means(features, labels, task.collection.task.classes);
  SharedPrototypes shared = share_prototypes(means.means, means.counts, task.min_rows, task.sharing, task.seeds);
  Publication publication;
  if (shared.published.classes == 0) return publication;
  AuxiliaryObject object;
  object.prototypes = std::move(shared.published);
  publication.object = encoded(object, task.sharing);
  publication.content = content_name(object);
  publication.egress = shared.egress;
  publication.egress.bytes = publication.object->bytes();
  return publication;
}

}  // namespace polyclinic
