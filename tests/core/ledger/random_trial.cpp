// Draws chains and their faults.
#include <algorithm>

#include "core/base/error.hpp"
#include "tests/core/ledger/fault_trial.hpp"

namespace polyclinic::testing {
namespace {

std::int64_t draw(Random& random, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(high - low + 1)));
}

NodeId draw_node(Random& random, std::int64_t validators) {
  return NodeId{static_cast<std::int32_t>(draw(random, 0, validators - 1))};
}

// A stretch of time that ends by `end_s`, as {from, until}.
template <class Fault>
Fault somewhen(Fault fault, double longest_s, double end_s, Random& random) {
  const double length_s = random.uniform(0.1, 1.0) * std::min(longest_s, end_s);
  fault.from_s = random.uniform(0.0, end_s - length_s);
  fault.until_s = fault.from_s + length_s;
  return fault;
}

std::int64_t most_down_with(const std::vector<FaultPlan::Down>& downs, const FaultPlan::Down& further) {
  std::int64_t down = 1;
  for (const FaultPlan::Down& other : downs) down += other.from_s < further.until_s && further.from_s < other.until_s;
  return down;
}

GossipRules random_gossip(std::int64_t validators, Random& random) {
  GossipRules rules;
  rules.fan_out = draw(random, 0, 1) == 0 ? 0 : draw(random, 2, std::max<std::int64_t>(validators - 1, 2));
  rules.announce = draw(random, 0, 1) == 1;
  rules.compact = draw(random, 0, 1) == 1;
  rules.request_timeout_s = random.uniform(0.5, 3.0);
  rules.seed = Seed(random.bits());
  return rules;
}

struct Profile {
  std::int64_t fewest = 3, most = 7;  // validators
  double interval_s = 2.0;
  double faulty_intervals = 30.0, recovery_s = 400.0;
};

Profile profile_of(const std::string& kind) {
  if (kind == "pbft") return {4, 7, 2.0, 30.0, 600.0};
  if (kind == "proof_of_work") return {3, 8, 10.0, 30.0, 600.0};
  return {};
}

// Messages, one after the other, until news is everywhere: through a ring at worst, and at each node an announcement, a
// request and an answer, for a compact block another two.
double longest_relay(const ChainPlan& plan) {
  const double hops = plan.gossip.fan_out == 0 ? 1.0 : 0.5 * static_cast<double>(plan.validators);
  return hops * ((plan.gossip.announce ? 3.0 : 1.0) + (plan.gossip.compact ? 2.0 : 0.0));
}

constexpr double below_an_interval = 0.98;

FaultBounds bounds_of(const std::string& kind, const ChainPlan& plan) {
  const double interval_s = plan.block_interval_s;
  if (kind == "pbft" || kind == "raft") return {plan.validators, 15.0 * interval_s, 0.3, 0.5 * interval_s};
  if (kind == "proof_of_work") return {plan.validators - 1, 2.0 * interval_s, 0.2, 0.3 * interval_s};
  const bool can_crash = plan.gossip.fan_out == 0 && !plan.gossip.announce && !plan.gossip.compact;
  const std::int64_t minority = plan.validators - plan.validators / 2 - 1;
  return {can_crash ? minority : 0, 0.0, 0.0, below_an_interval * interval_s / longest_relay(plan)};
}

// Where validators crash, no news may depend on one that relays or answers.
GossipRules safe_gossip(const GossipRules& rules, Random& random) {
  return draw(random, 0, 1) == 0 ? rules : GossipRules{};
}

FaultBounds reckless_bounds(const ChainPlan& plan) {
  return {plan.validators - 1, 15.0 * plan.block_interval_s, 0.3, plan.block_interval_s};
}

// Up to `most` of them.
void add_liars(ChainPlan& plan, std::int64_t most, Random& random) {
  for (std::int64_t i = draw(random, 0, most); i > 0; --i) {
    plan.hostile[draw_node(random, plan.validators)] = draw(random, 0, 1) == 0 ? "withhold" : "equivocate";
  }
}

// Rounds that wait for everybody, or till a deadline, or versions made by every update or every second one.
RoundRules random_rounds(double interval_s, Random& random) {
  RoundRules rules;
  rules.rounds = 6;
  if (draw(random, 0, 1) == 1) {
    rules.mode = draw(random, 0, 1) == 1 ? "asynchronous" : "buffered";
    rules.buffer = 2;
    rules.max_staleness = draw(random, 1, 3);
  } else if (draw(random, 0, 1) == 1) {
    rules.deadline_s = 8.0 * interval_s;
    rules.min_updates = 2;
  }
  return rules;
}

ChainPlan random_chain(const std::string& kind, std::uint64_t seed, Random& random) {
  const Profile profile = profile_of(kind);
  ChainPlan plan;
  plan.seed = seed;
  plan.validators = draw(random, profile.fewest, profile.most);
  plan.members = 4;
  plan.block_interval_s = profile.interval_s;
  plan.consensus.kind = kind;
  plan.rounds = random_rounds(plan.block_interval_s, random);
  plan.gossip = random_gossip(plan.validators, random);
  return plan;
}

}  // namespace

FaultPlan random_faults(const FaultBounds& bounds, std::int64_t validators, double healed_s, Random& random) {
  FaultPlan plan;
  plan.healed_s = healed_s;
  for (std::int64_t i = draw(random, 0, 5); i > 0; --i) {
    const auto down = somewhen(FaultPlan::Down{draw_node(random, validators)}, 0.4 * healed_s, healed_s, random);
    if (most_down_with(plan.downs, down) <= bounds.most_down) plan.downs.push_back(down);
  }
  for (std::int64_t i = bounds.longest_partition_s > 0.0 ? draw(random, 0, 2) : 0; i > 0; --i) {
    FaultPlan::Partition partition;
    for (std::int64_t node = 0; node < validators; ++node) partition.side.push_back(static_cast<int>(draw(random, 0, 1)));
    plan.partitions.push_back(somewhen(partition, bounds.longest_partition_s, healed_s, random));
  }
  for (std::int64_t i = bounds.highest_loss > 0.0 ? draw(random, 0, 2) : 0; i > 0; --i) {
    plan.losses.push_back(
        somewhen(FaultPlan::Loss{random.uniform(0.0, bounds.highest_loss)}, 0.5 * healed_s, healed_s, random));
  }
  plan.shortest_latency_s = random.uniform(0.0, 0.1) * bounds.longest_latency_s;
  plan.longest_latency_s = random.uniform(0.2, 1.0) * bounds.longest_latency_s;
  return plan;
}

Trial random_trial(const std::string& kind, std::uint64_t seed) {
  Random random(Seed(seed) / "trial" / kind);
  const Profile profile = profile_of(kind);
  Trial trial;
  trial.plan = random_chain(kind, seed, random);
  if (kind == "proof_of_work") trial.plan.consensus.confirmations = 10;
  if (kind == "proof_of_authority") trial.plan.gossip = safe_gossip(trial.plan.gossip, random);
  if (kind == "pbft") add_liars(trial.plan, (trial.plan.validators - 1) / 3, random);
  if (kind == "proof_of_work") add_liars(trial.plan, (trial.plan.validators - 1) / 4, random);
  const double healed_s = profile.faulty_intervals * profile.interval_s;
  trial.faults = random_faults(bounds_of(kind, trial.plan), trial.plan.validators, healed_s, random);
  trial.end_s = healed_s + profile.recovery_s;
  return trial;
}

Trial confirmed_trial(const std::string& kind, std::uint64_t seed) {
  Random random(Seed(seed) / "confirmed" / kind);
  const Profile profile = profile_of(kind);
  Trial trial;
  trial.plan = random_chain(kind, seed, random);
  const bool is_lossy = draw(random, 0, 1) == 0;
  if (!is_lossy) {
    trial.plan.validators = std::max<std::int64_t>(trial.plan.validators, 5);
    add_liars(trial.plan, (trial.plan.validators - 1) / 3, random);
  }
  const double longest_s = profile.interval_s / longest_relay(trial.plan);
  const FaultBounds bounds = is_lossy ? FaultBounds{0, 0.5 * profile.interval_s, 0.2, 0.5 * longest_s}
                                      : FaultBounds{0, 0.0, 0.0, below_an_interval * longest_s};
  trial.plan.consensus.confirmations = trial.plan.validators - 1 - std::ssize(trial.plan.hostile);
  const double healed_s = profile.faulty_intervals * profile.interval_s;
  trial.faults = random_faults(bounds, trial.plan.validators, healed_s, random);
  trial.end_s = healed_s + profile.recovery_s;
  return trial;
}

Trial reckless_trial(const std::string& kind, std::uint64_t seed) {
  Random random(Seed(seed) / "reckless" / kind);
  const Profile profile = profile_of(kind);
  Trial trial;
  trial.plan = random_chain(kind, seed, random);
  if (kind == "proof_of_work") trial.plan.consensus.confirmations = 3;
  const double healed_s = profile.faulty_intervals * profile.interval_s;
  trial.faults = random_faults(reckless_bounds(trial.plan), trial.plan.validators, healed_s, random);
  trial.faults.healed_latency_s = 0.2 * profile.interval_s / longest_relay(trial.plan);
  trial.end_s = healed_s + profile.recovery_s;
  return trial;
}

}  // namespace polyclinic::testing
