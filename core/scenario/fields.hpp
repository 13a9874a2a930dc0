// Every key of a scenario, described once: name, member, limits, unit and meaning. Reading, writing and help are visitors:
//   visit.key(name, member, limits, unit, meaning)   a value
//   visit.table(name, member, meaning)               a sub-table, described by its own describe()
//   visit.tables(name, member, meaning)              a list of tables, [[name]]
// Keys of a table come before its sub-tables, as TOML wants them written.
#pragma once

#include "core/scenario/fault_schedule.hpp"
#include "core/scenario/fields_chain.hpp"

namespace polyclinic {

template <class Visitor>
void describe(Visitor& visit, std::type_identity<InstitutionGroup>) {
  using C = InstitutionGroup;
  visit.key("name", &C::name, identifier(), "", "of the institution, or of the group: name-0, name-1, ...");
  visit.key("count", &C::count, between(1, 1e6), "institutions", "alike but for region and speed");
  visit.key("regions", &C::regions, anything(), "", "of network.regions, in turn; empty: the first");
  visit.key("uplink_bytes_per_s", &C::uplink_bytes_per_s, above_up_to(0, 1e15), "B/s", "access link, outwards");
  visit.key("downlink_bytes_per_s", &C::downlink_bytes_per_s, above_up_to(0, 1e15), "B/s", "access link, inwards");
  visit.key("latency_s", &C::latency_s, between(0, 1e4), "s", "of the access link");
  visit.key("flops_per_s", &C::flops_per_s, above_up_to(0, 1e24), "FLOP/s", "training speed");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<NetworkConfig>) {
  using C = NetworkConfig;
  visit.key("model", &C::model, one_of({"exact", "calibrated"}), "", "exact: latency + bytes/bandwidth; calibrated: TCP");
  visit.key("platform", &C::platform, anything(), "", "SimGrid platform file; institutions live on its hosts, in order");
  visit.key("regions", &C::regions, anything(), "", "names");
  visit.key("latency_s", &C::latency_s, between(0, 1e4), "s", "matrix of regions, symmetric, within them on the diagonal; empty: 0.01 between, 0 within");
  visit.key("backbone_bytes_per_s", &C::backbone_bytes_per_s, above_up_to(0, 1e15), "B/s", "between each pair of regions");
  visit.key("validator_bytes_per_s", &C::validator_bytes_per_s, above_up_to(0, 1e15), "B/s", "link of a validator");
  visit.key("validator_latency_s", &C::validator_latency_s, between(0, 1e4), "s", "of a validator's link");
  visit.key("validator_flops_per_s", &C::validator_flops_per_s, above_up_to(0, 1e24), "FLOP/s", "of a validator");
  visit.key("encrypted", &C::encrypted, anything(), "", "false: who taps a line reads what passes there");
  visit.key("uploads", &C::uploads, one_of({"together", "in_turn"}), "", "messages above 1 kB from one chain node: share its uplink, or each when those before it have left");
  visit.key("patience_s", &C::patience_s, above_up_to(0, 1e12), "s", "without progress until a run ends as stalled");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<FaultConfig>) {
  using C = FaultConfig;
  visit.key("kind", &C::kind, one_of(fault_kind_names()), "", "what goes wrong");
  visit.key("chain", &C::chain, anything(), "", "whose validators; empty: the only chain's");
  visit.key("institutions", &C::institutions, anything(), "", "names, groups or patterns");
  visit.key("validators", &C::validators, between(0, 1e6), "", "of the chain, by number");
  visit.key("at_s", &C::at_s, between(0, 1e12), "s", "when it begins");
  visit.key("for_s", &C::for_s, between(0, 1e12), "s", "how long it lasts; 0: for good");
  visit.key("factor", &C::factor, above_up_to(0, 1e3), "", "slow: of the speed; degrade: of the bandwidth");
  visit.key("latency_factor", &C::latency_factor, above_up_to(0, 1e6), "", "degrade: of the latency");
  visit.key("probability", &C::probability, between(0, 1), "", "loss: of a message between validators");
  visit.key("on_s", &C::on_s, between(0, 1e12), "s", "churn: mean time up, at least 0.001");
  visit.key("off_s", &C::off_s, between(0, 1e12), "s", "churn: mean time down, at least 0.001");
  visit.key("distribution", &C::distribution, one_of({"exponential", "uniform", "fixed"}), "", "churn: of both times");
  visit.key("draws", &C::draws, between(0, 1e6), "faults", "like this one, each on one of the targets, from the seed; 0: as written");
  visit.key("within_s", &C::within_s, between(0, 1e12), "s", "draws: they begin at random within this time after at_s");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<BehaviourConfig>) {
  using C = BehaviourConfig;
  visit.key("kind", &C::kind, known(&KnownNames::behaviours), "", "what a hostile institution or validator does");
  visit.key("chain", &C::chain, anything(), "", "where; empty: on every chain");
  visit.key("institutions", &C::institutions, anything(), "", "names, groups or patterns");
  visit.key("validators", &C::validators, between(0, 1e6), "", "what validators do: who of the chain, by number");
  visit.key("factor", &C::factor, between(0, 1e9), "", "sign_flip, scaled: of the update; gaussian: deviation, in the update's own");
  visit.key("from_round", &C::from_round, at_least(0), "rounds", "honest before");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<BaselineConfig>) {
  using C = BaselineConfig;
  visit.key("centralized", &C::centralized, anything(), "", "all institutions' rows in one place");
  visit.key("local", &C::local, anything(), "", "each institution alone");
  visit.key("local_institutions", &C::local_institutions, between(0, 1e6), "", "how many train alone, evenly spaced; 0: all");
  visit.key("full_sharing", &C::full_sharing, anything(), "", "the same chain, everything shared");
  visit.key("flops_per_s", &C::flops_per_s, above_up_to(0, 1e24), "FLOP/s", "of the centralized machine");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<EvaluationConfig>) {
  using C = EvaluationConfig;
  visit.key("every", &C::every, between(0, 1e6), "rounds", "between evaluations, the last round always; 0: never");
  visit.key("members", &C::members, anything(), "", "evaluate each participant on its own test rows too");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<RecordConfig>) {
  using C = RecordConfig;
  visit.key("ledger", &C::ledger, one_of({"none", "headers", "full"}), "", "how much of it the result file keeps");
  visit.key("models", &C::models, anything(), "", "keep the final models");
  visit.key("predictions", &C::predictions, anything(), "", "keep the final models' scores of the test rows");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<Scenario>) {
  using C = Scenario;
  Limits schema = between(1, 1);
  schema.required = true;
  visit.key("schema", &C::schema, schema, "", "version of this format");
  visit.key("name", &C::name, identifier(), "", "names the result");
  visit.key("seed", &C::seed, at_least(0), "", "of everything random");
  visit.table("network", &C::network, "the simulated network");
  visit.table("baseline", &C::baseline, "what to compare with, in the same run");
  visit.table("evaluation", &C::evaluation, "when to measure");
  visit.table("record", &C::record, "what to keep");
  visit.tables("institution", &C::groups, "an institution, or a group of them");
  visit.tables("chain", &C::chains, "a task, its members and their chain");
  visit.tables("reference", &C::references, "public images that chains have in common");
  visit.tables("relay", &C::relays, "who carries what one chain publishes to another");
  visit.tables("fault", &C::faults, "something that goes wrong, and when");
  visit.tables("behaviour", &C::behaviours, "who is not honest");
  visit.tables("probe", &C::probes, "what observers try to learn; it changes nothing else");
}

}  // namespace polyclinic
