#include "core/collaboration/personal_results.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "core/collaboration/export.hpp"
#include "core/learning/remembered.hpp"
#include "core/record/method_figures.hpp"

namespace polyclinic {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

// Everything that a member's results are a function of.
struct Member {
  ChainPlanPointer plan;
  InstitutionId id;
  std::function<ParameterSet()> collaborative;
  PersonalStates states;
  std::optional<Job<BaselineRun>> alone;  // where it is measured, or a method needs it
  bool measures_alone = false;
  bool keeps_models = false;
};

Metrics measured(const Member& member, const ParameterSet& model, Pool& pool) {
  const Rows& rows = member.plan->data_of(member.id).test;
  if (rows.size() == 0) return {undefined, undefined, undefined, undefined, 0};
  const Pool::Timer timer(pool, Phase::evaluation);
  return evaluate(*member.plan->model, model, rows, member.plan->collection, pool);
}

PersonalRow row_of(const Member& member, const Metrics& alone, const Metrics& collaborative) {
  const InstitutionData& data = member.plan->data_of(member.id);
  PersonalRow row;
  row.chain = member.plan->config.name;
  row.institution = member.id.value;
  row.train_samples = data.train.size();
  row.test_samples = data.test.size();
  row.local_accuracy = alone.accuracy;
  row.local_auc = alone.auc;
  row.local_loss = alone.loss;
  row.collaborative_accuracy = collaborative.accuracy;
  row.collaborative_auc = collaborative.auc;
  row.collaborative_loss = collaborative.loss;
  return row;
}

PersonalModel finished(const Member& member, std::size_t method, const ParameterSet& collaborative, Pool& pool) {
  PersonalEnd end{collaborative, {}, {}, own_rows(*member.plan, member.id), local_seed(*member.plan, member.id)};
  if (member.alone) end.alone = member.alone->get().final_model;
  if (member.states[method]) end.state = member.states[method]->get();
  const Pool::Timer timer(pool, Phase::training);
  return member.plan->personalizers[method]->finish(end, pool);
}

std::vector<PersonalResult> results_of(const Member& member, Pool& pool) {
  const ParameterSet collaborative = member.collaborative();
  const Metrics together = measured(member, collaborative, pool);
  const Metrics alone = member.measures_alone ? measured(member, member.alone->get().final_model, pool)
                                              : Metrics{undefined, undefined, undefined, undefined, 0};
  std::vector<PersonalResult> results;
  for (std::size_t method = 0; method < member.plan->personalizers.size(); ++method) {
    PersonalModel model = finished(member, method, collaborative, pool);
    const Metrics personal = measured(member, model.parameters, pool);
    PersonalRow row = row_of(member, alone, together);
    row.personal_accuracy = personal.accuracy;
    row.personal_auc = personal.auc;
    row.personal_loss = personal.loss;
    row.hurt = personal_gain(row) < 0.0 ? 1 : 0;
    row.chosen = model.chosen;
    results.push_back({member.id, std::move(row), member.keeps_models ? std::move(model.parameters) : ParameterSet()});
  }
  return results;
}

// Nobody looks at its measurements.
Job<BaselineRun> start_alone(const ChainPlanPointer& plan, InstitutionId member, Pool& pool) {
  EvaluationConfig nothing;
  nothing.every = 0;
  return start_local(plan, member, nothing, pool);
}

}  // namespace

std::vector<PersonalJob> start_personal_results(const ChainLearning& learning, const LocalJobs& local,
                                                const RecordConfig& config, Pool& pool) {
  const ChainPlanPointer& plan = learning.shared_plan();
  const bool needs_alone =
      std::ranges::any_of(plan->personalizers, [](const auto& method) { return method->needs_alone(); });
  std::vector<PersonalJob> jobs;
  if (plan->personalizers.empty()) return jobs;
  for (const InstitutionId id : plan->members) {
    Member member{plan, id, learning.own_model(id, plan->config.rounds), learning.personal().states(id), std::nullopt};
    const auto found = std::ranges::find(local, id, [](const auto& entry) { return entry.first; });
    member.measures_alone = found != local.end();
    member.keeps_models = config.models || !plan->probes.empty();
    if (member.measures_alone) member.alone = found->second;
    if (!member.alone && needs_alone) member.alone = start_alone(plan, id, pool);
    jobs.push_back(
        pool.submit(Urgency::background, [member = std::move(member), &pool] { return results_of(member, pool); }));
  }
  return jobs;
}

void record_personal_results(Recorder& recorder, const ChainPlan& plan, const RecordConfig& config,
                             const std::vector<PersonalResult>& results) {
  for (std::size_t method = 0; method < results.size(); ++method) {
    const std::string& name = plan.config.personalization[method].result_name();
    recorder.add("/personalization/" + name, results[method].row);
    if (!config.models) continue;
    const std::string member = std::to_string(results[method].member.value);
    export_model(recorder, "/models/" + plan.config.name + "/personalization/" + name + "/" + member,
                 results[method].model);
  }
}

}  // namespace polyclinic
