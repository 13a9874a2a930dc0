#include <ATen/core/Tensor.h>
#include <ATen/ops/add.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cassert>
#include <optional>

#include "core/base/error.hpp"
#include "core/collaboration/model_history.hpp"
#include "core/ledger/topology.hpp"
#include "core/sharing/neighbour_mean.hpp"

namespace polyclinic {
namespace {

// float32, flat over the layout: a member's model minus the initial one, which is how neighbours know it.
using Displacement = Job<at::Tensor>;

GlobalModel displaced(const ChainPlan& plan, const at::Tensor& displacement) {
  return with_digest(ParameterSet(plan.initial.layout(), at::add(plan.initial.flat(), displacement)), {});
}

class NeighbourModels : public ModelHistory {
 public:
  NeighbourModels(ChainPlanPointer plan, Pool& pool)
      : plan_(std::move(plan)), pool_(pool), topology_(topology_of(*plan_->rounds)), started_(plan_->members.size(), -1) {
    const Displacement none = pool_.submit(Urgency::simulation, [plan = plan_] { return at::zeros_like(plan->initial.flat()); });
    latest_.assign(plan_->members.size(), none);
  }

  [[nodiscard]] std::int64_t closed_rounds() const override { return rounds_; }
  [[nodiscard]] bool keeps(InstitutionId member, std::int64_t rounds) const override { return find(member, rounds) != nullptr; }
  [[nodiscard]] bool is_common() const override { return false; }

  [[nodiscard]] ModelSource model(InstitutionId member, std::int64_t rounds) const override {
    const Displacement* displacement = find(member, rounds);
    require(displacement != nullptr, "chain {}: the model of institution {} after {} rounds is not kept", plan_->config.name,
            member.value, rounds);
    return [plan = plan_, job = *displacement] { return displaced(*plan, job.get()); };
  }

  [[nodiscard]] ModelSource global(std::int64_t rounds) const override {
    require(rounds == rounds_, "chain {}: the members' models after {} rounds are not kept", plan_->config.name, rounds);
    return [plan = plan_, members = latest_] {
      at::Tensor sum = at::zeros({plan->initial.flat().numel()}, at::kDouble);
      for (const Displacement& member : members) sum.add_(member.get());
      return displaced(*plan, sum.div_(static_cast<double>(members.size())).to(at::kFloat));
    };
  }

  void started(InstitutionId member, std::int64_t rounds) override {
    const std::size_t position = plan_->position(member);
    started_[position] = std::max(started_[position], rounds);
    if (rounds < rounds_ && !before_.empty()) before_[position].reset();
  }

  void close(std::vector<ClosedUpdate> updates, const BlockPointer&) override {
    std::vector<const ClosedUpdate*> of_member(plan_->members.size());
    for (const ClosedUpdate& update : updates) of_member[plan_->position(update.transaction.author)] = &update;
    std::vector<Displacement> next;
    for (std::size_t i = 0; i < of_member.size(); ++i) next.push_back(mixed(i, of_member));
    // A member that has not yet heard of the round just closed may still train for it in vain.
    before_.assign(latest_.begin(), latest_.end());
    for (std::size_t i = 0; i < before_.size(); ++i) {
      if (started_[i] >= rounds_) before_[i].reset();
    }
    latest_ = std::move(next);
    ++rounds_;
  }

 private:
  [[nodiscard]] const Displacement* find(InstitutionId member, std::int64_t rounds) const {
    const std::size_t position = plan_->position(member);
    if (rounds == rounds_) return &latest_[position];
    const bool had = rounds == rounds_ - 1 && !before_.empty() && before_[position].has_value();
    return had ? &*before_[position] : nullptr;
  }

  // The terms are in the order of members, so that members with the same neighbourhood get the same bits.
  [[nodiscard]] std::vector<MixTerm> terms(std::size_t member, const std::vector<const ClosedUpdate*>& updates) const {
    const auto self = static_cast<std::int64_t>(member);
    std::vector<MixTerm> terms{{topology_.weight(self, self), nullptr}};
    for (const std::int64_t neighbour : topology_.neighbours(self)) {
      const ClosedUpdate* update = updates[static_cast<std::size_t>(neighbour)];
      if (update != nullptr) terms.push_back({topology_.weight(self, neighbour), update->update});
    }
    const auto lower = std::ranges::count_if(topology_.neighbours(self), [&](std::int64_t neighbour) {
      return neighbour < self && updates[static_cast<std::size_t>(neighbour)] != nullptr;
    });
    std::rotate(terms.begin(), terms.begin() + 1, terms.begin() + 1 + lower);
    return terms;
  }

  [[nodiscard]] Displacement mixed(std::size_t member, const std::vector<const ClosedUpdate*>& updates) const {
    at::Tensor own = updates[member] != nullptr ? updates[member]->displacement : at::Tensor();
    std::optional<Displacement> kept;
    if (!own.defined()) kept = latest_[member];
    return pool_.submit(Urgency::simulation, [plan = plan_, own, held = std::move(kept), terms = terms(member, updates),
                                              &pool = pool_]() mutable {
      const std::optional<Displacement> previous = std::exchange(held, std::nullopt);
      const at::Tensor start = previous ? previous->get() : std::exchange(own, at::Tensor());
      const std::vector<MixTerm> used = std::exchange(terms, {});
      const Pool::Timer timer(pool, Phase::aggregation);
      return neighbour_mean(*plan->policy, start, used);
    });
  }

  ChainPlanPointer plan_;
  Pool& pool_;
  Topology topology_;
  std::int64_t rounds_ = 0;
  std::vector<Displacement> latest_;                 // by position, as are the others
  std::vector<std::optional<Displacement>> before_;  // after one round less, of members that may still want it
  std::vector<std::int64_t> started_;
};

}  // namespace

std::unique_ptr<ModelHistory> make_neighbour_models(ChainPlanPointer plan, Pool& pool) {
  return std::make_unique<NeighbourModels>(std::move(plan), pool);
}

}  // namespace polyclinic
