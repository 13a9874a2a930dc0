#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/pattern.hpp"
#include "core/scenario/checks.hpp"
#include "core/scenario/institutions.hpp"
#include "core/scenario/nearest.hpp"

namespace polyclinic {
namespace {

// One chain under examination. What its sharing and its model need is checked by those rooms, which know the tensors.
class ChainCheck {
 public:
  ChainCheck(const Scenario& scenario, std::size_t index, const Reject& reject)
      : scenario_(scenario), chain_(scenario.chains[index]), prefix_(fmt::format("chain.{}.", index)), reject_(reject) {}

  void run() const {
    check_members();
    check_partition();
    check_training();
    check_collaboration();
    check_consensus();
  }

 private:
  // "chain.0.KEY = VALUE PROBLEM", where the key stands.
  template <class Value>
  void need(bool fine, const std::string& key, const Value& value, const std::string& problem) const {
    if (!fine) reject_(prefix_ + key, fmt::format("{}{} = {} {}", prefix_, key, value, problem));
  }

  void need_match(const std::string& key, const std::vector<std::string>& patterns) const {
    std::vector<std::string> names;
    for (const InstitutionGroup& group : scenario_.groups) {
      names.push_back(group.name);
      if (group.count == 1) continue;
      for (std::string& name : institution_names(group)) names.push_back(std::move(name));
    }
    for (const std::string& pattern : patterns) {
      const bool matched =
          std::any_of(names.begin(), names.end(), [&](const auto& name) { return matches(pattern, name); });
      need(matched, key, fmt::format("\"{}\"", pattern),
           "matches no institution and no group" + did_you_mean(pattern, names));
    }
  }

  void check_members() const {
    need_match("members", chain_.members);
    need_match("partition.scarce", chain_.partition.scarce);
  }

  void check_partition() const {
    const PartitionConfig& partition = chain_.partition;
    need(partition.rows_per_institution == 0 || partition.kind == "iid", "partition.rows_per_institution",
         partition.rows_per_institution, "needs partition.kind = \"iid\", or 0");
    need(partition.keep <= 1.0 || partition.keep == std::floor(partition.keep), "partition.keep", partition.keep,
         "is above 1 and so a count of rows, but no whole number");
    need(partition.validation + partition.test < 1.0, "partition.test", partition.test,
         fmt::format("leaves no training rows beside partition.validation = {}: their sum must be below 1",
                     partition.validation));
  }

  void check_training() const {
    const TrainingConfig& training = chain_.training;
    const bool sgd = training.optimizer == "sgd";
    need(training.epochs > 0 || training.steps > 0, "training.epochs", 0,
         "needs training.steps above 0, or must be above 0");
    need(training.epochs == 0 || training.steps == 0, "training.steps", training.steps,
         fmt::format("contradicts training.epochs = {}: one of the two must be 0", training.epochs));
    need(training.momentum == 0.0 || sgd, "training.momentum", training.momentum,
         "needs training.optimizer = \"sgd\", or 0");
    need(!training.nesterov || training.momentum > 0.0, "training.nesterov", true, "needs training.momentum above 0");
  }

  void check_collaboration() const {
    const CollaborationConfig& rules = chain_.collaboration;
    const auto members = static_cast<std::int64_t>(members_of(scenario_, chain_).size());
    const std::int64_t all = rules.sampling == "cyclic" ? 1 : members;
    const std::int64_t participants = rules.participants == 0 ? all : rules.participants;
    need(rules.mu == 0.0 || rules.algorithm == "fedprox", "collaboration.mu", rules.mu,
         "needs collaboration.algorithm = \"fedprox\", or 0");
    check_scaffold();
    need(participants <= all, "collaboration.participants", rules.participants,
         rules.sampling == "cyclic" ? "must be 0 or 1 with collaboration.sampling = \"cyclic\""
                                    : fmt::format("is more than the chain's {} members", members));
    need(rules.min_updates <= participants, "collaboration.min_updates", rules.min_updates,
         fmt::format("is more than the {} participants of a round", participants));
    need(rules.min_updates == 0 || rules.min_updates == participants || rules.deadline_s > 0.0, "collaboration.min_updates",
         rules.min_updates, "is a quorum at the deadline and needs collaboration.deadline_s above 0");
    need(rules.deadline_s == 0.0 || rules.min_updates > 0, "collaboration.deadline_s", rules.deadline_s,
         "closes a round with collaboration.min_updates updates: set it above 0");
  }

  // Its control variates are mean gradients, read off the length of plain steps, and drift where they are rounded.
  void check_scaffold() const {
    if (chain_.collaboration.algorithm != "scaffold") return;
    const TrainingConfig& training = chain_.training;
    need(training.optimizer == "sgd", "training.optimizer", training.optimizer, "does not fit scaffold, which needs \"sgd\"");
    need(training.momentum == 0.0, "training.momentum", training.momentum, "does not fit scaffold, which needs 0");
    need(chain_.sharing.values == "float32", "sharing.values", chain_.sharing.values,
         "does not fit scaffold, which needs \"float32\"");
  }

  void check_consensus() const {
    const ConsensusConfig& consensus = chain_.consensus;
    const auto members = static_cast<std::int64_t>(members_of(scenario_, chain_).size());
    need(consensus.hosts != "members" || consensus.validators <= members, "consensus.validators", consensus.validators,
         fmt::format("is more than the chain's {} members, which consensus.hosts = \"members\" makes run them", members));
    need(consensus.confirmations < consensus.validators, "consensus.confirmations", consensus.confirmations,
         fmt::format("must be below consensus.validators = {}: they come from distinct other validators",
                     consensus.validators));
  }

  const Scenario& scenario_;
  const ChainConfig& chain_;
  std::string prefix_;
  const Reject& reject_;
};

}  // namespace

void check_chain(const Scenario& scenario, std::size_t index, const Reject& reject) {
  ChainCheck(scenario, index, reject).run();
}

}  // namespace polyclinic
