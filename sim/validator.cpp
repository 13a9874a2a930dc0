#include "sim/validator.hpp"

#include <simgrid/s4u/Actor.hpp>
#include <simgrid/s4u/Engine.hpp>

#include "sim/cost_model.hpp"

namespace polyclinic {
namespace {

ChainNodeSetup setup_of(const ChainWorld& world, NodeId self) {
  const ChainPlan& plan = world.plan();
  ChainNodeSetup setup;
  setup.chain = plan.rules;
  setup.rounds = plan.rounds;
  setup.consensus.self = self;
  setup.consensus.validators = plan.config.consensus.validators;
  setup.consensus.keys = plan.validator_keys[static_cast<std::size_t>(self.value)];
  setup.consensus.rules = plan.consensus;
  setup.consensus.seed = plan.seed / "consensus" / self.value;
  setup.gossip = plan.gossip;
  setup.signatures = world.signatures;
  return setup;
}

}  // namespace

Validator::Validator(ChainWorld& world, NodeId self)
    : world_(world), self_(self), host_(world.host(self)), node_(setup_of(world, self)) {}

void Validator::live() {
  Channel<ValidatorMail>& mail = *world_.validator_mail[static_cast<std::size_t>(self_.value)];
  carry_out(node_.start(world_.now_s()));
  for (;;) {
    const ValidatorMail next = mail.receive();
    if (std::holds_alternative<Stop>(next)) return;
    carry_out(react(next));
  }
}

Effects Validator::react(const ValidatorMail& mail) {
  if (const auto* submission = std::get_if<Submission>(&mail)) return node_.submit(*submission, world_.now_s());
  if (const auto* message = std::get_if<FromValidator>(&mail)) {
    return node_.receive(message->from, message->message, world_.now_s());
  }
  const SetTimer timer = std::get<TimerDue>(mail).timer;
  const auto due = due_s_.find(timer.id);
  if (due == due_s_.end() || due->second != timer.at_s) return {};  // it was set again for another date
  due_s_.erase(due);
  return node_.fire(timer.id, timer.at_s);
}

void Validator::carry_out(Effects effects) {
  const double flops = cost::flops(effects.work);
  if (flops > 0.0) simgrid::s4u::this_actor::execute(flops);
  world_.report(effects.events);
  world_.finalized(effects.finalized);
  for (const ClosedRound& closed : effects.closed) {
    world_.round_closed(closed);
    announce(closed);
  }
  for (Outgoing& outgoing : effects.outgoing) send(std::move(outgoing));
  for (const SetTimer& timer : effects.timers) set(timer);
  if (!ended_ && node_.contract().ended()) {
    ended_ = true;
    world_.validator_ended(node_);
  }
}

void Validator::send(Outgoing outgoing) {
  const auto to = static_cast<std::size_t>(outgoing.to.value);
  world_.validator_mail[to]->send(host_, FromValidator{self_, std::move(outgoing.message)});
}

void Validator::set(const SetTimer& timer) {
  due_s_[timer.id] = timer.at_s;
  const double origin_s = simgrid::s4u::Engine::get_clock() - world_.now_s();
  world_.validator_mail[static_cast<std::size_t>(self_.value)]->deliver(origin_s + timer.at_s, TimerDue{timer});
}

void Validator::announce(const ClosedRound& closed) {
  const ChainPlan& plan = world_.plan();
  const std::int64_t next = closed.round + 1;
  const bool ended = next == plan.config.rounds;
  for (const InstitutionId member : ended ? plan.members : participants(*plan.rounds, next)) {
    if (world_.home(member) != self_) continue;
    world_.member_mail[plan.position(member)]->send(host_, Announcement{next, ended});
  }
}

}  // namespace polyclinic
