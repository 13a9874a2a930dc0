// From a round's shared updates to the next global model. The result does not depend on the order of arrival.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/named_kind.hpp"
#include "core/learning/parameters.hpp"
#include "core/scenario/scenario.hpp"
#include "core/sharing/policy.hpp"

namespace polyclinic {

struct Contribution {
  InstitutionId author;
  std::int64_t samples = 0;          // its weight
  SharedUpdatePointer update;
  double scale = 1.0;                // its values count multiplied by this, its weight does not (staleness)
  std::int64_t version = 0;          // of the global model that it was trained from; with the nonce it tells apart
  std::uint32_t nonce = 0;           // several updates of one author
};

// What the server side of the algorithm remembers: a deterministic function of the chain, so that every peer has the same.
struct ServerState {
  at::Tensor momentum;               // flat over the layout
  at::Tensor variance;
  at::Tensor control;                // SCAFFOLD's c, flat over the weights
  std::int64_t rounds = 0;
};

struct Aggregate {
  ParameterSet parameters;
  ServerState state;
};

class Aggregator {
 public:
  virtual ~Aggregator() = default;
  // Per coordinate: the mean of the published deltas of its uploaders, weighted by samples, or what the configured defence
  // makes of them (defences/combination.hpp), goes through the server optimizer and is added to `global`; a coordinate that
  // nobody published keeps its value, and the optimizer's memory of it too. Buffers are averaged without the optimizer: a
  // running variance must stay one. A contribution with 0 samples counts for nothing. `members`: institutions of the chain (SCAFFOLD's N).
  //
  // Sums are in double precision, over contributions sorted by author, version and nonce, divided once and rounded once: whether updates are
  // dense or sparse makes no difference in any bit. Throws Error for two contributions with the same author, version and nonce,
  // negative samples, more authors than members, bytes that are no update over the policy's coordinates, a number that is not finite, or a
  // control variate that is missing (SCAFFOLD) or unasked for (all others).
  [[nodiscard]] virtual Aggregate aggregate(const ParameterSet& global, const ServerState& state,
                                            std::vector<Contribution> contributions, std::int64_t members) const = 0;
};

// The optimizers that CollaborationConfig::server may name, with a line of description each.
[[nodiscard]] std::vector<NamedKind> server_optimizers();

// The defences that CollaborationConfig::defence may name, with a line of description each.
[[nodiscard]] std::vector<NamedKind> defences();

// FLOPs of combining `updates` updates that publish `coordinates` numbers each into a mean update as the defence does.
[[nodiscard]] double combination_flops(const CollaborationConfig& config, std::int64_t updates, double coordinates);

// Throws UsageError where a chain of so many members cannot do what the defence needs: updates that are combined with
// others (all but none and scoring), that publish the same coordinates (Krum), and of which there are n >= 2f + 3 (Krum)
// even in the smallest round that may close.
void check_defence(const CollaborationConfig& config, const SharePolicy& policy, std::int64_t members);

// Throws UsageError for an unknown algorithm, server optimizer or defence, a setting of it that is out of range, and a
// defence that does not fit the algorithm or the policy.
[[nodiscard]] std::shared_ptr<const Aggregator> make_aggregator(const CollaborationConfig& config,
                                                                std::shared_ptr<const SharePolicy> policy);

}  // namespace polyclinic
