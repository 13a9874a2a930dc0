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
  // Per coordinate: the mean of the published deltas of its uploaders, weighted by samples, goes through the server
  // optimizer and is added to `global`; a coordinate that nobody published keeps its value, and the optimizer's memory of
  // it too. Buffers are averaged without the optimizer: a running variance must stay one. A contribution with 0 samples
  // counts for nothing. `members`: institutions of the chain (SCAFFOLD's N).
  //
  // Sums are in double precision, over contributions sorted by author, divided once and rounded once: whether updates are
  // dense or sparse makes no difference in any bit. Throws Error for two contributions of one author, negative samples, more
  // contributions than members, bytes that are no update over the policy's coordinates, a number that is not finite, or a
  // control variate that is missing (SCAFFOLD) or unasked for (all others).
  [[nodiscard]] virtual Aggregate aggregate(const ParameterSet& global, const ServerState& state,
                                            std::vector<Contribution> contributions, std::int64_t members) const = 0;
};

// The optimizers that CollaborationConfig::server may name, with a line of description each.
[[nodiscard]] std::vector<NamedKind> server_optimizers();

// Throws UsageError for an unknown algorithm or server optimizer, or a setting of it that is out of range.
[[nodiscard]] std::shared_ptr<const Aggregator> make_aggregator(const CollaborationConfig& config,
                                                                std::shared_ptr<const SharePolicy> policy);

}  // namespace polyclinic
