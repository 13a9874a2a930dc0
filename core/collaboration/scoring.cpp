#include "core/collaboration/scoring.hpp"

#include "core/learning/remembered.hpp"

namespace polyclinic {
namespace {

// The update alone, taken in full: no server optimizer, no defence.
ParameterSet with_update(const ChainPlan& plan, const GlobalModel& model, InstitutionId author, const SharedUpdatePointer& update) {
  CollaborationConfig plain = plan.config.collaboration;
  plain.server = "average";
  plain.server_lr = 1.0;
  plain.defence = "none";
  const auto aggregator = make_aggregator(plain, plan.policy);
  return aggregator->aggregate(model.parameters, model.server, {Contribution{author, 1, update}}, 1).parameters;
}

}  // namespace

const Rows& scoring_rows(const ChainPlan& plan, InstitutionId scorer) {
  const InstitutionData& data = plan.data_of(scorer);
  return data.validation.size() > 0 ? data.validation : data.train;
}

double scoring_flops(const ChainPlan& plan, InstitutionId scorer) {
  return 2.0 * static_cast<double>(plan.model->forward_flops_per_sample()) *
         static_cast<double>(scoring_rows(plan, scorer).size());
}

Score score_update(const RoundTask& scorer, const GlobalModel& model, const SharedUpdatePointer& update, Pool& pool) {
  const Pool::Timer timer(pool, Phase::evaluation);
  const ChainPlan& plan = *scorer.plan;
  const auto loss_of = [&](const ParameterSet& parameters) {
    const Rows& rows = scoring_rows(plan, scorer.member);
    return evaluate(*plan.model, composed(scorer, parameters), rows, plan.collection, pool).loss;
  };
  Score score;
  score.loss_before = loss_of(model.parameters);
  score.loss_after = loss_of(with_update(plan, model, scorer.member, update));
  score.accepted = score.loss_after - score.loss_before <= plan.config.collaboration.score_tolerance;
  return score;
}

}  // namespace polyclinic
