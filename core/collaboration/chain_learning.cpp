#include "core/collaboration/chain_learning.hpp"

#include <algorithm>
#include <cassert>

namespace polyclinic {
namespace {

std::unique_ptr<ModelHistory> make_history(const ChainPlanPointer& plan, Pool& pool) {
  return plan->averages_with_neighbours() ? make_neighbour_models(plan, pool) : make_common_model(plan, pool);
}

Topology exchange_of(const ChainPlan& plan) {
  return plan.averages_with_neighbours() ? topology_of(*plan.rounds) : Topology({});
}

std::int64_t staleness_of(const ClosedRound& closed, std::size_t update) {
  return closed.staleness.empty() ? 0 : closed.staleness[update];
}

// The one of a member's pending updates that a transaction is about.
template <class Pendings>
auto find_of(Pendings& pending, const Transaction& update) {
  return std::ranges::find_if(pending, [&](const auto& candidate) {
    return candidate.round == static_cast<std::int64_t>(update.round) && candidate.nonce == update.nonce;
  });
}

}  // namespace

ChainLearning::ChainLearning(ChainPlanPointer plan, Pool& pool, const EvaluationConfig& evaluation)
    : plan_(std::move(plan)),
      pool_(pool),
      evaluation_(evaluation),
      models_(make_history(plan_, pool)),
      secure_(plan_->masks_updates() ? std::make_unique<SecureRounds>(plan_) : nullptr),
      topology_(exchange_of(*plan_)),
      states_(plan_->members.size()),
      pending_(plan_->members.size()),
      personal_(plan_, pool) {}

Job<RoundOutcome> ChainLearning::start_training(InstitutionId member, std::int64_t round, std::uint32_t nonce) {
  RoundTask task{plan_, member, round, nonce, state_to_train_from(member)};
  ModelSource model = models_->model(member, round);
  models_->started(member, round);
  personal_.started(task, model);
  return pool_.submit(Urgency::simulation, [task = std::move(task), held = std::move(model), &pool = pool_]() mutable {
    const RoundTask own = std::exchange(task, {});
    const ModelSource source = std::exchange(held, nullptr);
    return run_round(own, source(), pool);
  });
}

MemberState ChainLearning::state_to_train_from(InstitutionId member) const {
  MemberState state = state_of(member);
  const std::deque<Pending>& pending = pending_[plan_->position(member)];
  if (plan_->is_asynchronous() && !pending.empty()) state.policy = pending.back().policy;
  return state;
}

void ChainLearning::finish_training(InstitutionId member, std::int64_t round, std::uint32_t nonce, const RoundOutcome& outcome) {
  const std::size_t position = plan_->position(member);
  MemberState start = plan_->probes.empty() ? MemberState{} : states_[position];
  states_[position].own = outcome.next.own;
  states_[position].policy.exposed = outcome.next.policy.exposed;  // it has left the building, whether it will count or not
  std::deque<Pending>& pending = pending_[position];
  if (!plan_->is_asynchronous()) pending.clear();
  pending.push_back({round, nonce, outcome.next.policy, outcome.next.control, outcome.displacement, std::move(start)});
}

void ChainLearning::forget(InstitutionId member, std::int64_t round, std::uint32_t nonce) {
  std::erase_if(pending_[plan_->position(member)],
                [&](const Pending& pending) { return pending.round == round && pending.nonce == nonce; });
}

at::Tensor ChainLearning::settle(const Transaction& update) {
  const std::size_t position = plan_->position(update.author);
  std::deque<Pending>& pending = pending_[position];
  const auto found = find_of(pending, update);
  if (found == pending.end()) return {};
  states_[position].policy = std::move(found->policy);
  states_[position].control = std::move(found->control);
  at::Tensor displacement = std::move(found->displacement);
  pending.erase(pending.begin(), std::next(found));
  return displacement;
}

std::int64_t ChainLearning::training_samples(InstitutionId member) const {
  return round_samples(*plan_, plan_->data_of(member).train.size());
}

std::int64_t ChainLearning::training_samples(InstitutionId member, std::int64_t round) const {
  return plan_->conduct_of(member).trains(round) ? training_samples(member) : 0;
}

double ChainLearning::training_flops(InstitutionId member, std::int64_t round) const {
  const std::int64_t samples = training_samples(member, round);
  const std::int64_t all = samples > 0 ? samples + reference_samples(member) : 0;
  return static_cast<double>(plan_->model->forward_flops_per_sample()) * static_cast<double>(all);
}

bool ChainLearning::needs_payload(InstitutionId member, InstitutionId author) const {
  if (models_->is_common()) return true;
  const auto position = [this](InstitutionId of) { return static_cast<std::int64_t>(plan_->position(of)); };
  return std::ranges::binary_search(topology_.neighbours(position(member)), position(author));
}

Job<Score> ChainLearning::start_scoring(InstitutionId scorer, std::int64_t round, SharedUpdatePointer update) const {
  const RoundTask task{plan_, scorer, round, 0, state_of(scorer)};
  return pool_.submit(Urgency::simulation, [task, source = models_->global(round), scored = std::move(update), &pool = pool_] {
    return score_update(task, source(), scored, pool);
  });
}

void ChainLearning::close(const ClosedRound& closed, std::vector<SharedUpdatePointer> updates) {
  assert(closed.round == closed_rounds());
  assert(updates.size() == closed.updates.size());
  if (secure_) latest_sum_ = start_opening(closed, updates);
  const bool is_probed = !plan_->probes.empty();
  if (is_probed) keep_published(closed, updates);
  std::vector<ClosedUpdate> settled;
  for (std::size_t i = 0; i < updates.size(); ++i) {
    at::Tensor displacement = settle(closed.updates[i]);
    settled.push_back({closed.updates[i], staleness_of(closed, i), std::move(updates[i]), std::move(displacement)});
  }
  if (secure_) {
    settled = {opened_mean(closed, latest_sum_)};
    secure_->forget(closed.round);
  }
  models_->close(std::move(settled), closed.closed_by);
  if (is_probed) published_.back().after = models_->global(closed_rounds());
}

Job<SharedUpdatePointer> ChainLearning::start_masking(InstitutionId member, std::int64_t round, SharedUpdatePointer plain) {
  const std::int64_t samples = plan_->data_of(member).train.size();
  const OwnMasks& masks = secure_->masks(member, round);
  return pool_.submit(Urgency::simulation, [plan = plan_, masks, plain = std::move(plain), samples] {
    return masked_update(*plan, *plain, samples, masks);
  });
}

// The statements are looked up now: they are forgotten with the round.
SumSource ChainLearning::start_opening(const ClosedRound& closed, const std::vector<SharedUpdatePointer>& updates) const {
  std::map<Digest, SharedUpdatePointer> payloads;
  for (const SharedUpdatePointer& update : updates) payloads.emplace(update->digest(), update);
  for (const Transaction& said : closed.statements) payloads.emplace(said.payload, secure_->said(said.payload));
  Job<PublicSum> job = pool_.submit(Urgency::simulation, [plan = plan_, closed, held = std::move(payloads)]() mutable {
    const std::map<Digest, SharedUpdatePointer> known = std::exchange(held, {});
    return open_round(*plan, closed, [&](const Digest& payload) { return known.at(payload); });
  });
  return [job = std::move(job)] { return job.get(); };
}

MemberState ChainLearning::start_of(const Transaction& update) const {
  if (!plan_->policy->has_private_part() && !plan_->masks_updates()) return {};
  const std::deque<Pending>& pending = pending_[plan_->position(update.author)];
  const auto found = find_of(pending, update);
  return found == pending.end() ? MemberState{} : found->start;
}

void ChainLearning::keep_published(const ClosedRound& closed, const std::vector<SharedUpdatePointer>& updates) {
  PublishedRound round{.round = closed.round, .updates = {}, .sum = latest_sum_, .after = nullptr};
  for (std::size_t i = 0; i < updates.size(); ++i) {
    const Transaction& transaction = closed.updates[i];
    const auto version = static_cast<std::int64_t>(transaction.round);
    const bool is_kept = models_->is_common() && models_->keeps(transaction.author, version);
    round.updates.push_back({transaction, updates[i], is_kept ? models_->global(version) : nullptr, start_of(transaction)});
  }
  published_.push_back(std::move(round));
}

Job<Observation> ChainLearning::observe(std::int64_t rounds, std::vector<InstitutionId> members) const {
  const bool differ = !models_->is_common() || plan_->policy->has_private_part();
  std::vector<ObservedModel> models;
  for (const InstitutionId member : members) {
    if (!differ) break;
    const bool trained = !plan_->policy->has_private_part() || state_of(member).own.numbers.defined();
    models.push_back({member, own_model(member, rounds), trained});
  }
  ModelSource global = models.empty() ? models_->global(rounds) : nullptr;
  return pool_.submit(Urgency::simulation, [plan = plan_, held = std::move(global), &pool = pool_, differ,
                                            on_own_rows = evaluation_.members, members = std::move(members),
                                            models = std::move(models)]() mutable {
    const std::vector<ObservedModel> observed = std::exchange(models, {});
    const ModelSource common = std::exchange(held, nullptr);
    if (!observed.empty()) {
      return observe_personal(*plan, observed, on_own_rows, pool);
    }
    const ParameterSet model = common().parameters;
    const Pool::Timer timer(pool, Phase::evaluation);
    const bool asks_members = on_own_rows && !differ;
    return observe_common(*plan, model, asks_members ? members : std::vector<InstitutionId>{}, pool);
  });
}

std::function<ParameterSet()> ChainLearning::own_model(InstitutionId member, std::int64_t rounds) const {
  const RoundTask task{plan_, member, rounds, 0, state_of(member)};
  return [task, source = models_->model(member, rounds)] { return composed(task, source().parameters); };
}

ParameterSet ChainLearning::personal_model(InstitutionId member, std::int64_t rounds) const { return own_model(member, rounds)(); }

}  // namespace polyclinic
