#include "core/collaboration/plan.hpp"

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cassert>
#include <iterator>

#include "core/base/error.hpp"
#include "core/collaboration/conducts.hpp"
#include "core/collaboration/masked_updates.hpp"
#include "core/collaboration/plan_limits.hpp"
#include "core/collaboration/protection.hpp"
#include "core/learning/dp_sgd.hpp"
#include "core/ledger/consensus.hpp"
#include "core/scenario/institutions.hpp"

namespace polyclinic {
namespace {

std::vector<std::string> names_of(const std::vector<InstitutionId>& members, const std::vector<Institution>& all) {
  std::vector<std::string> names;
  for (const InstitutionId member : members) names.push_back(all[static_cast<std::size_t>(member.value)].name);
  return names;
}

// The institutions that run the validators (consensus.hosts = "members"): they have data to score an update on.
std::vector<InstitutionId> scorers(const ChainPlan& plan) {
  if (plan.config.collaboration.defence != "scoring") return {};
  const auto count = std::min(plan.members.size(), static_cast<std::size_t>(plan.config.consensus.validators));
  return {plan.members.begin(), plan.members.begin() + static_cast<std::ptrdiff_t>(count)};
}

std::shared_ptr<const RoundRules> round_rules(const ChainPlan& plan) {
  const CollaborationConfig& collaboration = plan.config.collaboration;
  RoundRules rules;
  rules.chain = plan.id;
  rules.members = plan.members;
  rules.rounds = plan.learns() ? plan.config.rounds : 0;
  rules.participants = collaboration.participants;
  rules.min_updates = collaboration.min_updates;
  rules.deadline_s = collaboration.deadline_s;
  rules.start_s = plan.config.start_s;
  rules.cyclic = collaboration.sampling == "cyclic";
  rules.seed = plan.seed / "participants";
  rules.mode = collaboration.mode;
  rules.buffer = collaboration.buffer;
  rules.max_staleness = collaboration.max_staleness;
  rules.scorers = scorers(plan);
  rules.topology = {collaboration.topology, collaboration.degree, collaboration.rewire};
  const bool needs_receipts = plan.config.consensus.payload == "off_chain" && collaboration.unavailable == "skip";
  rules.keepers = needs_receipts ? plan.config.consensus.replicas : 0;
  if (plan.masks_updates()) {
    rules.secure = {plan.config.secure_aggregation.threshold, plan.config.secure_aggregation.phase_s};
  }
  return std::make_shared<const RoundRules>(std::move(rules));
}

ConsensusRules consensus_rules(const ConsensusConfig& config) {
  return {.kind = config.kind,
          .block_interval_s = config.block_interval_s,
          .confirmations = config.confirmations,
          .timeout_s = config.timeout_s,
          .hash_shares = config.hash_shares,
          .retarget_blocks = config.retarget_blocks};
}

std::optional<SyntheticLoad> synthetic_load(const ChainPlan& plan) {
  if (plan.learns()) return std::nullopt;
  const LoadConfig& load = plan.config.load;
  const LoadSizes sizes = load.distribution == "bitcoin" ? LoadSizes::bitcoin : LoadSizes::fixed;
  return SyntheticLoad{load.block_bytes, sizes, plan.seed / "load"};
}

std::shared_ptr<const ChainRules> chain_rules(const Scenario& scenario, const ChainPlan& plan) {
  ChainRules rules;
  rules.chain = plan.id;
  for (const KeyPair& keys : plan.validator_keys) rules.validators.push_back(keys.public_key);
  for (std::size_t i = 0; i < plan.members.size(); ++i) {
    rules.members.emplace(plan.members[i], plan.member_keys[i].public_key);
  }
  rules.relayers = relayer_keys(scenario, plan.config.name);
  rules.max_block_bytes = static_cast<std::uint64_t>(plan.config.consensus.max_block_bytes);
  rules.payload_on_chain = plan.config.consensus.payload != "off_chain";
  rules.max_block_gas = static_cast<std::uint64_t>(plan.config.consensus.max_block_gas);
  rules.fork_choice = fork_choice(plan.consensus);
  rules.load = synthetic_load(plan);
  return std::make_shared<const ChainRules>(std::move(rules));
}

// By NodeId; "" for an honest one.
std::vector<std::string> validator_behaviours_of(const Scenario& scenario, const ChainConfig& chain) {
  std::vector<std::string> behaviours(static_cast<std::size_t>(chain.consensus.validators));
  for (const BehaviourConfig& behaviour : scenario.behaviours) {
    if (!behaviour.chain.empty() && behaviour.chain != chain.name) continue;
    for (const std::int64_t node : behaviour.validators) behaviours[static_cast<std::size_t>(node)] = behaviour.kind;
  }
  return behaviours;
}

void make_keys(ChainPlan& plan, const Scenario& scenario) {
  for (const InstitutionId member : plan.members) {
    plan.member_keys.push_back(institution_keys(scenario, member));
  }
  for (std::int64_t node = 0; node < plan.config.consensus.validators; ++node) {
    plan.validator_keys.push_back(make_key_pair(plan.seed / "keys" / "validator" / node));
  }
}

// The partition knows institutions by their own names; a scenario may also name their group. A pattern that matches no
// member stays, for the partition to complain of.
std::vector<std::string> scarce_names(const Scenario& scenario, const ChainPlan& plan,
                                      const std::vector<Institution>& institutions) {
  std::vector<std::string> names;
  for (const std::string& pattern : plan.config.partition.scarce) {
    std::vector<InstitutionId> members = institutions_matching(scenario, {pattern});
    std::erase_if(members, [&](InstitutionId id) { return !std::ranges::binary_search(plan.members, id); });
    if (members.empty()) names.push_back(pattern);
    std::ranges::move(names_of(members, institutions), std::back_inserter(names));
  }
  return names;
}

void share_out_data(ChainPlan& plan, const Scenario& scenario, const std::vector<Institution>& institutions,
                    const DataPaths& paths) {
  const DataSeeds seeds = {.own = plan.seed / "data", .common = Seed(scenario.seed) / "data"};
  plan.collection = load_collection(plan.config.data, paths, seeds);
  PartitionConfig config = plan.config.partition;
  config.scarce = scarce_names(scenario, plan, institutions);
  plan.data = partition(plan.collection, config, names_of(plan.members, institutions), plan.seed / "partition");
  plan.test = global_test_rows(plan.collection, plan.data);
}

// What the algorithm cannot do in the collaboration's mode.
void require_fitting_mode(const ChainConfig& chain) {
  const CollaborationConfig& config = chain.collaboration;
  if (config.algorithm == "scaffold" && config.mode != "synchronous") {
    throw UsageError(fmt::format("collaboration.mode is \"{}\", which does not fit collaboration.algorithm = \"scaffold\": its "
                                 "control variates belong to rounds; allowed with it is synchronous",
                                 config.mode));
  }
  if (config.mode == "gossip" && chain.sharing.residual) {
    throw UsageError("sharing.residual does not fit collaboration.mode = \"gossip\": what is published there is the whole "
                     "difference to the initial model, nothing is left over from the round before");
  }
}

// Collins et al. 2021 alternate between what is shared and what is not.
void require_private_weights(const ChainPlan& plan) {
  if (plan.config.collaboration.algorithm != "fedrep") return;
  const std::int64_t weights = plan.initial.layout()->weights_size();
  if (plan.policy->shareable().lt(weights).sum().item<std::int64_t>() < weights) return;
  throw UsageError("collaboration.algorithm is \"fedrep\", which needs weights that stay private: sharing.steps = [\"layers\"] "
                   "with sharing.private or sharing.shared");
}

void build_aggregation(ChainPlan& plan) {
  require_fitting_mode(plan.config);
  plan.policy = make_share_policy(plan.config.sharing, plan.initial.layout());
  plan.aggregator = make_aggregator(plan.config.collaboration, plan.policy);
  check_defence(plan.config.collaboration, *plan.policy, static_cast<std::int64_t>(plan.members.size()));
  require_private_weights(plan);
  if (plan.masks_updates()) plan.ring_bits = ring_bits_of(plan);
}

void add_personalizers(ChainPlan& plan) {
  for (std::size_t i = 0; i < plan.config.personalization.size(); ++i) {
    try {
      plan.personalizers.push_back(make_personalizer(
          plan.config.personalization[i],
          {plan.model, plan.initial, plan.collection, without_dp_sgd(plan.config.training), plan.config.rounds,
           plan.participation()}));
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("personalization.{}.{}", i, error.what()));
    }
  }
}

// Tensors draw by their names: of two models that begin alike, those of one name and shape have the same numbers.
Seed initial_seed(const Scenario& scenario, const ChainPlan& plan) {
  const std::string& common = plan.config.initial;
  return common.empty() ? plan.seed / "initial" : Seed(scenario.seed) / "initial" / common;
}

// What needs neither data nor a model.
ChainPlan outline(const Scenario& scenario, ChainId chain) {
  ChainPlan plan;
  plan.id = chain;
  plan.config = scenario.chains[static_cast<std::size_t>(chain.value)];
  plan.seed = Seed(scenario.seed) / "chain" / plan.config.name;
  plan.members = members_of(scenario, plan.config);
  plan.validator_behaviours = validator_behaviours_of(scenario, plan.config);
  plan.conducts = conducts_of(scenario, plan.config, plan.members);
  make_keys(plan, scenario);
  plan.rounds = round_rules(plan);
  plan.consensus = consensus_rules(plan.config.consensus);
  plan.gossip = {.fan_out = plan.config.gossip.fan_out,
                 .announce = plan.config.gossip.announce,
                 .compact = plan.config.gossip.compact,
                 .request_timeout_s = plan.config.gossip.request_timeout_s,
                 .seed = plan.seed / "gossip",
                 .hubs = plan.config.gossip.hubs,
                 .hub_fan_out = plan.config.gossip.hub_fan_out};
  plan.rules = chain_rules(scenario, plan);
  return plan;
}

}  // namespace

std::size_t ChainPlan::position(InstitutionId member) const {
  const auto found = std::lower_bound(members.begin(), members.end(), member);
  assert(found != members.end() && *found == member);
  return static_cast<std::size_t>(found - members.begin());
}

double ChainPlan::participation() const {
  const CollaborationConfig& collaboration = config.collaboration;
  if (collaboration.mode == "asynchronous") return 1.0 / static_cast<double>(members.size());
  if (collaboration.mode == "buffered") {
    return static_cast<double>(collaboration.buffer) / static_cast<double>(members.size());
  }
  return static_cast<double>(participants(*rounds, 0).size()) / static_cast<double>(members.size());
}

std::uint64_t ChainPlan::snapshot_bytes() const {
  const std::string& server = config.collaboration.server;
  const std::uint64_t moments = server == "adam" ? 2 : server == "momentum" ? 1 : 0;
  return initial.bytes() * (1 + moments + (publishes_control() ? 1 : 0));
}

ChainPlanPointer plan_chain(const Scenario& scenario, ChainId chain, const DataPaths& paths) {
  ChainPlan plan = outline(scenario, chain);
  if (plan.learns()) {
    share_out_data(plan, scenario, expand_institutions(scenario), paths);
    search_noise(plan);
    require_small_delta(plan);
    plan.model = make_model(plan.config.model, plan.collection.shape, plan.collection.task.outputs());
    plan.initial = plan.model->initial(initial_seed(scenario, plan));
    build_aggregation(plan);
    plan.exchange = plan_exchange(scenario, plan, paths);
    add_personalizers(plan);
    plan.probes = plan_probes(scenario, plan.config, plan.collection.shape, plan.members, paths);
  }
  plan.learns() ? require_updates_fit(plan) : require_load_fits(plan);
  return std::make_shared<const ChainPlan>(std::move(plan));
}

ChainPlanPointer plan_replay(const Scenario& scenario, ChainId chain, const ParameterSet* initial) {
  ChainPlan plan = outline(scenario, chain);
  if (initial != nullptr) {
    plan.initial = *initial;
    search_noise(plan);
    build_aggregation(plan);
  }
  return std::make_shared<const ChainPlan>(std::move(plan));
}

ChainPlanPointer with_full_sharing(const ChainPlan& plan) {
  ChainPlan full = plan;
  full.config.sharing = SharingConfig{};
  full.config.sharing.buffers = "share";
  full.exchange = with_full_sharing(plan.exchange);
  full.policy = make_share_policy(full.config.sharing, full.model->layout());
  full.aggregator = make_aggregator(full.config.collaboration, full.policy);
  if (full.masks_updates()) full.ring_bits = ring_bits_of(full);
  // Blocks as large as they must be: the baseline is about sharing, not about the limit.
  full.rules = std::make_shared<const ChainRules>(with_room_for_updates(full));
  full.config.consensus.mempool_bytes = 0.0;
  full.config.personalization.clear();
  full.personalizers.clear();
  full.probes.clear();
  return std::make_shared<const ChainPlan>(std::move(full));
}

}  // namespace polyclinic
