#include "sim/baseline_clock.hpp"

#include <algorithm>

#include "core/record/rows.hpp"
#include "sim/cost_model.hpp"
#include "sim/test_figures.hpp"

namespace polyclinic {
namespace {

double training_s(const ChainPlan& plan, const BaselinePoint& point, double flops_per_s) {
  return cost::training_flops(plan.model->forward_flops_per_sample(), point.samples) / flops_per_s;
}

double collection_s(const ChainPlan& plan, const std::vector<Institution>& institutions) {
  double last_s = 0.0;
  for (const InstitutionId member : plan.members) {
    const Institution& institution = institutions[static_cast<std::size_t>(member.value)];
    const Rows& rows = plan.data_of(member).train;
    const double bytes = static_cast<double>(rows.size()) * static_cast<double>(rows.dataset->row_bytes());
    last_s = std::max(last_s, institution.latency_s + bytes / institution.uplink_bytes_per_s);
  }
  return last_s;
}

}  // namespace

void record_centralized(Recorder& recorder, const ChainPlan& plan, const std::vector<Institution>& institutions,
                        const BaselineConfig& config, const BaselineRun& run) {
  const double start_s = collection_s(plan, institutions);
  for (const BaselinePoint& point : run.points) {
    RoundRow row;
    row.round = point.round;
    row.sim_time_s = start_s + training_s(plan, point, config.flops_per_s);
    row.participants = 1;
    row.train_loss = point.train_loss;
    set_test_figures(row, point.test);
    recorder.add("/baselines/centralized/" + plan.config.name, row);
  }
}

void record_local(Recorder& recorder, const ChainPlan& plan, const Institution& institution, const BaselineRun& run) {
  for (const BaselinePoint& point : run.points) {
    LocalRow row;
    row.round = point.round;
    row.institution = institution.id.value;
    row.sim_time_s = training_s(plan, point, institution.flops_per_s);
    row.train_loss = point.train_loss;
    set_test_figures(row, point.test);
    row.local_test_accuracy = point.local.accuracy;
    row.local_test_auc = point.local.auc;
    recorder.add("/baselines/local/" + plan.config.name, row);
  }
}

}  // namespace polyclinic
