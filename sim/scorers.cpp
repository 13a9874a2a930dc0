#include "sim/scorers.hpp"

#include <simgrid/s4u/Actor.hpp>

#include <algorithm>

#include "sim/cost_model.hpp"
#include "sim/interrupt.hpp"
#include "sim/learning_world.hpp"
#include "sim/transfer.hpp"

namespace polyclinic {

void Scorers::awaited(NodeId node, const Effects& effects) {
  if (effects.awaiting_scores.empty()) return;
  const ChainPlan& plan = world_.plan();
  const InstitutionId scorer = plan.members[static_cast<std::size_t>(node.value)];  // hosts = "members": the first run them
  if (!std::ranges::binary_search(plan.rounds->scorers, scorer)) return;
  world_.services.stage.spawn("scorer", world_.host(scorer),
                              [this, scorer, node, updates = effects.awaiting_scores] {
                                for (const RecordedUpdate& update : updates) score(scorer, node, update);
                              });
}

void Scorers::score(InstitutionId scorer, NodeId node, const RecordedUpdate& recorded) {
  const ChainPlan& plan = world_.plan();
  const UpdateName name = name_of(recorded.transaction);
  if (name.round < world_.learner.closed_rounds() || !world_.book.has(name)) return;  // decided without this vote
  const Job<Score> job = world_.learner.start_scoring(scorer, name.round, world_.book.update(name));
  if (!plan.rules->payload_on_chain) {
    const std::optional<InstitutionId> holder = world_.store.holder_for(name, scorer);
    if (!holder) {
      return world_.event("payload unavailable", "no holder in reach", "for scoring", "no vote", scorer);
    }
    world_.traffic.bytes += fetch_all(world_.services.wire, world_.services.network,
                                      {{world_.host(*holder), recorded.transaction.payload_bytes}}, world_.host(scorer));
  }
  simgrid::s4u::this_actor::execute(scoring_flops(plan, scorer) + cost::signing_flops(1));
  Transaction vote;
  vote.chain = plan.id;
  vote.author = scorer;
  vote.kind = TransactionKind::score;
  vote.round = recorded.transaction.round;
  vote.samples = await(job).accepted ? 1 : 0;
  vote.payload = recorded.id;
  if (!world_.reachability.is_up(scorer)) return;
  world_.machines().submit(node, {sign(vote, plan.member_keys[plan.position(scorer)]), nullptr});
}

}  // namespace polyclinic
