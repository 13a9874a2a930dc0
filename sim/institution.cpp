#include "sim/institution.hpp"

#include <simgrid/s4u/Actor.hpp>
#include <simgrid/s4u/Host.hpp>

#include <algorithm>

#include "sim/cost_model.hpp"
#include "sim/interrupt.hpp"

namespace polyclinic {

InstitutionLife::InstitutionLife(ChainWorld& world, InstitutionId self)
    : world_(world), self_(self), host_(world.host(self)), mail_(*world.member_mail[world.plan().position(self)]) {}

void InstitutionLife::live() {
  for (;;) {
    const Announcement announcement = next_announcement();
    did("wait", announcement.round);
    if (announcement.ended) break;
    // Closed twice over while the news travelled: there is nothing left to take part in, a later one will come.
    if (world_.learning.closed_rounds() <= announcement.round + 1) take_part(announcement.round);
  }
  synchronise(world_.plan().config.rounds);
}

Announcement InstitutionLife::next_announcement() {
  Announcement latest = mail_.receive();
  while (mail_.has_mail()) latest = mail_.receive();
  return latest;
}

void InstitutionLife::take_part(std::int64_t round) {
  const ChainPlan& plan = world_.plan();
  const Job<RoundOutcome> job = world_.learning.start_training(self_, round);
  synchronise(round);
  simgrid::s4u::this_actor::execute(
      cost::training_flops(plan.model->forward_flops_per_sample(), world_.learning.training_samples(self_)));
  did("train", round);
  const RoundOutcome outcome = await(job);
  world_.learning.finish_training(self_, round, outcome);
  world_.publish(self_, round, outcome);
  submit(round, outcome);
  did("send", round);
}

void InstitutionLife::synchronise(std::int64_t round) {
  if (known_rounds_ == round) return;
  fetch(round);
  did("receive", round);
  simgrid::s4u::this_actor::execute(synchronisation_flops(known_rounds_, round));
  known_rounds_ = round;
  did("aggregate", round);
}

bool InstitutionLife::takes_snapshot(std::int64_t round) const {
  return world_.plan().config.collaboration.sync == "snapshot" && known_rounds_ < round - 1;
}

void InstitutionLife::fetch(std::int64_t round) {
  if (takes_snapshot(round)) {
    fetch_payloads(world_.content(round - 1), world_.plan().snapshot_bytes());
    return;
  }
  for (std::int64_t missed = known_rounds_; missed < round; ++missed) fetch_payloads(world_.content(missed), 0);
}

void InstitutionLife::fetch_payloads(const RoundContent& content, std::uint64_t extra_bytes) {
  simgrid::s4u::Host* home = world_.host(world_.home(self_));
  std::uint64_t from_home = content.ledger_bytes + extra_bytes;
  std::vector<std::pair<simgrid::s4u::Host*, std::uint64_t>> sources;
  for (const auto& [author, bytes] : content.payloads) {
    if (author == self_) continue;
    if (world_.plan().rules->payload_on_chain) {
      from_home += bytes;
    } else {
      sources.emplace_back(world_.host(author), bytes);
    }
  }
  sources.emplace_back(home, from_home);
  world_.traffic.bytes += world_.network.fetch_all(sources, host_);
}

double InstitutionLife::synchronisation_flops(std::int64_t from, std::int64_t to) const {
  double flops = 0.0;
  if (takes_snapshot(to)) {
    flops += cost::hashing_flops(world_.plan().snapshot_bytes());
    from = to - 1;
  }
  for (std::int64_t round = from; round < to; ++round) {
    const RoundContent& content = world_.content(round);
    flops += cost::verification_flops(content.blocks + static_cast<std::int64_t>(content.payloads.size()));
    flops += cost::hashing_flops(content.ledger_bytes);
    for (const auto& [author, bytes] : content.payloads) {
      flops += cost::hashing_flops(bytes) + cost::aggregation_flops(bytes);
    }
  }
  return flops;
}

void InstitutionLife::submit(std::int64_t round, const RoundOutcome& outcome) {
  const ChainPlan& plan = world_.plan();
  simgrid::s4u::this_actor::execute(cost::hashing_flops(outcome.update->bytes()) + cost::signing_flops(1));
  Transaction transaction;
  transaction.chain = plan.id;
  transaction.author = self_;
  transaction.round = static_cast<std::uint32_t>(round);
  transaction.samples = static_cast<std::uint64_t>(plan.data_of(self_).train.size());
  transaction.payload_bytes = outcome.update->bytes();
  transaction.payload = outcome.update->digest();
  transaction.base = outcome.base;
  const bool on_chain = plan.rules->payload_on_chain;
  Submission submission{sign(transaction, plan.member_keys[plan.position(self_)]),
                        on_chain ? outcome.update : SharedUpdatePointer{}};
  const auto home = static_cast<std::size_t>(world_.home(self_).value);
  world_.validator_mail[home]->transmit(host_, std::move(submission));
}

void InstitutionLife::did(const char* activity, std::int64_t round) {
  check_interrupt();
  const double until_s = world_.now_s();
  if (until_s > since_s_) {
    const ChainConfig& config = world_.plan().config;
    const std::int64_t counted = std::min(round + 1, config.rounds);  // fetching the final model belongs to the last round
    world_.chronicle->activity({config.name, counted, self_.value, activity, since_s_, until_s});
  }
  since_s_ = until_s;
}

}  // namespace polyclinic
