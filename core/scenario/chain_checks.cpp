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
  check_collaboration(check);
}

}  // namespace polyclinic
