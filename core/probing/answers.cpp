#include "core/probing/answers.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>

#include "core/leakage/membership/signals.hpp"
#include "core/leakage/membership/update_signals.hpp"
#include "core/learning/inference.hpp"

namespace polyclinic {
namespace {

at::Tensor log_odds(const ChainPlan& plan, const ParameterSet& parameters, const Rows& rows, const Pool& pool) {
  if (rows.size() == 0) return at::empty({0}, at::kDouble);
  const InferenceJob job{parameters, rows, plan.collection, plan.collection.task.outputs()};
  const at::Tensor logits = infer(job, pool.device(), [&](const std::vector<at::Tensor>& tensors, const at::Tensor& inputs) {
    return plan.model->forward(tensors, inputs, Mode::inference);
  });
  return confidence(logits, rows.labels(), plan.collection.task).phi;
}

// Of the candidates, then of the population.
template <class Signal>
at::Tensor both(const Asked& asked, Signal signal) {
  return at::cat({signal(asked.candidates), signal(asked.population)});
}

at::Tensor answer(const Question& question, const Remains& remains, const ShadowSetting& setting, const Pool& pool) {
  const ChainPlan& plan = *setting.plan;
  const Asked asked = asked_of(question, setting.candidates);
  const auto place = static_cast<std::size_t>(question.place);
  if (question.signal != MembershipSignal::confidence) {
    return both(asked, [&](const Rows& rows) { return update_signal(question.signal, remains.updates[place], *plan.model, rows, plan.collection); });
  }
  const ParameterSet& model =
      question.place < 0 ? remains.model : remains.personal[place * plan.personalizers.size() + question.method];
  return both(asked, [&](const Rows& rows) { return log_odds(plan, model, rows, pool); });
}

}  // namespace

Answers ask(const std::vector<Question>& questions, const Remains& remains, const ShadowSetting& setting, const Pool& pool) {
  Answers answers;
  for (const Question& question : questions) answers.push_back(answer(question, remains, setting, pool));
  return answers;
}

Asked asked_of(const Question& question, const std::vector<InstitutionCandidates>& candidates) {
  Asked asked;
  std::vector<Rows> rows, population;
  std::size_t first = 0;
  for (std::size_t place = 0; place < candidates.size(); ++place) {
    const InstitutionCandidates& of_one = candidates[place];
    const auto count = static_cast<std::size_t>(of_one.rows.size());
    if (question.place < 0 || question.place == static_cast<std::int64_t>(place)) {
      if (rows.empty()) asked.first = first;
      rows.push_back(of_one.rows);
      population.push_back(of_one.population);
      for (std::size_t i = 0; i < count; ++i) asked.membership.push_back(static_cast<std::int64_t>(i) < of_one.members);
    }
    first += count;
  }
  asked.candidates = pooled(rows);
  asked.population = pooled(population);
  return asked;
}

}  // namespace polyclinic
