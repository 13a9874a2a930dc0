#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>

#include "core/collaboration/member_round.hpp"
#include "core/collaboration/plan.hpp"
#include "core/collaboration/privacy_spending.hpp"
#include "core/personalization/personalizer.hpp"
#include "core/scenario/institutions.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/help.hpp"
#include "sim/cli/exchange_text.hpp"
#include "sim/cli/plan_text.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/cost_model.hpp"

namespace polyclinic {
namespace {

// A guess of this machine's own speed for the expected wall time: small networks reach about this with LibTorch on one core.
constexpr double expected_flops_per_s = 8e9;

// What a chain's whole collaboration would take, over all rounds.
struct Volume {
  double flops = 0.0;
  double published_bytes = 0.0;
};

double rounds_of_a_member(const ChainPlan& plan) { return static_cast<double>(plan.config.rounds) * plan.participation(); }

// FLOPs of one method, by all members.
double personal_flops(const ChainPlan& plan, const Personalizer& method) {
  const std::uint64_t forward = plan.model->forward_flops_per_sample();
  double flops = 0.0;
  for (const InstitutionData& share : plan.data) {
    const OwnRows rows{share.train, share.validation};
    flops += rounds_of_a_member(plan) * cost::personal_flops(forward, method.round_volume(rows));
    flops += cost::personal_flops(forward, method.final_volume(rows));
  }
  return flops;
}

double round_flops(const ChainPlan& plan, std::int64_t samples) {
  return cost::passes_of(plan.config.training) * static_cast<double>(plan.model->forward_flops_per_sample()) *
         static_cast<double>(samples);
}

Volume volume_of(const ChainPlan& plan) {
  const double rounds = rounds_of_a_member(plan);
  Volume volume;
  for (const InstitutionData& share : plan.data) {
    const std::int64_t samples = round_samples(plan, share.train.size());
    volume.flops += rounds * round_flops(plan, samples);
    volume.published_bytes += rounds * static_cast<double>(plan.policy->expected_bytes(plan.publishes_control()));
  }
  return volume;
}

void print_members(const ChainPlan& plan, const std::vector<Institution>& institutions) {
  constexpr std::size_t shown = 12;
  fmt::print("  {:<20} {:>7} {:>6} {:>6}  {:<24} {:>10} {:>10}\n", "institution", "train", "valid", "test",
             "training classes", "GFLOP/s", "round");
  for (std::size_t i = 0; i < std::min(shown, plan.members.size()); ++i) {
    const Institution& institution = institutions[static_cast<std::size_t>(plan.members[i].value)];
    const InstitutionData& data = plan.data[i];
    const std::int64_t samples = round_samples(plan, data.train.size());
    const double round_s = round_flops(plan, samples) / institution.flops_per_s;
    fmt::print("  {:<20} {:>7} {:>6} {:>6}  {:<24} {:>10.3g} {:>10}\n", institution.name, data.train.size(),
               data.validation.size(), data.test.size(),
               fmt::format("{}", fmt::join(class_histogram(data.train, plan.collection.task), " ")),
               institution.flops_per_s / 1e9, readable_seconds(round_s));
  }
  if (plan.members.size() > shown) fmt::print("  ... and {} more\n", plan.members.size() - shown);
}

void print_tensors(const ChainPlan& plan) {
  const auto& tensors = plan.model->layout()->tensors();
  fmt::print("  {} tensors, {} parameters ({}), {:.4g} MFLOP forward a sample\n", tensors.size(),
             plan.model->layout()->size(), readable_bytes(static_cast<double>(plan.initial.bytes())),
             static_cast<double>(plan.model->forward_flops_per_sample()) / 1e6);
  const double shareable = static_cast<double>(plan.policy->shareable().numel());
  fmt::print("  sharing {}: {} of the parameters may leave, {} an update, {}\n",
             fmt::join(plan.config.sharing.steps, " > "),
             fmt::format("{:.3g} %", 100.0 * shareable / static_cast<double>(plan.model->layout()->size())),
             readable_bytes(static_cast<double>(plan.policy->expected_bytes(plan.publishes_control()))),
             plan.policy->has_private_part() ? "part of the model stays private" : "nothing stays private for good");
}

// The member that loses most; where others lose the same, one of them.
void print_privacy(const ChainPlan& plan, PrivacySpending& spending, const std::vector<Institution>& institutions) {
  const auto planned = spending.planned(plan.id);
  if (!planned) return;
  fmt::print("  privacy of {}: {}\n", institutions[static_cast<std::size_t>(planned->member.value)].name, line_of(planned->statement));
}

void print_personalization(const ChainPlan& plan) {
  for (std::size_t i = 0; i < plan.personalizers.size(); ++i) {
    fmt::print("  personalization {}; at most {:.4g} GFLOP\n", personalization_text(plan.config.personalization[i]),
               personal_flops(plan, *plan.personalizers[i]) / 1e9);
  }
}

void print_load_chain(const ChainPlan& plan) {
  const ChainConfig& config = plan.config;
  fmt::print("\nchain {}: {} institutions, no learning, {} by {} validators every {} s, gossip {}\n", config.name,
             plan.members.size(), config.consensus.kind, config.consensus.validators, config.consensus.block_interval_s,
             gossip_text(config.gossip));
  fmt::print("  until {} blocks are final, each with {} of synthetic load ({}), about {} of simulated time\n",
             config.load.blocks, readable_bytes(config.load.block_bytes), config.load.distribution,
             readable_seconds(static_cast<double>(config.load.blocks) * config.consensus.block_interval_s));
}

void print_chain(const ChainPlan& plan, const std::vector<ChainPlanPointer>& plans, PrivacySpending& spending,
                 const std::vector<Institution>& institutions) {
  if (!plan.learns()) return print_load_chain(plan);
  const ChainConfig& config = plan.config;
  const Volume volume = volume_of(plan);
  fmt::print("\nchain {}: {} institutions, {} rounds, {} a round, {} by {} validators every {} s, gossip {}\n", config.name,
             plan.members.size(), config.rounds, participants(*plan.rounds, 0).size(), config.consensus.kind,
             config.consensus.validators, config.consensus.block_interval_s, gossip_text(config.gossip));
  fmt::print("  collaboration {}\n", collaboration_text(config.collaboration));
  fmt::print("  data {} ({}): {} classes, global test rows {}, partition {}\n", plan.collection.name,
             plan.collection.source, plan.collection.task.classes, plan.test.size(), partition_text(config.partition));
  if (const std::string text = data_text(config.data); !text.empty()) fmt::print("  adapted: {}\n", text);
  fmt::print("  model {}\n", config.model.kind);
  print_tensors(plan);
  print_privacy(plan, spending, institutions);
  for (const std::string& line : exchange_lines(plan, plans)) fmt::print("  {}\n", line);
  print_members(plan, institutions);
  print_personalization(plan);
  fmt::print("  in all: {:.4g} GFLOP of training, at most {} published\n", volume.flops / 1e9,
             readable_bytes(volume.published_bytes));
}

// The run, and each baseline that trains as much again: without DP-SGD, but for full sharing.
double training_flops_of(const Scenario& scenario, const ChainPlan& plan) {
  if (!plan.learns()) return 0.0;
  const double without_noise = cost::training_passes / cost::passes_of(plan.config.training);
  double copies = 1.0;
  if (scenario.baseline.centralized) copies += without_noise;
  if (scenario.baseline.full_sharing && !plan.policy->shares_everything()) copies += 1.0;
  if (scenario.baseline.local) {
    copies += without_noise * (scenario.baseline.local_institutions == 0
                  ? 1.0
                  : static_cast<double>(scenario.baseline.local_institutions) / static_cast<double>(plan.members.size()));
  }
  double flops = copies * volume_of(plan).flops;
  for (const auto& method : plan.personalizers) flops += personal_flops(plan, *method);
  return flops;
}

int check_command(const ScenarioOptions& options) {
  const Scenario scenario = read_scenario(options);
  const std::vector<Institution> institutions = expand_institutions(scenario);
  fmt::print("{}: seed {}, {} institutions, network {}\n", scenario.name, scenario.seed, institutions.size(),
             scenario.network.model);
  for (const FaultConfig& fault : scenario.faults) fmt::print("  fault: {}\n", fault_text(fault));
  for (const BehaviourConfig& behaviour : scenario.behaviours) fmt::print("  hostile: {}\n", behaviour_text(behaviour));
  double flops = 0.0;
  const std::vector<ChainPlanPointer> plans = plan_chains(options, scenario);
  PrivacySpending spending(plans);
  for (const ChainPlanPointer& plan : plans) {
    print_chain(*plan, plans, spending, institutions);
    flops += training_flops_of(scenario, *plan);
  }
  fmt::print("\nexpected cost: {:.4g} GFLOP of training with the baselines, about {} on one core at {:.0f} GFLOP/s\n",
             flops / 1e9, readable_seconds(flops / expected_flops_per_s), expected_flops_per_s / 1e9);
  return 0;
}

}  // namespace

void add_check(CLI::App& app, int& status) {
  CLI::App* check = app.add_subcommand("check",
                                       "validate a scenario and print what it would do\n"
                                       "Says who takes part with which data, what leaves each institution, how they "
                                       "collaborate, what goes wrong, and what it would cost. Trains nothing and "
                                       "writes nothing.");
  const auto options = std::make_shared<ScenarioOptions>();
  add_scenario_options(*check, *options);
  add_examples(*check,
               {{"is it right, and what would it do?", "polyclinic check mine.toml"},
                {"what would ten times as many clinics cost?", "polyclinic check mine.toml --set institution.0.count=60"}});
  check->callback([options, &status] { status = check_command(*options); });
}

}  // namespace polyclinic
