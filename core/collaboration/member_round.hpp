// One member's round: the model that it starts from is trained, its difference altered by hostile conduct, shared, encoded.
// A pure function of its task, made for a job in the pool.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "core/auxiliary/guidance.hpp"
#include "core/collaboration/plan.hpp"
#include "core/compute/pool.hpp"
#include "core/learning/parameters.hpp"

namespace polyclinic {

// A model that members start from. Where there is a global one, it is the same for every peer.
struct GlobalModel {
  ParameterSet parameters;
  ServerState server;
  Digest digest;                      // of the parameters: what an update says it was trained from
  GuidancePointer guidance = {};      // what other chains have given it; null: nothing
};
[[nodiscard]] GlobalModel with_digest(ParameterSet parameters, ServerState server);

// What a member keeps between rounds: no model, no optimizer, no gradients.
struct MemberState {
  PolicyState policy;
  PrivatePart own;
  at::Tensor control;                 // SCAFFOLD's c_i; undefined: zero
};

// What leaves, what stays, and what it cost.
struct RoundOutcome {
  SharedUpdatePointer update;
  Egress egress;
  Digest base;
  double train_loss = 0.0;            // NaN where the member did not train
  MemberState next;
  at::Tensor displacement;            // gossip: trained - initial model, flat over the layout; undefined elsewhere
};

// Everything that one member's round is a function of, but for the model.
struct RoundTask {
  ChainPlanPointer plan;
  InstitutionId member;
  std::int64_t round = 0;             // or version
  std::uint32_t nonce = 0;            // of the update, among the member's from that version
  MemberState state;
};

// Samples that an honest member with so many training rows processes in a round.
[[nodiscard]] std::int64_t round_samples(const ChainPlan& plan, std::int64_t rows);
// Optimizer steps that it takes for that.
[[nodiscard]] std::int64_t round_steps(const ChainPlan& plan, std::int64_t rows);

[[nodiscard]] Seed member_seed(const ChainPlan& plan, const char* purpose, const RoundTask& task);
// What nobody but the member can know: of noise, and of batches whose choice must stay secret. From the SHA-256 of its private key
// and the seed above. That one itself will not do: the seed of a public mask is on the wire, seeds can be traced back to their
// parents, and from there to every child of those.
[[nodiscard]] Seed secret_seed(const ChainPlan& plan, const char* purpose, const RoundTask& task);
// Both, for SharePolicy::share().
[[nodiscard]] ShareSeeds share_seeds(const ChainPlan& plan, const char* purpose, const RoundTask& task);
// The model with the member's own private part.
[[nodiscard]] ParameterSet composed(const RoundTask& task, const ParameterSet& model);
// With collaboration.algorithm = "fedrep" (Collins et al. 2021, Exploiting shared representations for personalized federated
// learning, algorithm 1) head_epochs of the private weights with the shared ones frozen come first, then the configured
// epochs or steps of the shared ones with the private ones frozen; buffers follow in both. The loss is that of the second
// part. What is shared is the difference that training made; in gossip mode, since the members have no model in common, the
// difference to the initial one, from which a neighbour recovers the published coordinates.
[[nodiscard]] RoundOutcome run_round(const RoundTask& task, const GlobalModel& model, Pool& pool);

}  // namespace polyclinic
