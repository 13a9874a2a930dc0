// What ChainLearning does for other chains, and takes from them.
#include <algorithm>

#include "core/collaboration/chain_learning.hpp"

namespace polyclinic {

void ChainLearning::receive(ReceivedObject object) {
  inbox_.add(std::move(object));
  models_->receive(inbox_.contents());
}

// One batch of them beside each of its own.
std::int64_t ChainLearning::reference_samples(InstitutionId member) const {
  const Received received = inbox_.contents();
  if (!received) return 0;
  std::int64_t samples = 0;
  for (const ReceivedObject& object : *received) {
    const AuxiliaryConfig& config = plan_->config.auxiliary[object.source];
    const bool distills = std::ranges::find(config.uses, "distill") != config.uses.end();
    if (!object.object->predictions.defined() || !distills || config.scale * config.distill == 0.0) continue;
    const TrainingConfig& training = plan_->config.training;
    const std::int64_t steps = training_volume(training, plan_->data_of(member).train.size()).steps;
    samples += training_volume(training, plan_->exchange.classroom->references[object.source].size(), steps).samples;
  }
  return samples;
}

Job<GuidancePointer> ChainLearning::start_guidance(std::int64_t rounds) const {
  return pool_.submit(Urgency::simulation, [source = models_->global(rounds)] { return source().guidance; });
}

InstitutionId ChainLearning::exporter(std::int64_t round) const {
  if (plan_->is_asynchronous()) return plan_->members.front();
  const std::vector<InstitutionId> present = participants(*plan_->rounds, round);
  return present[static_cast<std::size_t>(round) % present.size()];
}

Job<Publication> ChainLearning::start_publishing(std::int64_t round) const {
  return pool_.submit(Urgency::simulation, [plan = plan_, source = models_->global(round), &pool = pool_] {
    const Pool::Timer timer(pool, Phase::sharing);
    const ModelExport task{*plan->model,  source().parameters, plan->collection, plan->exchange.reference,
                           *plan->policy, plan->config.sharing};
    return publish_model(plan->exchange.exports.content, task, pool);
  });
}

Job<Publication> ChainLearning::start_publishing_prototypes(InstitutionId member, std::int64_t round) const {
  const RoundTask task{plan_, member, round, 0, state_of(member)};
  return pool_.submit(Urgency::simulation, [task, source = models_->model(member, round), &pool = pool_] {
    const Pool::Timer timer(pool, Phase::sharing);
    const ChainPlan& plan = *task.plan;
    const ParameterSet model = composed(task, source().parameters);
    return publish_prototypes({*plan.model, model, plan.collection, plan.data_of(task.member).train, plan.config.sharing,
                               plan.exchange.exports.prototype_min_rows, share_seeds(plan, "prototypes", task)},
                              pool);
  });
}

double ChainLearning::publishing_flops() const {
  return static_cast<double>(plan_->model->forward_flops_per_sample()) * static_cast<double>(plan_->exchange.reference.size());
}

double ChainLearning::prototype_flops(InstitutionId member) const {
  return static_cast<double>(plan_->model->forward_flops_per_sample()) *
         static_cast<double>(plan_->data_of(member).train.size());
}

}  // namespace polyclinic
