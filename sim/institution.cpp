#include "sim/institution.hpp"

#include <simgrid/s4u/Actor.hpp>
#include <simgrid/s4u/Host.hpp>

#include <algorithm>
#include <utility>

#include "core/ledger/parts.hpp"
#include "core/sharing/aggregator.hpp"
#include "sim/cost_model.hpp"
#include "sim/interrupt.hpp"
#include "sim/patience.hpp"

namespace polyclinic {
namespace {

// Of checking the packets of other chains: their headers' and transactions' signatures, and all bytes once for proofs and payloads.
double relayed_flops(const RoundContent& content) {
  return cost::hashing_flops(content.relayed_bytes) + cost::verification_flops(content.relayed_signatures);
}

}  // namespace

InstitutionLife::InstitutionLife(LearningWorld& world, InstitutionId self)
    : world_(world), self_(self), host_(world.host(self)), mail_(world.mail(self)) {}

void InstitutionLife::live() {
  since_s_ = world_.now_s();
  for (;;) {
    const Announcement announcement = next_announcement();
    did("wait", announcement.round);
    if (announcement.ended) break;
    if (announcement.phase) {
      speak(announcement.round, *announcement.phase);
    } else if (may_take_part(announcement.round)) {
      take_part(announcement.round);
    }
  }
  const std::int64_t rounds = world_.plan().config.rounds;
  synchronise(rounds);
  publish_last();
  spend_on_own_models(world_.learner.personal().final_volume(self_), rounds);
  world_.done(self_);
}

Announcement InstitutionLife::next_announcement() {
  Announcement latest = mail_.receive();
  while (mail_.has_mail()) latest = mail_.receive();
  return latest;
}

// What it has submitted must be settled first. A round that closed twice over while the news travelled is nothing to take part
// in any more, a later one will come.
bool InstitutionLife::may_take_part(std::int64_t round) const {
  if (!outstanding_.empty() || !world_.learner.can_start(self_, round)) return false;
  return world_.plan().is_asynchronous() ? round >= known_rounds_ : round > trained_round_;
}

void InstitutionLife::take_part(std::int64_t round) {
  if (round != trained_round_) nonce_ = 0;
  const Job<RoundOutcome> job = world_.learner.start_training(self_, round, nonce_);
  synchronise(round);
  (void)publish(round);
  compute(cost::passes_of(world_.plan().config.training) * world_.learner.training_flops(self_, round));
  did("train", round);
  RoundOutcome outcome = await(job);
  if (world_.plan().masks_updates() && !hide(round, outcome)) return;
  compute(cost::hashing_flops(outcome.update->bytes()) + cost::signing_flops(1));
  conclude(round, outcome);
  submit();
  did("send", round);
  personalize(round);
}

void InstitutionLife::personalize(std::int64_t round) {
  PersonalLearning& personal = world_.learner.personal();
  if (!personal.follows_rounds()) return;
  PersonalStates states = personal.start_round(self_);
  spend_on_own_models(personal.round_volume(self_), round);
  world_.learner.personal().finish_round(self_, std::move(states));
}

void InstitutionLife::spend_on_own_models(const PersonalVolume& volume, std::int64_t round) {
  if (volume.trained == 0 && volume.evaluated == 0) return;
  compute(cost::personal_flops(world_.plan().model->forward_flops_per_sample(), volume));
  did("personalize", round);
}

void InstitutionLife::compute(double flops) {
  busy_ = true;
  simgrid::s4u::this_actor::execute(flops);
  busy_ = false;
}

void InstitutionLife::fetch_opening() {
  const RoundContent& opening = world_.book.opening();
  if (std::exchange(knows_opening_, true) || opening.relayed_bytes == 0) return;
  fetch_from({{reachable_home(), opening.relayed_bytes}});
  did("receive", 0);
  compute(relayed_flops(opening));
}

std::vector<Digest> InstitutionLife::publish(std::int64_t round) {
  const ExportPlan& exports = world_.plan().exchange.exports;
  std::vector<Digest> sent;
  if (!exports.content.any()) return sent;
  const auto send = [&](const Job<Publication>& job, double flops) {
    compute(flops);
    const Publication publication = await(job);
    if (!publication.object) return;
    compute(cost::hashing_flops(publication.object->bytes()) + cost::signing_flops(1));
    sent.push_back(world_.exports.offer(self_, round, publication));
  };
  const bool has_model = exports.content.body || exports.content.predictions;
  if (has_model && world_.exports.takes(self_, round)) {
    send(world_.learner.start_publishing(round), world_.learner.publishing_flops());
  }
  if (exports.content.prototypes && exports.is_due_since(published_round_, round, world_.plan().config.rounds)) {
    published_round_ = round;
    send(world_.learner.start_publishing_prototypes(self_, round), world_.learner.prototype_flops(self_));
  }
  if (!sent.empty()) did("publish", round);
  return sent;
}

// The chain must live until what is published last is on it.
void InstitutionLife::publish_last() {
  for (const Digest& transaction : publish(world_.plan().config.rounds)) {
    await_finality(world_.plan().config.consensus, [&] { return world_.watch().is_final(transaction); });
  }
}

void InstitutionLife::synchronise(std::int64_t round) {
  fetch_opening();
  if (known_rounds_ >= round) return;
  fetch(round);
  did("receive", round);
  compute(synchronisation_flops(known_rounds_, round));
  known_rounds_ = round;
  did("aggregate", round);
}

bool InstitutionLife::takes_snapshot(std::int64_t round) const {
  return world_.plan().config.collaboration.sync == "snapshot" && known_rounds_ < round - 1;
}

void InstitutionLife::fetch(std::int64_t round) {
  if (takes_snapshot(round)) return fetch_content(round - 1, world_.plan().snapshot_bytes());
  for (std::int64_t missed = known_rounds_; missed < round; ++missed) fetch_content(missed, 0);
}

// The home of a member that is cut off answers again when the member has found another one.
simgrid::s4u::Host* InstitutionLife::reachable_home() {
  while (!world_.connections->is_connected(self_)) simgrid::s4u::this_actor::sleep_for(cost::reconnection_s);
  return world_.home_host(self_);
}

void InstitutionLife::fetch_content(std::int64_t round, std::uint64_t extra_bytes) {
  const RoundContent& content = world_.book.content(round);
  std::uint64_t from_home = content.ledger_bytes + content.relayed_bytes + content.statement_bytes + extra_bytes;
  std::vector<std::pair<simgrid::s4u::Host*, std::uint64_t>> sources;
  std::vector<RoundContent::Payload> missing;
  for (const RoundContent::Payload& payload : content.payloads) {
    if (payload.name.author == self_ || !world_.learner.needs_payload(self_, payload.name.author)) continue;
    if (world_.plan().rules->payload_on_chain) {
      from_home += payload.bytes;
    } else if (const auto holder = world_.store.holder_for(payload.name, self_)) {
      sources.emplace_back(world_.host(*holder), payload.bytes);
    } else {
      missing.push_back(payload);
    }
  }
  sources.emplace_back(reachable_home(), from_home);
  fetch_from(sources);
  if (!missing.empty()) wait_for(round, missing);
}

void InstitutionLife::wait_for(std::int64_t round, const std::vector<RoundContent::Payload>& missing) {
  const bool waits = world_.plan().config.collaboration.unavailable == "wait";
  for (const RoundContent::Payload& payload : missing) {
    world_.event("payload unavailable", "no holder in reach",
                 fmt::format("round {}, of institution {}, {} bytes", payload.name.round + 1, payload.name.author.value,
                             payload.bytes),
                 waits ? "waits for it" : "goes on without", self_);
    while (!fetch_from_holder(payload)) {
      if (may_go_on_without() && take_model_from_peer(round)) return;
      simgrid::s4u::this_actor::sleep_for(cost::reconnection_s);
    }
  }
}

void InstitutionLife::fetch_from(const std::vector<std::pair<simgrid::s4u::Host*, std::uint64_t>>& sources) {
  busy_ = true;
  world_.fetch(sources, host_);
  busy_ = false;
}

bool InstitutionLife::fetch_from_holder(const RoundContent::Payload& payload) {
  const auto holder = world_.store.holder_for(payload.name, self_);
  if (holder) fetch_from({{world_.host(*holder), payload.bytes}});
  return holder.has_value();
}

// At once, or when the round that is open now is due. In gossip mode nobody else has this member's model.
bool InstitutionLife::may_go_on_without() const {
  const CollaborationConfig& collaboration = world_.plan().config.collaboration;
  if (collaboration.mode == "gossip") return false;
  const ChainNode& home = world_.machines().node(world_.connections->home(self_));
  return collaboration.unavailable == "skip" || world_.now_s() >= home.contract().due_s();
}

// Without the payload nobody can aggregate; whoever could before has the model that came of it.
bool InstitutionLife::take_model_from_peer(std::int64_t round) {
  for (const InstitutionId peer : world_.plan().members) {
    if (peer == self_ || world_.life(peer).known_rounds() <= round || !world_.reachability.connects(self_, peer)) continue;
    fetch_from({{world_.host(peer), world_.plan().snapshot_bytes()}});
    return true;
  }
  return false;
}

double InstitutionLife::synchronisation_flops(std::int64_t from, std::int64_t to) const {
  double flops = 0.0;
  if (takes_snapshot(to)) {
    flops += cost::hashing_flops(world_.plan().snapshot_bytes());
    from = to - 1;
  }
  for (std::int64_t round = from; round < to; ++round) {
    const RoundContent& content = world_.book.content(round);
    flops += cost::verification_flops(content.blocks + content.statements + static_cast<std::int64_t>(content.payloads.size()));
    flops += cost::hashing_flops(content.ledger_bytes) + relayed_flops(content);
    flops += aggregation_flops(content) + recovery_flops(content);
  }
  return flops;
}

double InstitutionLife::aggregation_flops(const RoundContent& content) const {
  std::int64_t updates = 0;
  double flops = 0.0, coordinates = 0.0;
  for (const RoundContent::Payload& payload : content.payloads) {
    if (!world_.learner.needs_payload(self_, payload.name.author)) continue;
    flops += cost::hashing_flops(payload.bytes);
    coordinates += cost::coordinates(payload.bytes);
    ++updates;
  }
  if (updates == 0) return flops;
  return flops + combination_flops(world_.plan().config.collaboration, updates, coordinates / static_cast<double>(updates));
}

void InstitutionLife::conclude(std::int64_t round, const RoundOutcome& outcome) {
  const ChainPlan& plan = world_.plan();
  Transaction update;
  update.chain = plan.id;
  update.author = self_;
  update.round = static_cast<std::uint32_t>(round);
  update.nonce = nonce_;
  // Where updates are masked, so is their weight.
  update.samples = plan.masks_updates() ? 0 : static_cast<std::uint64_t>(plan.data_of(self_).train.size());
  update.payload_bytes = outcome.update->bytes();
  update.payload = outcome.update->digest();
  update.base = outcome.base;
  const bool on_chain = plan.rules->payload_on_chain;
  outstanding_.clear();
  for (const Transaction& part : split(update, *plan.rules)) {
    outstanding_.push_back({sign(part, plan.member_keys[plan.position(self_)]), on_chain ? outcome.update : nullptr});
  }
  world_.submissions.add(self_, outstanding_);
  world_.learner.finish_training(self_, round, nonce_, outcome);
  world_.publish({self_, round, nonce_}, outcome);
  trained_round_ = round;
  ++nonce_;
}

void InstitutionLife::submit() {
  const std::vector<Submission> to_send = outstanding_;
  const Transaction& update = to_send.front().transaction;
  if (!world_.plan().rules->payload_on_chain) replicate(update);
  busy_ = true;
  for (const Submission& submission : to_send) world_.submissions.send_home(self_, submission);
  busy_ = false;
}

void InstitutionLife::replicate(const Transaction& update) {
  for (const InstitutionId replica : world_.store.replicas_of(self_)) {
    if (!world_.reachability.connects(self_, replica)) continue;
    world_.traffic += {.bytes = update.payload_bytes, .messages = 1};
    world_.services.wire.send(host_, world_.host(replica), update.payload_bytes, [&world = world_, update, replica] {
      if (world.reachability.is_up(replica)) world.keep(replica, update);
    });
  }
}

void InstitutionLife::did(const char* activity, std::int64_t round) {
  check_interrupt();
  world_.activity(self_, round, activity, since_s_);
  since_s_ = world_.now_s();
}

}  // namespace polyclinic
