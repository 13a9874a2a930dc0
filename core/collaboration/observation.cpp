#include "core/collaboration/observation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <ATen/core/Tensor.h>

#include "core/learning/remembered.hpp"

namespace polyclinic {
namespace {

// Mean of defined values; NaN when there is none.
class WeightedMean {
 public:
  void add(double value, double weight) {
    if (std::isnan(value) || weight == 0.0) return;
    sum_ += value * weight;
    weight_ += weight;
  }
  [[nodiscard]] double value() const { return weight_ > 0.0 ? sum_ / weight_ : std::numeric_limits<double>::quiet_NaN(); }

 private:
  double sum_ = 0.0;
  double weight_ = 0.0;
};

bool share_one_dataset(const ChainPlan& plan, const std::vector<InstitutionId>& members) {
  for (const InstitutionId member : members) {
    if (plan.data_of(member).test.dataset != plan.data_of(members.front()).test.dataset) return false;
  }
  return true;
}

Metrics on_own_rows_of(const ChainPlan& plan, InstitutionId member, const ParameterSet& parameters, const Pool& pool) {
  return evaluate(*plan.model, parameters, plan.data_of(member).test, plan.collection, pool);
}

// One pass over everybody's rows, then a score for each share: a thousand small evaluations become one.
std::vector<MemberObservation> observe_together(const ChainPlan& plan, const ParameterSet& parameters,
                                                const std::vector<InstitutionId>& members, const Pool& pool) {
  std::vector<Rows> parts;
  for (const InstitutionId member : members) parts.push_back(plan.data_of(member).test);
  const at::Tensor probabilities = predict(*plan.model, parameters, pooled(parts), plan.collection, pool);
  std::vector<MemberObservation> observed;
  std::int64_t first = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::int64_t count = parts[i].size();
    observed.push_back({members[i], score(probabilities.narrow(0, first, count), parts[i], plan.collection.task)});
    first += count;
  }
  return observed;
}

}  // namespace

Observation observe_common(const ChainPlan& plan, const ParameterSet& parameters, const std::vector<InstitutionId>& members,
                           const Pool& pool) {
  Observation observation;
  observation.test = evaluate(*plan.model, parameters, plan.test, plan.collection, pool);
  if (members.empty()) return observation;
  if (share_one_dataset(plan, members)) {
    observation.members = observe_together(plan, parameters, members, pool);
    return observation;
  }
  for (const InstitutionId member : members) {
    observation.members.push_back({member, on_own_rows_of(plan, member, parameters, pool)});
  }
  return observation;
}

Observation observe_personal(const ChainPlan& plan, const std::vector<ObservedModel>& models, bool on_own_rows,
                             Pool& pool) {
  Observation observation;
  WeightedMean loss, accuracy, auc, f1;
  const bool any_trained =
      std::any_of(models.begin(), models.end(), [](const ObservedModel& model) { return model.trained; });
  for (const ObservedModel& model : models) {
    const bool counts = model.trained || !any_trained;
    const auto weight = counts ? static_cast<double>(plan.data_of(model.institution).train.size()) : 0.0;
    const ParameterSet parameters = model.parameters();
    const Pool::Timer timer(pool, Phase::evaluation);
    const Metrics test = evaluate(*plan.model, parameters, plan.test, plan.collection, pool);
    loss.add(test.loss, weight);
    accuracy.add(test.accuracy, weight);
    auc.add(test.auc, weight);
    f1.add(test.f1, weight);
    observation.test.rows = test.rows;
    if (!on_own_rows) continue;
    observation.members.push_back({model.institution, on_own_rows_of(plan, model.institution, parameters, pool)});
  }
  observation.test.loss = loss.value();
  observation.test.accuracy = accuracy.value();
  observation.test.auc = auc.value();
  observation.test.f1 = f1.value();
  return observation;
}

}  // namespace polyclinic
