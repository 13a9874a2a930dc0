#include <algorithm>
#include <cassert>
#include <map>

#include "core/base/error.hpp"
#include "core/collaboration/model_history.hpp"
#include "core/collaboration/staleness.hpp"

namespace polyclinic {
namespace {

std::vector<Contribution> contributions_of(const ChainPlan& plan, std::vector<ClosedUpdate> updates) {
  std::vector<Contribution> contributions;
  for (ClosedUpdate& closed : updates) {
    const Transaction& transaction = closed.transaction;
    contributions.push_back({.author = transaction.author,
                             .samples = static_cast<std::int64_t>(transaction.samples),
                             .update = closed.opened ? closed.opened().mean : std::move(closed.update),
                             .scale = staleness_weight(plan.config.collaboration, closed.staleness),
                             .version = transaction.round,
                             .nonce = transaction.nonce});
  }
  return contributions;
}

class CommonModel : public ModelHistory {
 public:
  CommonModel(ChainPlanPointer plan, Pool& pool) : plan_(std::move(plan)), pool_(pool) {
    models_.emplace(0, Version{pool_.submit(Urgency::simulation, [plan = plan_] { return with_digest(plan->initial, {}); }), {}});
  }

  [[nodiscard]] std::int64_t closed_rounds() const override { return models_.rbegin()->first; }
  [[nodiscard]] bool keeps(InstitutionId, std::int64_t rounds) const override { return models_.contains(rounds); }
  [[nodiscard]] ModelSource model(InstitutionId, std::int64_t rounds) const override { return global(rounds); }
  [[nodiscard]] bool is_common() const override { return true; }
  void started(InstitutionId, std::int64_t) override {}

  [[nodiscard]] ModelSource global(std::int64_t rounds) const override {
    const auto found = models_.find(rounds);
    require(found != models_.end(), "chain {}: the model after {} rounds is not kept, the latest is that after {}",
            plan_->config.name, rounds, closed_rounds());
    return [job = found->second.model] { return job.get(); };
  }

  void receive(Received received) override { received_ = std::move(received); }

  void open() override {
    if (!received_) return;
    models_.at(0).model = pool_.submit(Urgency::simulation, [plan = plan_, received = received_, &pool = pool_] {
      return guided(*plan, with_digest(plan->initial, {}), 0, received, nullptr, pool);
    });
  }

  void close(std::vector<ClosedUpdate> updates, const BlockPointer& closed_by) override {
    const std::int64_t closed = closed_rounds();
    // A job holds what it captured as long as its result: the chain of all models, if each let go of none.
    auto next = pool_.submit(Urgency::simulation,
                             [plan = plan_, held = global(closed), updates = std::move(updates),
                              received = received_, round = closed + 1, &pool = pool_]() mutable {
                               const ModelSource source = std::exchange(held, nullptr);
                               const GlobalModel before = source();
                               return guided(*plan, aggregated(*plan, before, std::exchange(updates, {}), pool), round,
                                             received, before.guidance, pool);
                             });
    models_.emplace(closed + 1, Version{std::move(next), closed_by ? closed_by->hash() : Digest{}});
    forget(closed);
  }

 private:
  struct Version {
    Job<GlobalModel> model;
    Digest closed_by;
  };

  static GlobalModel aggregated(const ChainPlan& plan, const GlobalModel& before, std::vector<ClosedUpdate> updates, Pool& pool) {
    const Pool::Timer timer(pool, Phase::aggregation);
    std::vector<Contribution> contributions = contributions_of(plan, std::move(updates));
    Aggregate next = plan.aggregator->aggregate(before.parameters, before.server, std::move(contributions),
                                                static_cast<std::int64_t>(plan.members.size()));
    return with_digest(std::move(next.parameters), std::move(next.state));
  }

  // With what other chains have given by then.
  static GlobalModel guided(const ChainPlan& plan, GlobalModel model, std::int64_t rounds, const Received& received,
                            const GuidancePointer& before, const Pool& pool) {
    if (!plan.exchange.classroom) return model;
    Guided next = guide(*plan.exchange.classroom, model.parameters, rounds, received, before, pool);
    const bool is_changed = !next.parameters.flat().is_same(model.parameters.flat());
    GlobalModel result = is_changed ? with_digest(std::move(next.parameters), std::move(model.server)) : std::move(model);
    result.guidance = std::move(next.guidance);
    return result;
  }

  [[nodiscard]] std::size_t kept_versions() const {
    if (!plan_->is_asynchronous()) return 2;
    return std::max<std::size_t>(2, version_memory_bytes / std::max<std::uint64_t>(1, plan_->snapshot_bytes()));
  }

  // Versions that another one of the same block replaced were never announced.
  void forget(std::int64_t closed) {
    const auto before = models_.find(closed), latest = models_.find(closed + 1);
    if (before != models_.end() && before->second.closed_by != Digest{} &&
        before->second.closed_by == latest->second.closed_by) {
      models_.erase(before);
    }
    while (models_.size() > kept_versions()) models_.erase(models_.begin());
  }

  ChainPlanPointer plan_;
  Pool& pool_;
  std::map<std::int64_t, Version> models_;  // by rounds closed
  Received received_;
};

}  // namespace

// Divided by its samples already: it counts as one, in the name of the first author.
ClosedUpdate opened_mean(const ClosedRound& closed, SumSource sum) {
  ClosedUpdate mean;
  mean.transaction = closed.updates.front();
  mean.transaction.samples = 1;
  mean.opened = std::move(sum);
  return mean;
}

std::unique_ptr<ModelHistory> make_common_model(ChainPlanPointer plan, Pool& pool) {
  return std::make_unique<CommonModel>(std::move(plan), pool);
}

}  // namespace polyclinic
