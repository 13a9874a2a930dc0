#include "sim/learning_world.hpp"

#include <simgrid/s4u.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "core/base/error.hpp"
#include "core/collaboration/baselines.hpp"
#include "core/collaboration/simple_leakage.hpp"
#include "core/learning/model_encoding.hpp"
#include "sim/cost_model.hpp"
#include "sim/institution.hpp"
#include "sim/interrupt.hpp"
#include "sim/node_setups.hpp"
#include "sim/patience.hpp"
#include "sim/transfer.hpp"

namespace polyclinic {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

}  // namespace

LearningWorld::LearningWorld(ChainPlanPointer plan, WorldHosts world_hosts, const Services& world_services,
                             Reachability& world_reachability, std::unique_ptr<Chronicle> world_chronicle)
    : learner(plan, world_services.pool, world_services.scenario.evaluation),
      hosts(std::move(world_hosts)),
      services(world_services),
      reachability(world_reachability),
      book(plan),
      store(learner.plan().members, plan->config.consensus.replicas, world_reachability),
      submissions(*this),
      exports(*this),
      chronicle_(std::move(world_chronicle)),
      watch_(plan, *chronicle_),
      announcer_(*this),
      scorers_(*this),
      actors_(plan->members.size()),
      is_done_(plan->members.size()),
      patience_s_(polyclinic::patience_s(world_services.scenario, plan->config)) {
  for (simgrid::s4u::Host* host : hosts.members) {
    mail_.push_back(std::make_unique<Channel<Announcement>>(services.wire, traffic, host));
  }
  for (const InstitutionId member : plan->members) lives_.push_back(std::make_unique<InstitutionLife>(*this, member));
  machines_ = std::make_unique<ChainMachines>(node_setups(learner.plan()), hosts.validators, services.agenda, services.wire,
                                              traffic, *this);
  connections = std::make_unique<Connections>(
      this->plan(), services, reachability, [this](InstitutionId member) { return host(member); },
      [this](NodeId node) { return machines_->host(node); },
      [this](InstitutionId member, NodeId node) { announcer_.greeted(member, node); });
}

LearningWorld::~LearningWorld() = default;

void LearningWorld::connect(const std::vector<ChainWorld*>& chains) {
  std::vector<LearningWorld*> worlds;
  for (ChainWorld* chain : chains) worlds.push_back(dynamic_cast<LearningWorld*>(chain));
  gateway_.connect(worlds);
}

void LearningWorld::begin(std::function<void()> on_end) {
  on_end_ = std::move(on_end);
  machines_->start();
  gateway_.begin();
  const double start_s = plan().config.start_s;
  if (start_s > 0.0) {
    services.agenda.at(simgrid::s4u::Engine::get_clock() + start_s, [this] { open(); });
  } else {
    open();
  }
  for (const InstitutionId member : plan().members) spawn(member);
  if (!validators(plan(), Honesty::hostile).empty()) {
    const double silence_s = cost::resubmission_intervals * plan().config.consensus.block_interval_s;
    for (const InstitutionId member : plan().members) connections->watch_silence(member, silence_s);
  }
  check_progress(-1.0);
}

// The first round opens: members hear of it, and the initial model has what other chains have given by now.
void LearningWorld::open() {
  learner.open();
  const RelayedContent relayed = gateway_.take_content();
  book.open({.relayed_bytes = relayed.bytes, .relayed_signatures = relayed.signatures});
  record_initial();
  gateway_.note_round(0);
  progress_s_ = now_s();
  for (const InstitutionId member : participants(*plan().rounds, 0)) {
    const auto phase = plan().masks_updates() ? std::optional(SecurePhase::keys) : std::nullopt;
    mail(member).deliver(simgrid::s4u::Engine::get_clock(), {.phase = phase});
  }
}

void LearningWorld::spawn(InstitutionId member) {
  const std::size_t position = plan().position(member);
  actors_[position] =
      services.stage.spawn("institution", hosts.members[position], [this, position] { lives_[position]->live(); });
}

simgrid::s4u::Host* LearningWorld::home_host(InstitutionId member) const {
  return machines_->host(connections->home(member));
}

// ---- what the machines say

bool LearningWorld::connects(NodeId from, NodeId to) const {
  return reachability.connects(Party(plan().id, from), Party(plan().id, to));
}

void LearningWorld::reacted(NodeId node, const ChainNode& state, const Effects& effects) {
  if (plan().is_hostile(node)) return;
  watch_.reacted(node, effects, now_s());
  for (const ClosedPhase& phase : effects.phases) note(phase);
  // What relayers brought counts for the rounds that close with its block or later.
  std::size_t next = 0;
  for (const BlockPointer& block : effects.finalized) {
    see(block);
    for (; next < effects.closed.size() && effects.closed[next].closed_by == block; ++next) close(effects.closed[next]);
  }
  for (; next < effects.closed.size(); ++next) close(effects.closed[next]);
  if (!effects.finalized.empty()) exports.reacted(node, state.ledger());
  for (const Transaction& update : effects.refused) {
    if (update.kind != TransactionKind::update) continue;
    learner.forget(update.author, update.round, update.nonce);
    book.decided(name_of(update));
  }
  if (!effects.finalized.empty()) announcer_.finalized(node, state, effects);
  scorers_.awaited(node, effects);
  if (!state.contract().ended()) {
    nodes_ended_.erase(node);  // a reversal may reopen the last round
  } else if (nodes_ended_.insert(node).second) {
    check_end();
  }
}

// Once, by the first validator for which the block is final.
void LearningWorld::see(const BlockPointer& block) {
  if (block->transactions().empty() || !seen_.insert(block->hash()).second) return;
  gateway_.finalized(block);
  exports.finalized(*block);
}

void LearningWorld::lose_safety(std::int64_t round, const std::string& what) {
  event("loss of safety", "validators disagree", fmt::format("round {} closed with other {} before", round + 1, what),
        "the run ends", InstitutionId{-1});
  fail("chain {}: safety is lost at {:.3f} s: round {} is closed again on another branch, with other {}; raise "
       "consensus.confirmations or the block interval",
       plan().config.name, now_s(), round + 1, what);
}

void LearningWorld::note(const ClosedPhase& phase) {
  if (!learner.secure()->note(phase)) lose_safety(phase.round, "statements");
  progress_s_ = now_s();
}

void LearningWorld::close(const ClosedRound& closed) {
  if (closed.round < learner.closed_rounds()) {
    if (book.agrees(closed)) return;
    lose_safety(closed.round, "updates");
  }
  check_interrupt();
  progress_s_ = now_s();
  std::vector<SharedUpdatePointer> updates = book.updates_of(closed);
  if (services.scenario.record.ledger == "full") {
    for (const SharedUpdatePointer& update : updates) {
      export_.payloads.emplace(update->digest(), Bytes(update->payload().begin(), update->payload().end()));
    }
    for (const Transaction& said : closed.statements) {
      const ByteView bytes = learner.secure()->said(said.payload)->payload();
      export_.payloads.emplace(said.payload, Bytes(bytes.begin(), bytes.end()));
    }
  }
  learner.close(closed, std::move(updates));
  record_round(closed);
}

void LearningWorld::record_round(const ClosedRound& closed) {
  const std::int64_t rounds = closed.round + 1;
  const bool last = rounds == plan().config.rounds;
  std::vector<InstitutionId> members;
  for (const Transaction& update : closed.updates) members.push_back(update.author);
  if (last) members = plan().members;
  std::optional<Job<Observation>> observation;
  if (is_evaluated(services.scenario.evaluation, rounds, plan().config.rounds)) {
    observation = learner.observe(rounds, members);
  }
  RoundRow row = book.round_row(closed);
  row.sim_time_s = now_s();
  row.wire_bytes = static_cast<std::int64_t>(traffic.bytes - std::exchange(traffic_before_, traffic.bytes));
  chronicle_->round(row, book.member_rows(closed, members), std::move(observation));
  const ChainWatch::Progress progress = watch_.take_progress();
  const RelayedContent relayed = gateway_.take_content();
  book.close(closed, {{}, progress.ledger_bytes, progress.blocks, now_s(), relayed.bytes, relayed.signatures});
  gateway_.note_round(rounds);
}

void LearningWorld::record_initial() {
  RoundRow row;
  row.train_loss = undefined;
  row.sim_time_s = now_s();
  std::optional<Job<Observation>> observation;
  if (is_evaluated(services.scenario.evaluation, 0, plan().config.rounds)) observation = learner.observe(0, {});
  chronicle_->round(row, {}, std::move(observation));
}

// ---- what members do

void LearningWorld::publish(const UpdateName& name, const RoundOutcome& outcome) {
  progress_s_ = now_s();
  book.publish(name, outcome);
  store.add(name, name.author);
  const Egress& egress = outcome.egress;
  const char* readers = plan().rules->payload_on_chain ? "members,validators" : "members";
  const char* observers = plan().masks_updates() ? "sum only" : readers;
  chronicle_->update({plan().config.name, name.round + 1, name.author.value, egress.tensors, egress.coordinates,
                      egress.fraction, static_cast<std::int64_t>(egress.bytes), observers, undefined});
  chronicle_->leakage(simple_leakage(plan(), name.author, name.round, egress));
}

void LearningWorld::keep(InstitutionId keeper, const Transaction& update) {
  store.add(name_of(update), keeper);
  if (plan().rounds->keepers == 0) return;
  services.stage.spawn("keeper", host(keeper), [this, keeper, update] {
    simgrid::s4u::this_actor::execute(cost::hashing_flops(update.payload_bytes) + cost::signing_flops(1));
    if (reachability.is_up(keeper)) vouch(keeper, update);
  });
}

void LearningWorld::vouch(InstitutionId keeper, const Transaction& update) {
  Transaction receipt;
  receipt.chain = plan().id;
  receipt.author = keeper;
  receipt.kind = TransactionKind::receipt;
  receipt.round = update.round;
  receipt.samples = 1;
  receipt.payload = transaction_id(update);
  const Submission statement{sign(receipt, plan().member_keys[plan().position(keeper)]), nullptr};
  submissions.say(keeper, connections->home(keeper), statement, name_of(update));
}

void LearningWorld::fetch(const std::vector<std::pair<simgrid::s4u::Host*, std::uint64_t>>& sources,
                          simgrid::s4u::Host* to) {
  traffic += fetch_all(services.wire, services.network, sources, to);
}

void LearningWorld::activity(InstitutionId member, std::int64_t round, const char* what, double start_s) {
  if (std::string_view(what) != "wait") progress_s_ = now_s();
  const std::int64_t counted = std::min(round + 1, plan().config.rounds);  // fetching the final model belongs to the last
  if (now_s() > start_s) chronicle_->activity({plan().config.name, counted, member.value, what, start_s, now_s()});
}

void LearningWorld::event(const std::string& kind, const std::string& cause, const std::string& detail,
                          const std::string& consequence, InstitutionId member) {
  EventRow row{now_s(), plan().config.name, kind, cause, detail, member.value};
  row.consequence = consequence;
  if (kind == "payload unavailable") ++payloads_unavailable_;
  chronicle_->event(row);
}

void LearningWorld::fault(const EventRow& event) {
  if (ended_) return;
  EventRow row = event;
  row.sim_time_s = now_s();
  row.chain = plan().config.name;
  chronicle_->event(row);
}

void LearningWorld::institution_down(InstitutionId institution) {
  gateway_.institution_down(institution);
  if (!std::ranges::binary_search(plan().members, institution) || ended_) return;
  const std::size_t position = plan().position(institution);
  if (actors_[position]) std::exchange(actors_[position], nullptr)->kill();
  mail(institution).clear();
  lives_[position]->crashed();
  scorers_.crashed(institution);
  check_end();
}

void LearningWorld::institution_up(InstitutionId institution) {
  gateway_.institution_up(institution);
  if (!std::ranges::binary_search(plan().members, institution) || ended_ || is_done_[plan().position(institution)]) return;
  spawn(institution);
  scorers_.restarted(institution);
  connections->connect(institution);
}

// ---- the end

void LearningWorld::done(InstitutionId member) {
  is_done_[plan().position(member)] = true;
  actors_[plan().position(member)] = nullptr;
  check_end();
}

// The world ends when the last round is closed, every member that is up has the final model, and every validator that is up
// knows the end too. Those that are cut off are not waited for longer than it takes to notice.
void LearningWorld::check_end() {
  if (ended_ || learner.closed_rounds() < plan().config.rounds) return;
  for (const InstitutionId member : plan().members) {
    if (!is_done_[plan().position(member)] && reachability.is_up(member)) return;
  }
  const auto knows_end = [&](std::size_t node) {
    const NodeId id{static_cast<std::int32_t>(node)};
    return plan().is_hostile(id) || !machines_->is_up(id) || nodes_ended_.contains(id);
  };
  for (std::size_t node = 0; node < machines_->size(); ++node) {
    if (knows_end(node)) continue;
    if (!std::exchange(may_end_, true)) {
      const double grace_s = cost::resubmission_intervals * plan().config.consensus.block_interval_s;
      services.agenda.at(simgrid::s4u::Engine::get_clock() + grace_s, [this] { end(); });
    }
    return;
  }
  end();
}

void LearningWorld::end() {
  if (std::exchange(ended_, true)) return;
  machines_->stop();
  connections->stop();
  gateway_.end();
  if (services.scenario.record.ledger != "none") {
    std::map<Digest, Bytes> payloads = std::move(export_.payloads);
    export_ = watch_.exported(longest(nodes_ended_));
    export_.payloads = std::move(payloads);
    if (services.scenario.record.ledger == "full") export_.initial_model = encode_model(plan().initial);
  }
  record_end();
  on_end_();
}

void LearningWorld::record_end() {
  ChainSummaryRow summary;
  submissions.settle(longest(ended_ ? nodes_ended_ : validators(plan(), Honesty::honest)), summary);
  summary.payloads_unavailable = payloads_unavailable_;
  watch_.record_end(summary);
}

const ChainNode& LearningWorld::longest(const std::set<NodeId>& nodes) const {
  const auto height = [this](NodeId node) { return machines_->node(node).ledger().finalized()->header().height; };
  return machines_->node(*std::ranges::max_element(nodes, {}, height));
}

void LearningWorld::check_progress(double progress_before_s) {
  const auto is_busy = [](const auto& life) { return life->is_busy(); };
  const double progress_s = std::max(progress_s_, watch_.last_final_s());
  const bool alive = now_s() <= plan().config.start_s || progress_s > progress_before_s || reachability.will_change() || std::ranges::any_of(lives_, is_busy);
  if (!alive && !ended_) {
    const std::string open =
        fmt::format("round {} of {} is open since {:.3f} s", learner.closed_rounds() + 1, plan().config.rounds, progress_s);
    event("stalled", "no progress", open, "the run ends", InstitutionId{-1});
    fail(
        "chain {} has stalled: nothing went forward for {:g} s of simulated time (network.patience_s, with allowance for "
        "finality and churn); {}",
        plan().config.name, patience_s_, open);
  }
  if (ended_) return;
  services.agenda.at(simgrid::s4u::Engine::get_clock() + patience_s_, [this, progress_s] { check_progress(progress_s); });
}

void LearningWorld::finish() {
  if (!ended_) record_end();  // the run has failed
  gateway_.finish();
  chronicle_->finish();
}

std::unique_ptr<ChainWorld> make_learning_world(ChainPlanPointer plan, WorldHosts hosts, const Services& services,
                                                Reachability& reachability, std::unique_ptr<Chronicle> chronicle) {
  return std::make_unique<LearningWorld>(std::move(plan), std::move(hosts), services, reachability, std::move(chronicle));
}

}  // namespace polyclinic
