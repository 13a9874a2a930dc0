#include "core/probing/update_probe.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>

#include "core/leakage/labels/label_attack.hpp"
#include "core/leakage/labels/label_score.hpp"
#include "core/leakage/properties/property_attack.hpp"
#include "core/learning/trainer.hpp"
#include "core/probing/attacks.hpp"
#include "core/probing/candidates.hpp"
#include "core/probing/view_rows.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t simulated_sizes = 8;
constexpr std::int64_t largest_simulated_size = 256;

class Examiner {
 public:
  Examiner(const View& view, const ChainPlan& plan, const PublicImages& known, Seed seed, Pool& pool)
      : view_(view), plan_(plan), known_(known), seed_(seed), pool_(pool) {
    for (const InstitutionId member : view.contributors) behind_.push_back(plan.data_of(member).train);
  }

  void try_labels(const std::string& name, Findings& findings) const {
    const auto attack = make_label_attack(name);
    const std::string obstacle = attack->obstacle(view_.evidence, known_.prior);
    if (!obstacle.empty()) return skip(name, obstacle, findings);
    const at::Tensor shares = class_shares(known_.prior, plan_.collection.task.classes);
    const LabelScore score = scored(attack->guess(view_.evidence, known_.prior), histogram(), shares);
    auto row = row_about<LabelRow>(view_, plan_, name);
    row.samples = view_.evidence.updates.back().samples;
    row.count_accuracy = score.count_accuracy;
    row.count_chance = score.count_chance;
    row.count_skill = score.count_skill;
    row.existence_accuracy = score.existence_accuracy;
    row.existence_chance = score.existence_chance;
    findings.labels.push_back(std::move(row));
  }

  void try_property(const std::string& name, Findings& findings) const {
    const auto attack = make_property_attack(name);
    PropertyKnowledge knowledge{known_.prior, {}};
    if (attack->property() == "samples") knowledge.simulated = simulated();
    const std::string obstacle = attack->obstacle(view_.evidence, knowledge);
    if (!obstacle.empty()) return skip(name, obstacle, findings);
    const PropertyScore score = scored(*attack, view_.evidence, knowledge, truth_of(attack->property()));
    auto row = row_about<PropertyRow>(view_, plan_, name);
    row.property = attack->property();
    row.error = score.error;
    row.chance_error = score.chance_error;
    row.skill = score.skill;
    findings.properties.push_back(std::move(row));
  }

 private:
  void skip(const std::string& attack, const std::string& reason, Findings& findings) const {
    findings.skipped.push_back(skipped_row(view_, plan_, attack, reason));
  }

  [[nodiscard]] at::Tensor histogram() const { return at::tensor(class_histogram(pooled(behind_), plan_.collection.task), at::kLong); }

  [[nodiscard]] at::Tensor truth_of(const std::string& property) const {
    const Rows rows = pooled(behind_);
    if (property == "samples") return at::full({1}, static_cast<double>(rows.size()), at::kDouble);
    if (property == "label_histogram") {
      const at::Tensor counts = histogram().to(at::kDouble);
      return counts / counts.sum();
    }
    const at::Tensor& start = view_.own_start.defined() ? view_.own_start : view_.evidence.updates.back().before;
    return batch_means(*plan_.model, start, images_of(rows), plan_.collection.normalization);
  }

  // What the attacker's own data sets would have published: sizes in equal ratios, from one row on.
  [[nodiscard]] std::vector<ObservedUpdate> simulated() const {
    std::vector<ObservedUpdate> updates;
    const ObservedUpdate& target = view_.evidence.updates.back();
    if (!view_.evidence.training || target.before.isnan().any().item<bool>()) return updates;
    const std::int64_t largest = std::min(largest_simulated_size, known_.rows.size());
    const ParameterSet before(plan_.model->layout(), target.before.clone());
    for (std::int64_t i = 0; i < simulated_sizes; ++i) {
      const double exponent = static_cast<double>(i) / static_cast<double>(simulated_sizes - 1);
      updates.push_back(simulate(std::llround(std::pow(static_cast<double>(largest), exponent)), before, target.round, seed_ / i));
    }
    return updates;
  }

  [[nodiscard]] ObservedUpdate simulate(std::int64_t size, const ParameterSet& before, std::int64_t round, Seed seed) const {
    const std::vector<std::int64_t> chosen = Random(seed / "rows").sample(known_.rows.size(), size);
    const Rows rows = some_of(known_.rows, chosen);
    const TrainResult trained = train({.model = *plan_.model,
                                       .start = before,
                                       .rows = rows,
                                       .collection = plan_.collection,
                                       .config = *view_.evidence.training,
                                       .round = round,
                                       .rounds = plan_.config.rounds,
                                       .seed = seed / "train"},
                                      pool_.device());
    const PrivateUpdate update{plan_.model->layout(), trained.parameters.flat() - before.flat(), {}};
    const Shared shared = plan_.policy->share(update, {}, {seed / "share", seed / "noise"});
    return observe({shared.update->payload(), *plan_.policy, before, round, size, true});
  }

  const View& view_;
  const ChainPlan& plan_;
  const PublicImages& known_;
  Seed seed_;
  Pool& pool_;
  std::vector<Rows> behind_;
};

}  // namespace

Findings examine_update(const View& view, const std::vector<std::string>& attacks, const ChainPlan& plan, const PublicImages& known,
                        Seed seed, Pool& pool) {
  const Examiner examiner(view, plan, known, seed, pool);
  Findings findings;
  for (const std::string& attack : attacks) {
    family_of(attack) == AttackFamily::labels ? examiner.try_labels(attack, findings) : examiner.try_property(attack, findings);
  }
  return findings;
}

}  // namespace polyclinic
