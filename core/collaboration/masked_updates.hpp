// Updates that can be read as a sum alone: how a plain one is masked, and what a closed round's masked ones make public. See
// docs/secure-aggregation.md.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/collaboration/plan.hpp"
#include "core/ledger/contract.hpp"
#include "core/secure_aggregation/member.hpp"
#include "core/sharing/update.hpp"

namespace polyclinic {

// A round of the plan's chain, in the integers of so many bits.
[[nodiscard]] SecureRound secure_round(const ChainPlan& plan, std::int64_t round, std::int64_t ring_bits);

// All that can be read of a round whose updates were masked.
struct PublicSum {
  // The mean difference, weighted by samples, of the contributors' rounded updates: bytes as the chain's policy encodes one update
  // with float32 numbers, so that it decodes them.
  SharedUpdatePointer mean;
  std::int64_t samples = 0;                  // of all of them together
  std::vector<InstitutionId> contributors;   // sorted
};
// The sum, once it is computed: to be called in a pool job that was submitted after this was made, or by who may wait.
using SumSource = std::function<PublicSum()>;

// Bytes of one masked update of this plan.
[[nodiscard]] std::uint64_t masked_update_bytes(const ChainPlan& plan);
// 32 where the policy bounds every number that it publishes so far that the sum of all members' words fits, else 64.
[[nodiscard]] std::int64_t ring_bits_of(const ChainPlan& plan);

// A plain update of the chain's policy, rounded, weighted by `samples` and masked.
[[nodiscard]] SharedUpdatePointer masked_update(const ChainPlan& plan, const SharedUpdate& plain, std::int64_t samples,
                                                const OwnMasks& masks);

// From public bytes alone: the payloads of the closed round's updates and statements, by the digest that a transaction names.
// Throws Error, with the outcome's name, where they open no sum.
using PayloadOf = std::function<SharedUpdatePointer(const Digest& payload)>;
[[nodiscard]] PublicSum open_round(const ChainPlan& plan, const ClosedRound& closed, const PayloadOf& payload_of);

}  // namespace polyclinic
