#include "core/probing/membership_probe.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/stack.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "core/base/error.hpp"
#include "core/collaboration/simple_leakage.hpp"
#include "core/leakage/membership/attack.hpp"
#include "core/probing/allowed.hpp"
#include "core/probing/completion.hpp"
#include "core/probing/observers.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t points_per_decade = 20;

struct Setup {
  ShadowSetting shadows;
  std::vector<Question> questions;
  std::vector<std::string> attacks;
  std::optional<Completion> completion;
  double shared_fraction = 0.0;
  std::vector<std::vector<bool>> coins;
  std::vector<SkippedAttackRow> skipped;  // attacks that nothing can be asked for
};
using SetupPointer = std::shared_ptr<const Setup>;

bool is_asked(const std::vector<std::string>& attacks, MembershipSignal signal) {
  return std::ranges::any_of(attacks, [&](const std::string& name) { return signal_of(name) == signal; });
}

void ask_models(std::vector<Question>& questions, const ChainPlan& plan, std::size_t institutions) {
  questions.push_back({.target = plan.policy->has_private_part() ? "completed" : "model"});
  for (std::size_t place = 0; place < institutions; ++place) {
    for (std::size_t method = 0; method < plan.personalizers.size(); ++method) {
      if (plan.personalizers[method]->needs_alone()) continue;
      const std::string name = "personal " + plan.config.personalization[method].result_name();
      questions.push_back({name, MembershipSignal::confidence, static_cast<std::int64_t>(place), method});
    }
  }
}

std::vector<Question> questions_of(const ChainPlan& plan, std::size_t institutions, const std::vector<std::string>& attacks) {
  std::vector<Question> questions;
  if (is_asked(attacks, MembershipSignal::confidence)) ask_models(questions, plan, institutions);
  if (plan.masks_updates()) return questions;  // nobody reads a single one
  for (const MembershipSignal signal : {MembershipSignal::update_alignment, MembershipSignal::loss_drop}) {
    if (!is_asked(attacks, signal)) continue;
    for (std::size_t place = 0; place < institutions; ++place) questions.push_back({"updates", signal, static_cast<std::int64_t>(place), 0});
  }
  return questions;
}

// Why nobody can ask about updates.
std::string obstacle_to_asking(const ChainPlan& plan) {
  return plan.masks_updates() ? "updates are masked, and nobody reads a single one" : "there is nobody whose updates could be asked about";
}

// Personal models that shadows do not make.
void skip_what_needs_alone(Setup& setup, const std::vector<std::string>& attacks) {
  const ChainPlan& plan = *setup.shadows.plan;
  for (std::size_t method = 0; method < plan.personalizers.size(); ++method) {
    if (!plan.personalizers[method]->needs_alone()) continue;
    const std::string reason = fmt::format("personal {}: shadow models have no model trained alone to make it from",
                                           plan.config.personalization[method].result_name());
    for (const std::string& name : attacks) {
      if (signal_of(name) == MembershipSignal::confidence) setup.skipped.push_back({plan.config.name, plan.config.rounds, -1, "query", name, reason});
    }
  }
}

// Keeps the attacks that there is a question for.
void keep_asked(Setup& setup, const std::vector<std::string>& attacks) {
  const ChainPlan& plan = *setup.shadows.plan;
  for (const std::string& name : attacks) {
    const bool asked = std::ranges::any_of(setup.questions, [&](const Question& question) { return question.signal == signal_of(name); });
    if (asked) setup.attacks.push_back(name);
    else setup.skipped.push_back({plan.config.name, plan.config.rounds, -1, "chain", name, obstacle_to_asking(plan)});
  }
}

// What the run itself left behind.
Remains remains_of(const ShadowSetting& setting, const ProbePlan& probe, const ChainLearning& learning,
                   const std::vector<PersonalJob>& personal, Pool& pool) {
  const ChainPlan& plan = *setting.plan;
  Remains remains{.model = learning.global(plan.config.rounds).parameters, .personal = {}, .updates = {}};
  for (const InstitutionCandidates& of_one : setting.candidates) {
    if (setting.wants_personal) {
      for (const PersonalResult& result : personal[plan.position(of_one.institution)].get()) remains.personal.push_back(result.model);
    }
    remains.updates.push_back(setting.wants_updates ? updates_of(probe, learning, of_one.institution, pool) : std::vector<ObservedUpdate>{});
  }
  return remains;
}

void add_scores(MembershipScores& to, const at::Tensor& scores, const std::vector<bool>& truth) {
  const double* score = scores.data_ptr<double>();
  for (std::size_t i = 0; i < truth.size(); ++i) (truth[i] ? to.members : to.non_members).push_back(score[i]);
}

// What a shadow model answers, and on whom it was trained.
struct AskedShadow {
  const std::vector<bool>* is_in;
  Answers answers;
};

// All answers, and what differential privacy allows.
struct Trial {
  Answers target;
  std::vector<AskedShadow> shadows;
  Allowance of_run, of_shadows;
};

// Findings of one question.
class Examination {
 public:
  Examination(const Setup& setup, std::size_t question, const Trial& trial)
      : setup_(setup), question_(setup.questions[question]), trial_(trial), asked_(asked_of(question_, setup.shadows.candidates)) {
    const std::int64_t records = std::ssize(asked_.membership);
    std::vector<at::Tensor> known, population, in;
    for (std::size_t shadow = 0; shadow < trial.shadows.size(); ++shadow) {
      const at::Tensor& answer = trial.shadows[shadow].answers[question];
      known.push_back(answer.slice(0, 0, records));
      population.push_back(answer.slice(0, records));
      in.push_back(at::empty({records}, at::kBool));
      for (std::int64_t i = 0; i < records; ++i) in.back()[i] = coin(shadow, static_cast<std::size_t>(i));
    }
    view_.target = trial.target[question].slice(0, 0, records).contiguous();
    view_.population_target = trial.target[question].slice(0, records).contiguous();
    if (trial.shadows.empty()) return;
    view_.shadows = at::stack(known);
    view_.in = at::stack(in);
    view_.population_shadows = at::stack(population);
  }

  void add_to(Findings& findings) const {
    for (const std::string& name : setup_.attacks) {
      if (signal_of(name) != question_.signal) continue;
      const auto attack = make_membership_attack(name);
      const bool is_known = !view_.target.isnan().any().item<bool>();
      const std::string obstacle = is_known ? attack->obstacle(view_) : "numbers that the model needs are private, and could not be learned";
      if (!obstacle.empty()) {
        const MembershipRow row = row_of(name, question_.target);
        findings.skipped.push_back({row.chain, row.round, row.institution, row.observer, name, obstacle});
        continue;
      }
      MembershipScores scores;
      add_scores(scores, attack->scores(view_), asked_.membership);
      add(findings, scores, row_of(name, question_.target), false);
      const bool is_of_updates = question_.target == "updates";
      if (question_.place < 0 || is_of_updates) add_procedure(findings, *attack, row_of(name, is_of_updates ? "procedure updates" : "procedure"));
    }
  }

 private:
  [[nodiscard]] bool coin(std::size_t shadow, std::size_t record) const { return (*trial_.shadows[shadow].is_in)[asked_.first + record]; }

  // Each shadow in turn as the target, by help of the others: there every record's membership was a coin of its own.
  void add_procedure(Findings& findings, const MembershipAttack& attack, const MembershipRow& row) const {
    if (view_.shadow_models() < 4) return;
    MembershipScores scores;
    for (std::int64_t shadow = 0; shadow < view_.shadow_models(); ++shadow) {
      const MembershipView view = view_of_shadow(view_, shadow);
      if (!attack.obstacle(view).empty()) return;
      std::vector<bool> truth;
      for (std::size_t i = 0; i < asked_.membership.size(); ++i) truth.push_back(coin(static_cast<std::size_t>(shadow), i));
      add_scores(scores, attack.scores(view), truth);
    }
    add(findings, scores, row, true);
  }

  [[nodiscard]] MembershipRow row_of(const std::string& attack, const std::string& target) const {
    const ChainPlan& plan = *setup_.shadows.plan;
    MembershipRow row;
    row.chain = plan.config.name;
    row.round = plan.config.rounds;
    if (question_.place >= 0) {
      row.institution = setup_.shadows.candidates[static_cast<std::size_t>(question_.place)].institution.value;
    }
    row.observer = target.starts_with("personal") ? "query" : "chain";
    // Shadows train as members do, from the public initial values of what is private.
    row.tier = tier_name(plan.policy->has_private_part() ? Tier::T2 : Tier::T1);
    row.policy = policy_name(plan.config.sharing);
    row.target = target;
    row.attack = attack;
    row.shared_fraction = setup_.shared_fraction;
    row.shadow_models = view_.shadow_models();
    return row;
  }

  void add(Findings& findings, const MembershipScores& scores, MembershipRow row, bool by_coins) const {
    row.members = std::ssize(scores.members);
    row.non_members = std::ssize(scores.non_members);
    const Bounded area = auc(scores), balanced = balanced_accuracy(scores), at_2 = tpr_at(scores, 1e-2), at_3 = tpr_at(scores, 1e-3);
    row.auc = area.value, row.auc_low = area.low, row.auc_high = area.high;
    row.balanced_accuracy = balanced.value, row.balanced_accuracy_low = balanced.low, row.balanced_accuracy_high = balanced.high;
    row.tpr_at_1e_2 = at_2.value, row.tpr_at_1e_2_low = at_2.low, row.tpr_at_1e_2_high = at_2.high;
    row.tpr_at_1e_3 = at_3.value, row.tpr_at_1e_3_low = at_3.low, row.tpr_at_1e_3_high = at_3.high;
    const Allowance& allowance = by_coins ? trial_.of_shadows : trial_.of_run;
    row.epsilon_low = epsilon_lower_bound(scores, setup_.shadows.plan->config.privacy.delta);
    row.epsilon_allowed = allowance.epsilon;
    row.comparable = allowance.comparable ? 1 : 0;
    const bool has_curve = !scores.members.empty() && !scores.non_members.empty();
    findings.membership.push_back({std::move(row), has_curve ? thinned(roc_curve(scores), points_per_decade) : std::vector<RocPoint>{}});
  }

  const Setup& setup_;
  const Question& question_;
  const Trial& trial_;
  Asked asked_;
  MembershipView view_;
};

// Why shadows cannot repeat what the chain did; empty: they can.
std::string obstacle_to_shadows(const ChainPlan& plan) {
  if (plan.is_asynchronous()) return "shadow models repeat synchronous rounds alone";
  if (std::ranges::any_of(plan.conducts, [](const Conduct& conduct) { return !conduct.honest(); })) return "shadow models repeat honest members alone";
  return "";
}

Findings not_tried(const ChainPlan& plan, const std::vector<std::string>& attacks, const std::string& reason) {
  Findings findings;
  for (const std::string& attack : attacks) findings.skipped.push_back({plan.config.name, plan.config.rounds, -1, "chain", attack, reason});
  return findings;
}

SetupPointer prepare(const ProbePlan& probe, const std::vector<std::string>& attacks, const ChainLearning& learning, Pool& pool) {
  const ChainPlanPointer& plan = learning.shared_plan();
  auto setup = std::make_shared<Setup>();
  const Seed seed = plan->seed / "membership";
  ShadowSetting& shadows = setup->shadows;
  shadows.plan = plan;
  shadows.candidates = draw_candidates(*plan, probe.chosen(plan->members), plan->personalizers.empty(), seed / "candidates");
  std::erase_if(shadows.candidates, [](const InstitutionCandidates& of_one) { return of_one.members == 0; });
  for (const PublishedRound& round : learning.published()) shadows.guidance.push_back(round.updates.front().before().guidance);
  setup->questions = questions_of(*plan, shadows.candidates.size(), attacks);
  shadows.wants_model = is_asked(attacks, MembershipSignal::confidence);
  shadows.wants_personal = shadows.wants_model && !plan->personalizers.empty();
  shadows.wants_updates = std::ranges::any_of(setup->questions, [](const Question& question) { return question.target == "updates"; });
  keep_asked(*setup, attacks);
  skip_what_needs_alone(*setup, attacks);
  setup->shared_fraction = shared_fraction_of(probe, learning, pool);
  const std::int64_t needed = setup->attacks.empty() ? 0 : probe.config.shadows;
  setup->coins = toss_coins(needed, std::ssize(membership_of(shadows.candidates)), seed / "coins");
  leave_nobody_empty(setup->coins, shadows.candidates);
  setup->completion.emplace(shadows, seed / "completion");
  return setup;
}

Answers asked(const Setup& setup, Remains remains, Pool& pool) {
  return ask(setup.questions, setup.completion->complete(std::move(remains), pool), setup.shadows, pool);
}

// No answers where training diverged: the chain's own did not, so that nothing else can be wrong with a shadow's.
Answers asked_of_shadow(const Setup& setup, std::size_t shadow, Pool& pool) {
  try {
    const Seed seed = setup.shadows.plan->seed / "shadow" / shadow;
    return asked(setup, run_shadow(setup.shadows, setup.coins[shadow], seed, pool), pool);
  } catch (const Error&) {
    return {};
  }
}

// Those that did not diverge, and whose complement did not either: each record is in half of them.
std::vector<AskedShadow> usable(const Setup& setup, const std::vector<Job<Answers>>& jobs) {
  std::vector<AskedShadow> shadows;
  for (std::size_t shadow = 0; shadow < jobs.size(); ++shadow) {
    if (jobs[shadow].get().empty() || jobs[shadow ^ 1U].get().empty()) continue;
    shadows.push_back({&setup.coins[shadow], jobs[shadow].get()});
  }
  return shadows;
}

}  // namespace

Job<Findings> start_membership(const ProbePlan& probe, const std::vector<std::string>& attacks, const ChainLearning& learning,
                               const std::vector<PersonalJob>& personal, Pool& pool) {
  const ChainPlan& plan = learning.plan();
  std::string obstacle = obstacle_to_shadows(plan);
  const SetupPointer setup = obstacle.empty() ? prepare(probe, attacks, learning, pool) : nullptr;
  if (setup && setup->shadows.candidates.empty()) obstacle = "no institution has withheld rows";
  if (!obstacle.empty()) return pool.submit(Urgency::simulation, [&plan, attacks, obstacle] { return not_tried(plan, attacks, obstacle); });
  std::vector<Job<Answers>> jobs;
  for (std::size_t shadow = 0; shadow < setup->coins.size(); ++shadow) {
    jobs.push_back(pool.submit(Urgency::simulation, [setup, shadow, &pool] { return asked_of_shadow(*setup, shadow, pool); }));
  }
  const Remains remains = remains_of(setup->shadows, probe, learning, personal, pool);
  return pool.submit(Urgency::simulation, [setup, remains, jobs, &pool] {
    const Trial trial{asked(*setup, remains, pool), usable(*setup, jobs), allowed(*setup->shadows.plan, false),
                      allowed_of_shadows(setup->shadows, setup->coins)};
    Findings findings;
    findings.skipped = setup->skipped;
    for (std::size_t question = 0; question < setup->questions.size(); ++question) {
      Examination(*setup, question, trial).add_to(findings);
    }
    return findings;
  });
}

}  // namespace polyclinic
