// Who looks at a chain, and what each of them has of its updates.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/named_kind.hpp"
#include "core/collaboration/chain_learning.hpp"
#include "core/leakage/evidence.hpp"

namespace polyclinic {

// What one observer holds of one victim, or of a group whose sum alone is visible.
struct View {
  std::string observer;
  std::int64_t round = 0;                   // the last that it has seen, from 1
  std::vector<InstitutionId> contributors;  // whose records are behind it, in order of author
  Evidence evidence;
  double shared_fraction = 0.0;             // numbers that it holds of an update, over the model's
  at::Tensor own_start;                     // what its one victim trained from, private part and all: to score by, never for attacks;
                                            // undefined where nothing is private, and of a sum
  // Of a sum -1.
  [[nodiscard]] std::int64_t institution() const { return contributors.size() == 1 ? contributors.front().value : -1; }
};

// The kinds that ProbeConfig::observers may name:
//   wire       sizes and times alone; where the network is not encrypted, all that passes
//   peer       a member: each round's updates as they come
//   chain      anybody who reads the ledger later: a victim's updates of all rounds up to the last probed one together
//   relay      the chain that learns from this one: what it is sent, the common model's body; differences of exports that one round lies
//              between are sums over all members
//   coalition  members who pool what they know: of a sum what is left when their own updates are taken out
[[nodiscard]] std::vector<NamedKind> observer_kinds();

// What the probe's observers have, in a fixed order. Waits for the models. Where updates are aggregated securely no observer has a
// single one of them.
[[nodiscard]] std::vector<View> views_of(const ProbePlan& probe, const ChainLearning& learning, Pool& pool);

// Why this observer, which the probe names, has no view.
[[nodiscard]] std::string obstacle_to_seeing(const ProbePlan& probe, const ChainPlan& plan, const std::string& observer);

// What is published of the model in the last round that can be read, over its size; NaN where none can.
[[nodiscard]] double shared_fraction_of(const ProbePlan& probe, const ChainLearning& learning, Pool& pool);

// Every update that one institution has published, as a member reads them, who is told nothing of what is private (T1).
[[nodiscard]] std::vector<ObservedUpdate> updates_of(const ProbePlan& probe, const ChainLearning& learning, InstitutionId institution,
                                                     Pool& pool);

}  // namespace polyclinic
