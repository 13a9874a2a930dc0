#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/scenario/checks.hpp"
#include "core/scenario/table_check.hpp"

namespace polyclinic {
namespace {

void check_members(const ChainCheck& check) {
  check.need_matches("members", check.chain().members);
  check.need_matches("partition.scarce", check.chain().partition.scarce);
}

void check_partition(const ChainCheck& check) {
  const PartitionConfig& partition = check.chain().partition;
  check.need(partition.rows_per_institution == 0 || partition.kind == "iid", "partition.rows_per_institution",
             partition.rows_per_institution, "needs partition.kind = \"iid\", or 0");
  check.need(partition.keep <= 1.0 || partition.keep == std::floor(partition.keep), "partition.keep", partition.keep,
             "is above 1 and so a count of rows, but no whole number");
  check.need(partition.validation + partition.test < 1.0, "partition.test", partition.test,
             fmt::format("leaves no training rows beside partition.validation = {}: their sum must be below 1",
                         partition.validation));
  std::set<std::int64_t> absent;
  for (const std::int64_t kind : partition.absent) {
    check.need(absent.insert(kind).second, "partition.absent", kind, "is there twice");
  }
}

void check_training(const ChainCheck& check) {
  const TrainingConfig& training = check.chain().training;
  const bool sgd = training.optimizer == "sgd";
  check.need(training.epochs > 0 || training.steps > 0, "training.epochs", 0,
             "needs training.steps above 0, or must be above 0");
  check.need(training.epochs == 0 || training.steps == 0, "training.steps", training.steps,
             fmt::format("contradicts training.epochs = {}: one of the two must be 0", training.epochs));
  check.need(training.momentum == 0.0 || sgd, "training.momentum", training.momentum,
             "needs training.optimizer = \"sgd\", or 0");
  check.need(!training.nesterov || training.momentum > 0.0, "training.nesterov", true,
             "needs training.momentum above 0");
}

// What a row gives to a step must be its own alone, and all of it within the bound.
void check_dp_sgd(const ChainCheck& check) {
  const ChainConfig& chain = check.chain();
  check.need(chain.training.noise_multiplier == 0.0 || chain.training.sample_clip_norm > 0.0, "training.noise_multiplier",
             chain.training.noise_multiplier,
             "needs training.sample_clip_norm above 0: noise is measured in it, and hides only what is bounded");
  if (chain.training.sample_clip_norm == 0.0) return;
  const std::string reason = fmt::format("does not fit training.sample_clip_norm = {}: ", chain.training.sample_clip_norm);
  check.need(chain.model.norm != "batch", "model.norm", chain.model.norm,
             reason + "BatchNorm mixes the samples of a batch, so that none has a gradient of its own; allowed are \"group\" and, "
                      "but for resnet18, \"none\"");
  check.need(chain.training.loss != "weighted_cross_entropy", "training.loss", chain.training.loss,
             reason + "its weights depend on all rows at once; allowed are \"cross_entropy\" and \"bce\"");
  for (std::size_t i = 0; i < chain.auxiliary.size(); ++i) {
    check.need(std::ranges::find(chain.auxiliary[i].uses, "prototypes") == chain.auxiliary[i].uses.end(),
               fmt::format("auxiliary.{}.uses", i), fmt::format("{}", fmt::join(chain.auxiliary[i].uses, ", ")),
               reason + "prototypes pull on each sample's features past that bound");
  }
}

}  // namespace

void check_data(const TableCheck& check, const DataConfig& data) {
  check.need(data.from < data.to, "data.to", data.to, fmt::format("must be above data.from = {}", data.from));
}

// What its sharing and its model need is checked by those rooms, which know the tensors.
void check_chain(const Scenario& scenario, std::size_t index, const Reject& reject) {
  const ChainCheck check(scenario, index, reject);
  check_members(check);
  check_consensus(check);
  check_personalization(check);
  if (check.chain().load.blocks > 0) return;  // it learns nothing
  check_data(check, check.chain().data);
  check_partition(check);
  check_training(check);
  check_dp_sgd(check);
  check_collaboration(check);
  check_privacy(check);
  check_secure_aggregation(check);
}

}  // namespace polyclinic
