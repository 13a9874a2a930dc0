#include "sim/scorers.hpp"

#include <simgrid/s4u/Actor.hpp>

#include <algorithm>
#include <optional>

#include "sim/cost_model.hpp"
#include "sim/interrupt.hpp"
#include "sim/learning_world.hpp"

namespace polyclinic {

void Scorers::awaited(NodeId node, const Effects& effects) {
  if (effects.awaiting_scores.empty()) return;
  const ChainPlan& plan = world_.plan();
  const InstitutionId scorer = plan.members[static_cast<std::size_t>(node.value)];  // hosts = "members": the first run them
  if (!std::ranges::binary_search(plan.rounds->scorers, scorer)) return;
  for (const RecordedUpdate& update : effects.awaiting_scores) tasks_[scorer].push_back({node, update});
  work_on(scorer);
}

void Scorers::crashed(InstitutionId member) {
  if (const auto actor = actors_.extract(member)) actor.mapped()->kill();
}

void Scorers::restarted(InstitutionId member) {
  if (tasks_.contains(member)) work_on(member);
}

void Scorers::work_on(InstitutionId scorer) {
  if (actors_.contains(scorer) || !world_.reachability.is_up(scorer)) return;
  actors_[scorer] = world_.services.stage.spawn("scorer", world_.host(scorer), [this, scorer] {
    for (std::deque<Task>& tasks = tasks_[scorer]; !tasks.empty(); tasks.pop_front()) score(scorer, Task(tasks.front()));
    actors_.erase(scorer);
  });
}

// Asks again until somebody hands it out, or the vote matters no more.
bool Scorers::fetch(InstitutionId scorer, const Transaction& update) {
  const UpdateName name = name_of(update);
  for (bool first = true; world_.book.is_open(name) && !world_.has_ended(); first = false) {
    if (const std::optional<InstitutionId> holder = world_.store.holder_for(name, scorer)) {
      world_.fetch({{world_.host(*holder), update.payload_bytes}}, world_.host(scorer));
      return true;
    }
    if (first) world_.event("payload unavailable", "no holder in reach", "for scoring", "waits for it", scorer);
    simgrid::s4u::this_actor::sleep_for(cost::reconnection_s);
  }
  return false;
}

void Scorers::score(InstitutionId scorer, const Task& task) {
  const ChainPlan& plan = world_.plan();
  const RecordedUpdate& recorded = task.update;
  const UpdateName name = name_of(recorded.transaction);
  if (!world_.book.is_open(name)) return;  // decided without this vote
  const Job<Score> job = world_.learner.start_scoring(scorer, name.round, world_.book.update(name));
  if (!plan.rules->payload_on_chain && !fetch(scorer, recorded.transaction)) return;
  simgrid::s4u::this_actor::execute(scoring_flops(plan, scorer) + cost::signing_flops(1));
  Transaction vote;
  vote.chain = plan.id;
  vote.author = scorer;
  vote.kind = TransactionKind::score;
  vote.round = recorded.transaction.round;
  vote.samples = await(job).accepted ? 1 : 0;
  vote.payload = recorded.id;
  world_.submissions.say(scorer, task.node, {sign(vote, plan.member_keys[plan.position(scorer)]), nullptr}, name);
}

}  // namespace polyclinic
