// The models that members start from, and what a closed round makes of them. One kind for a model that all have in common,
// one for members that average with their neighbours.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/auxiliary/received.hpp"
#include "core/collaboration/masked_updates.hpp"
#include "core/collaboration/member_round.hpp"
#include "core/compute/pool.hpp"
#include "core/ledger/contract.hpp"

namespace polyclinic {

// The model, once what it depends on is computed: to be called in a pool job that was submitted after this was made.
using ModelSource = std::function<GlobalModel()>;

// An update of a round that closed, as its members have it; of a round with masked updates there is one, their mean.
struct ClosedUpdate {
  Transaction transaction;
  std::int64_t staleness = 0;
  SharedUpdatePointer update;
  at::Tensor displacement;            // see RoundOutcome; undefined where nobody needs it, or its author is not known to have it
  SumSource opened = {};              // secure aggregation: in place of `update`, the mean of all updates of the round
};

[[nodiscard]] ClosedUpdate opened_mean(const ClosedRound& closed, SumSource sum);

class ModelHistory {
 public:
  virtual ~ModelHistory() = default;
  [[nodiscard]] virtual std::int64_t closed_rounds() const = 0;
  // Whether the model that `member` had after `rounds` rounds is still kept.
  [[nodiscard]] virtual bool keeps(InstitutionId member, std::int64_t rounds) const = 0;
  // That model. Throws Error where it is not kept.
  [[nodiscard]] virtual ModelSource model(InstitutionId member, std::int64_t rounds) const = 0;
  // The global one, or what stands for it: where neighbours average, the plain mean of the members' models.
  [[nodiscard]] virtual ModelSource global(std::int64_t rounds) const = 0;
  [[nodiscard]] virtual bool is_common() const = 0;
  // Takes note that `member` has started to train after `rounds` rounds, and will not do so again.
  virtual void started(InstitutionId member, std::int64_t rounds) = 0;
  // What has come from other chains by now: it counts from the next model on. Where there is no common model, for nothing.
  virtual void receive(Received) {}
  // The first round opens: the initial model has what was received before.
  virtual void open() {}
  // The open round closed: round closed_rounds() with these updates, by that block (null where there is none).
  virtual void close(std::vector<ClosedUpdate> updates, const BlockPointer& closed_by) = 0;
};

// Synchronous, asynchronous, buffered: with each closed round x becomes x plus the server optimizer's step along the
// weighted mean of its updates, each of them scaled by its staleness (Nguyen et al. 2022, FedBuff, algorithm 1; with the
// functions of Xie et al. 2019). A synchronous chain keeps two models. An asynchronous one keeps those that were the latest
// at the end of a block, of which validators tell their members, up to `version_memory_bytes` of them, and at least two.
[[nodiscard]] std::unique_ptr<ModelHistory> make_common_model(ChainPlanPointer plan, Pool& pool);
inline constexpr std::uint64_t version_memory_bytes = 256'000'000;

// Gossip averaging (Lian et al. 2017, Can decentralized algorithms outperform centralized algorithms?, algorithm 1): after a
// round each member's model is, coordinate by coordinate, the mean of its own and of those of its neighbours that published
// the coordinate, weighted by the topology's Metropolis weights. In this program neighbours publish differences to the
// common initial model, and a member's own difference counts where its update is in the round; where it is not, its
// training did not happen. Coordinates that no neighbour published stay its own.
[[nodiscard]] std::unique_ptr<ModelHistory> make_neighbour_models(ChainPlanPointer plan, Pool& pool);

}  // namespace polyclinic
