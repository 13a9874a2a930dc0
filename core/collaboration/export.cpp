#include "core/collaboration/export.hpp"

#include <ATen/core/Tensor.h>

#include "core/learning/remembered.hpp"

namespace polyclinic {
namespace {

template <class T>
std::span<const T> numbers(const at::Tensor& contiguous) {
  return {contiguous.data_ptr<T>(), static_cast<std::size_t>(contiguous.numel())};
}

void write(Recorder& recorder, const ChainPlan& plan, const RecordConfig& config, const std::string& name,
           const ParameterSet& model, const Pool& pool) {
  if (config.models) export_model(recorder, "/models/" + plan.config.name + "/" + name, model);
  if (config.predictions) export_predictions(recorder, plan, name, model, pool);
}

}  // namespace

void export_model(Recorder& recorder, const std::string& folder, const ParameterSet& parameters) {
  const auto& tensors = parameters.layout()->tensors();
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const at::Tensor values = parameters.tensor(i).contiguous();
    recorder.array(folder + "/" + tensors[i].name, numbers<float>(values), tensors[i].shape);
  }
}

void export_predictions(Recorder& recorder, const ChainPlan& plan, const std::string& name, const ParameterSet& parameters,
                        const Pool& pool) {
  const at::Tensor scores = predict(*plan.model, parameters, plan.test, plan.collection, pool).contiguous();
  recorder.array("/predictions/" + plan.config.name + "/" + name, numbers<float>(scores), scores.sizes().vec());
}

void export_labels(Recorder& recorder, const ChainPlan& plan) {
  const at::Tensor labels = plan.test.labels().to(at::kLong).contiguous();
  recorder.array("/predictions/" + plan.config.name + "/labels", numbers<std::int64_t>(labels), labels.sizes().vec());
}

void export_centralized(Recorder& recorder, const ChainPlan& plan, const RecordConfig& config,
                        const ParameterSet& parameters, const Pool& pool) {
  write(recorder, plan, config, "centralized", parameters, pool);
}

void export_learning(Recorder& recorder, const ChainLearning& learning, const RecordConfig& config, const Pool& pool) {
  const ChainPlan& plan = learning.plan();
  const std::int64_t rounds = plan.config.rounds;
  if (config.predictions) export_labels(recorder, plan);
  write(recorder, plan, config, "global", learning.global(rounds).parameters, pool);
  if (learning.has_global_model() && !plan.policy->has_private_part()) return;
  for (const InstitutionId member : plan.members) {
    const std::string name = "personal/" + std::to_string(member.value);
    write(recorder, plan, config, name, learning.personal_model(member, rounds), pool);
  }
}

}  // namespace polyclinic
