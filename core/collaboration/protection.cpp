#include "core/collaboration/protection.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/error.hpp"
#include "core/collaboration/member_round.hpp"
#include "core/learning/dp_sgd.hpp"
#include "core/privacy/accountant.hpp"
#include "core/privacy/noise_search.hpp"

namespace polyclinic {
namespace {

bool has_step(const ChainPlan& plan, const char* name) {
  const std::vector<std::string>& steps = plan.config.sharing.steps;
  return std::ranges::find(steps, name) != steps.end();
}

bool is_dp_sgd(const ChainPlan& plan) { return uses_dp_sgd(plan.config.training); }

std::string leak_besides(const ChainPlan& plan) {
  if (plan.exchange.exports.content.prototypes) return "prototypes of its records leave for another chain";
  if (plan.config.collaboration.defence == "scoring")
    return "votes of collaboration.defence = \"scoring\" depend on the records";
  return "";
}

Protection by_dp_sgd(const ChainPlan& plan) {
  return {.unit = "record",
          .adjacency = "add/remove",
          .sampling = "poisson",
          .mechanism = "DP-SGD in every local step",
          .reason = leak_besides(plan)};
}

Protection by_noisy_update(const ChainPlan& plan) {
  Protection protection{.unit = "institution",
                        .adjacency = "zero-out",
                        .sampling = "none",
                        .mechanism = "Gaussian noise on the clipped update",
                        .reason = leak_besides(plan)};
  if (has_step(plan, "sparse_vector")) {
    protection.adjacency = "replace";
    protection.mechanism = "sparse vector technique on the update";
  }
  if (plan.publishes_control()) protection.reason = "the control variate of scaffold leaves without noise";
  return protection;
}

// What the multiplier is applied to: how one member's updates are sampled and counted.
struct Frequency {
  double rate = 1.0;
  std::int64_t steps = 0;
  auto operator<=>(const Frequency&) const = default;
};

Frequency frequency_of(const ChainPlan& plan, InstitutionId member, std::int64_t updates, bool of_records) {
  if (!of_records) return {1.0, updates};
  const std::int64_t rows = plan.data_of(member).train.size();
  return {sampling_rate(plan.config.training, rows), updates * round_steps(plan, rows)};
}

double& multiplier_of(ChainPlan& plan) {
  return is_dp_sgd(plan) ? plan.config.training.noise_multiplier : plan.config.sharing.noise_multiplier;
}

std::set<Frequency> frequencies_of(const ChainPlan& plan) {
  std::set<Frequency> frequencies;
  for (const InstitutionId member : plan.members) {
    const std::int64_t updates = planned_updates(plan, member).value_or(0);
    if (updates > 0) frequencies.insert(frequency_of(plan, member, updates, is_dp_sgd(plan)));
  }
  return frequencies;
}

}  // namespace

Protection protection_of(const ChainPlan& plan) {
  if (!plan.learns()) return {};
  if (plan.config.training.noise_multiplier > 0.0) return by_dp_sgd(plan);
  if (has_step(plan, "noise") || has_step(plan, "sparse_vector")) return by_noisy_update(plan);
  return {};
}

std::optional<std::int64_t> planned_updates(const ChainPlan& plan, InstitutionId member) {
  if (plan.is_asynchronous()) return std::nullopt;
  std::int64_t updates = 0;
  for (std::int64_t round = 0; round < plan.config.rounds; ++round) {
    const std::vector<InstitutionId> present = participants(*plan.rounds, round);
    if (std::ranges::find(present, member) != present.end()) ++updates;
  }
  return updates;
}

Releases releases_of(const ChainPlan& plan, InstitutionId member, std::int64_t updates) {
  Releases releases;
  const Protection protection = protection_of(plan);
  if (protection.unit.empty()) return releases;
  if (protection.unit == "institution" && has_step(plan, "sparse_vector")) {
    releases.add(PureReleases{plan.config.sharing.sparse_epsilon, updates});
    return releases;
  }
  const bool of_records = protection.unit == "record";
  const Frequency frequency = frequency_of(plan, member, updates, of_records);
  const double noise = of_records ? plan.config.training.noise_multiplier : plan.config.sharing.noise_multiplier;
  releases.add(GaussianReleases{frequency.rate, noise, frequency.steps});
  return releases;
}

void search_noise(ChainPlan& plan) {
  const PrivacyConfig& privacy = plan.config.privacy;
  if (privacy.epsilon == 0.0 || !plan.learns() || (is_dp_sgd(plan) && plan.data.empty())) return;
  const auto accountant = make_accountant(privacy);
  const std::set<Frequency> frequencies = frequencies_of(plan);
  const auto epsilon_of = [&](const Frequency& frequency, double noise) {
    Releases releases;
    releases.add(GaussianReleases{frequency.rate, noise, frequency.steps});
    return accountant->epsilon(releases, privacy.delta).epsilon;
  };
  double noise = 0.0;
  for (const Frequency& frequency : frequencies) {
    if (noise > 0.0 && epsilon_of(frequency, noise) <= privacy.epsilon) continue;
    noise = noise_for(privacy.epsilon, [&](double multiplier) { return epsilon_of(frequency, multiplier); });
  }
  multiplier_of(plan) = noise;
}

void require_small_delta(const ChainPlan& plan) {
  const std::string unit = protection_of(plan).unit;
  if (unit.empty() || (unit == "institution" && has_step(plan, "sparse_vector"))) return;
  std::int64_t units = std::ssize(plan.members);
  if (unit == "record") {
    for (const InstitutionId member : plan.members) units = std::max(units, plan.data_of(member).train.size());
  }
  const double delta = plan.config.privacy.delta;
  if (delta * static_cast<double>(units) < 1.0) return;
  throw UsageError(fmt::format(
      "privacy.delta is {}, needs less than 1 / {}: there are {} {}s to protect, and delta is the chance that one "
      "of them is published",
      delta, units, units, unit));
}

}  // namespace polyclinic
