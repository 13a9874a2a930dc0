#include "core/sharing/aggregator.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

#include "core/base/error.hpp"
#include "core/sharing/defences/combination.hpp"
#include "core/sharing/defences/requirements.hpp"
#include "core/sharing/mean.hpp"
#include "core/sharing/names.hpp"
#include "core/sharing/scaffold.hpp"
#include "core/sharing/server/optimizer.hpp"

namespace polyclinic {
namespace {

std::vector<Contribution> sorted_by_author(std::vector<Contribution> contributions) {
  const auto name = [](const Contribution& contribution) {
    return std::tuple(contribution.author, contribution.version, contribution.nonce);
  };
  std::ranges::sort(contributions, {}, name);
  const auto twice = std::ranges::adjacent_find(contributions, {}, name);
  require(twice == contributions.end(), "two updates of institution {} in one round",
          twice == contributions.end() ? -1 : twice->author.value);
  return contributions;
}

// Of contributions in order of author.
std::int64_t count_authors(const std::vector<Contribution>& contributions) {
  std::int64_t authors = 0;
  for (std::size_t i = 0; i < contributions.size(); ++i) {
    authors += i == 0 || contributions[i].author != contributions[i - 1].author;
  }
  return authors;
}

class PartialAggregator : public Aggregator {
 public:
  PartialAggregator(const CollaborationConfig& config, std::shared_ptr<const SharePolicy> policy)
      : combination_(make_combination(config)),
        optimizer_(make_server_optimizer(config)),
        scaffold_(config.algorithm == "scaffold"),
        policy_(std::move(policy)) {}

  [[nodiscard]] Aggregate aggregate(const ParameterSet& global, const ServerState& state,
                                    std::vector<Contribution> contributions, std::int64_t members) const override {
    const at::Tensor& shareable = policy_->shareable();
    const std::int64_t weights_size = global.layout()->weights_size();
    const std::int64_t control_size = shareable_weights(weights_size);
    contributions = sorted_by_author(std::move(contributions));
    const std::int64_t authors = count_authors(contributions);
    require(authors <= members, "updates of {} institutions from {} members", authors, members);
    const std::vector<WeightedPayload> payloads = parsed(contributions, control_size);

    Aggregate result{ParameterSet(global.layout(), global.flat().clone()), state};
    result = optimizer_->step(std::move(result), combination_->combine(payloads, shareable.numel()), shareable);
    if (scaffold_) {
      result.state.control =
          updated_server_control(state.control, control_sum(payloads, control_size), members, shareable, weights_size);
    }
    ++result.state.rounds;
    return result;
  }

 private:
  [[nodiscard]] std::int64_t shareable_weights(std::int64_t weights_size) const {
    const at::Tensor& shareable = policy_->shareable();
    const std::int64_t* places = shareable.data_ptr<std::int64_t>();
    return std::lower_bound(places, places + shareable.numel(), weights_size) - places;
  }

  [[nodiscard]] std::vector<WeightedPayload> parsed(const std::vector<Contribution>& contributions,
                                                    std::int64_t control_size) const {
    std::vector<WeightedPayload> payloads;
    for (const Contribution& contribution : contributions) {
      const int author = contribution.author.value;
      require(contribution.samples >= 0, "the update of institution {} has {} samples", author, contribution.samples);
      if (contribution.samples == 0) continue;
      const PayloadView view = parse(contribution.update->payload(), policy_->shareable().numel(), control_size);
      require((view.control_count > 0) == (scaffold_ && control_size > 0),
              "the update of institution {} has {} numbers of control variate, this algorithm needs {}", author,
              view.control_count, scaffold_ ? control_size : 0);
      payloads.push_back({view, static_cast<double>(contribution.samples), contribution.scale});
    }
    return payloads;
  }

  std::unique_ptr<Combination> combination_;
  std::unique_ptr<ServerOptimizer> optimizer_;
  bool scaffold_;
  std::shared_ptr<const SharePolicy> policy_;
};

void require_known_algorithm(const std::string& name) {
  const std::vector<std::string> names{"fedavg", "fedprox", "scaffold", "fedrep"};
  if (std::ranges::find(names, name) == names.end()) unknown_name("collaboration.algorithm", name, names);
}

}  // namespace

std::shared_ptr<const Aggregator> make_aggregator(const CollaborationConfig& config,
                                                  std::shared_ptr<const SharePolicy> policy) {
  require_known_algorithm(config.algorithm);
  require_fitting_defence(config, *policy);
  return std::make_shared<PartialAggregator>(config, std::move(policy));
}

}  // namespace polyclinic
