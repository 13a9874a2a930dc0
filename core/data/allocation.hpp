// Which institution gets which rows, before each divides its share into train, validation and test.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/base/seed.hpp"
#include "core/data/strata.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

struct AllocationRequest {
  const std::vector<std::int64_t>& strata;       // class of each row that there is to share out
  const std::vector<std::int32_t>& sites;        // natural site of each; empty where there is none
  const std::vector<std::string>& site_names;
  const std::vector<std::string>& institutions;  // names
  const PartitionConfig& config;
  std::int64_t needed = 1;                       // rows that each institution must get
  std::string data_name;                         // for errors
};

using Allocation = std::vector<RowList>;  // one an institution; no row twice

// By config.kind. Throws UsageError with the numbers where the rows do not suffice or the kind does not suit the data.
[[nodiscard]] Allocation allocate(const AllocationRequest& request, Seed seed);

// The names that PartitionConfig::kind may take.
[[nodiscard]] std::vector<NamedKind> partition_kinds();

// ---- one function a kind, each in a file of its own ---------------------------------------------------------------

// Random rows; equal shares, or rows_per_institution each.
[[nodiscard]] Allocation allocate_iid(const AllocationRequest& request, Seed seed);
// Label skew. Each class is divided in proportions drawn from Dirichlet(alpha, ..., alpha) over the institutions (Yurochkin
// et al. 2019, arXiv:1905.12022). With rows_per_institution each institution instead gets that many rows, of a class mix
// drawn from Dirichlet(alpha * p), p being the classes' shares in the data (Hsu, Qi, Brown 2019, arXiv:1909.06335).
// Where ten draws leave somebody short, rows move from the largest shares to the short ones.
[[nodiscard]] Allocation allocate_dirichlet(const AllocationRequest& request, Seed seed);
// Random rows; shares proportional to exp(sigma * normal), but none below `needed`.
[[nodiscard]] Allocation allocate_quantity(const AllocationRequest& request, Seed seed);
// Every class is cut into equal shards, and each institution gets classes_per_institution of them (McMahan et al. 2017,
// arXiv:1602.05629), of that many classes: shards do not straddle classes here. Only where one class has more shards than
// there are institutions does somebody hold two of a class.
[[nodiscard]] Allocation allocate_shards(const AllocationRequest& request, Seed seed);
// One natural site each: the site of the same name, else the next that no name claims, in the order of the data.
[[nodiscard]] Allocation allocate_site(const AllocationRequest& request, Seed seed);

// ---- what they share ----------------------------------------------------------------------------------------------

// All rows there are.
[[nodiscard]] RowList every_row(const AllocationRequest& request);
// The rows of each class, shuffled; classes without a row are left out.
[[nodiscard]] std::vector<RowList> rows_by_class(const AllocationRequest& request, Seed seed);
// Consecutive pieces of `rows` of these sizes, which sum to at most their number.
[[nodiscard]] Allocation cut(const RowList& rows, const std::vector<std::int64_t>& sizes);
// Moves rows, last first, from whoever has most to those below `needed`.
[[nodiscard]] Allocation topped_up(Allocation shares, std::int64_t needed);

}  // namespace polyclinic
