#include "core/data/partition.hpp"

#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "core/base/pattern.hpp"
#include "core/data/allocation.hpp"
#include "core/data/demand.hpp"
#include "core/data/strata.hpp"

namespace polyclinic {
namespace {

void check_absent(const PartitionConfig& config, const Task& task) {
  for (const std::int64_t absent : config.absent)
    demand(absent >= 0 && absent < task.classes, "partition.absent has {}, but the classes are 0 to {}", absent,
           task.classes - 1);
}

void check(const PartitionConfig& config, const std::vector<std::string>& names) {
  demand(!names.empty(), "there are no institutions to share data out to");
  demand(config.min_rows >= 1, "partition.min_rows is {}, must be at least 1", config.min_rows);
  demand(config.validation >= 0.0 && config.test >= 0.0 && config.validation + config.test < 1.0,
         "partition.validation is {} and test {}: neither may be negative, together they must stay below 1",
         config.validation, config.test);
  demand(config.rows_per_institution >= 0, "partition.rows_per_institution is {}, must not be negative",
         config.rows_per_institution);
  demand(config.keep > 0.0, "partition.keep is {}, must be a fraction up to 1 or a number of rows above 1", config.keep);
  const ScannerConfig& scanner = config.scanner;
  demand(scanner.gain >= 0.0 && scanner.offset >= 0.0 && scanner.blur_pixels >= 0.0 && scanner.noise >= 0.0,
         "partition.scanner: gain, offset, blur_pixels and noise must not be negative");
  for (const std::string& pattern : config.scarce)
    demand(std::any_of(names.begin(), names.end(), [&](const std::string& name) { return matches(pattern, name); }),
           "partition.scarce: \"{}\" matches no institution; there are {}{}", pattern,
           fmt::join(names.begin(), names.begin() + std::min<std::ptrdiff_t>(std::ssize(names), 8), ", "),
           names.size() > 8 ? ", ..." : "");
}

bool shifts(const ScannerConfig& config) {
  return config.gain > 0.0 || config.offset > 0.0 || config.blur_pixels > 0.0 || config.noise > 0.0;
}

bool is_scarce(const PartitionConfig& config, const std::string& name) {
  return config.scarce.empty() || std::any_of(config.scarce.begin(), config.scarce.end(),
                                              [&](const std::string& pattern) { return matches(pattern, name); });
}

// A part is never empty where one is asked for.
std::int64_t part_of(std::int64_t rows, double share) {
  return share > 0.0 ? std::max<std::int64_t>(1, std::llround(static_cast<double>(rows) * share)) : 0;
}

struct Share {
  RowList train;
  RowList validation;
  RowList test;
};

Share split(const RowList& rows, const std::vector<std::int64_t>& strata, const PartitionConfig& config, Seed seed) {
  const SplitSizes sizes = split_sizes(static_cast<std::int64_t>(rows.size()), config);
  Draw test = draw_stratified(rows, strata, sizes.test, seed / "test");
  Draw validation = draw_stratified(test.rest, strata, sizes.validation, seed / "validation");
  return {std::move(validation.rest), std::move(validation.taken), std::move(test.taken)};
}

// For each row of `dataset`: is it of one of `classes`?
std::vector<bool> rows_of(const Dataset& dataset, const Task& task, const std::vector<std::int64_t>& classes) {
  const at::Tensor labels = dataset.labels.contiguous();
  const bool several = task.kind == TaskKind::multi_label;
  std::vector<bool> is_one(static_cast<std::size_t>(dataset.size()));
  for (const std::int64_t kind : classes) {
    for (std::int64_t row = 0; row < dataset.size(); ++row) {
      const bool has = several ? labels.data_ptr<float>()[row * task.classes + kind] > 0.5F
                               : labels.data_ptr<std::int64_t>()[row] == kind;
      if (has) is_one[static_cast<std::size_t>(row)] = true;
    }
  }
  return is_one;
}

// What the scarce institution `name` has without the rows that are `absent`, and of its training rows keeps.
Share thinned(Share share, const std::string& name, const std::vector<bool>& absent, const std::vector<std::int64_t>& strata,
              const PartitionConfig& config, Seed seed) {
  const std::size_t before = share.train.size();
  for (RowList* rows : {&share.train, &share.validation})
    std::erase_if(*rows, [&](std::int64_t row) { return absent[static_cast<std::size_t>(row)]; });
  demand(!share.train.empty(), "partition.absent = [{}] leaves {} none of its {} training rows",
         fmt::join(config.absent, ", "), name, before);
  const std::int64_t kept = kept_rows(static_cast<std::int64_t>(share.train.size()), config.keep);
  share.train = draw_stratified(share.train, strata, kept, seed).taken;
  return share;
}

InstitutionData plain(const std::shared_ptr<const Dataset>& dataset, const Share& share) {
  return {{dataset, at::tensor(share.train)}, {dataset, at::tensor(share.validation)}, {dataset, at::tensor(share.test)}};
}

Rows range(const std::shared_ptr<const Dataset>& dataset, std::size_t start, std::size_t size) {
  RowList rows(size);
  std::iota(rows.begin(), rows.end(), static_cast<std::int64_t>(start));
  return {dataset, at::tensor(rows)};
}

// The rows of an institution, those to train on first.
RowList rows_of(const Share& share) {
  RowList rows = share.train;
  rows.insert(rows.end(), share.validation.begin(), share.validation.end());
  rows.insert(rows.end(), share.test.begin(), share.test.end());
  return rows;
}

// `own`: a data set of rows_of(share).
InstitutionData separate(Dataset own, const Share& share) {
  const auto shared = std::make_shared<const Dataset>(std::move(own));
  const std::size_t held = share.train.size() + share.validation.size();
  return {range(shared, 0, share.train.size()), range(shared, share.train.size(), share.validation.size()),
          range(shared, held, share.test.size())};
}

// The share as a data set of its own, seen through `scanner`. A row's noise depends on its place in the common data set,
// not on who else shares it.
InstitutionData scanned(const Dataset& dataset, const Share& share, const Scanner& scanner, Seed seed) {
  const RowList rows = rows_of(share);
  Dataset own = selected(dataset, rows);
  own.inputs = acquired(own.inputs, scanner, rows, seed);
  return separate(std::move(own), share);
}

// The share with each column moved from the mean and deviation of its training rows to those by which a model sees all rows,
// so that it sees these by their own.
InstitutionData standardized(const Dataset& dataset, const Share& share, const Normalization& seen) {
  Dataset own = selected(dataset, rows_of(share));
  const Normalization from = column_normalization(selected(dataset, share.train).inputs);
  const at::Tensor standard = own.inputs.sub(at::tensor(from.mean)).div(at::tensor(from.deviation));
  own.inputs = standard.mul(at::tensor(seen.deviation)).add(at::tensor(seen.mean));
  return separate(std::move(own), share);
}

}  // namespace

SplitSizes split_sizes(std::int64_t rows, const PartitionConfig& config) {
  SplitSizes sizes;
  sizes.test = part_of(rows, config.test);
  sizes.validation = part_of(rows, config.validation);
  sizes.train = rows - sizes.test - sizes.validation;
  return sizes;
}

std::int64_t smallest_share(const PartitionConfig& config) {
  std::int64_t rows = config.min_rows;
  while (split_sizes(rows, config).train < config.min_rows) ++rows;
  return rows;
}

std::int64_t kept_rows(std::int64_t train, double keep) {
  const double wanted = keep <= 1.0 ? keep * static_cast<double>(train) : keep;
  const double most = static_cast<double>(train);
  return std::max<std::int64_t>(1, std::llround(std::min(wanted, most)));
}

Scanner institution_scanner(const PartitionConfig& config, std::size_t place, Seed seed) {
  return draw_scanner(config.scanner, seed / "scanner" / place);
}

std::vector<InstitutionData> partition(const Collection& collection, const PartitionConfig& config,
                                       const std::vector<std::string>& names, Seed seed) {
  check(config, names);
  check_absent(config, collection.task);
  const bool is_image = collection.shape.is_image();
  demand(!shifts(config.scanner) || is_image, "partition.scanner needs images, {} is a table", collection.name);
  demand(config.normalize == "together" || !is_image, "partition.normalize = \"{}\" needs a table, {} are images",
         config.normalize, collection.name);
  const Rows common = pooled({all_rows(collection.train), all_rows(collection.validation)});
  require(common.size() > 0, "{} has no rows to share out", collection.name);
  const std::vector<std::int64_t> strata = strata_of(*common.dataset, collection.task);
  const std::vector<bool> absent = rows_of(*common.dataset, collection.task, config.absent);
  const AllocationRequest request = {strata, common.dataset->sites,  collection.site_names, names,
                                     config, smallest_share(config), collection.name};
  const Allocation allocation = allocate(request, seed / "allocation");
  std::vector<InstitutionData> institutions;
  for (std::size_t i = 0; i < names.size(); ++i) {
    Share share = split(allocation[i], strata, config, seed / "split" / i);
    if (is_scarce(config, names[i]))
      share = thinned(std::move(share), names[i], absent, strata, config, seed / "keep" / i);
    if (shifts(config.scanner))
      institutions.push_back(scanned(*common.dataset, share, institution_scanner(config, i, seed), seed / "noise" / i));
    else if (config.normalize == "own")
      institutions.push_back(standardized(*common.dataset, share, collection.normalization));
    else
      institutions.push_back(plain(common.dataset, share));
  }
  return institutions;
}

Rows global_test_rows(const Collection& collection, const std::vector<InstitutionData>& shares) {
  if (collection.test && collection.test->size() > 0) return all_rows(collection.test);
  std::vector<Rows> tests;
  for (const InstitutionData& share : shares) tests.push_back(share.test);
  return pooled(tests);
}

}  // namespace polyclinic
