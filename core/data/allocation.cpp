#include "core/data/allocation.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <map>
#include <numeric>
#include <string_view>

#include "core/data/demand.hpp"

namespace polyclinic {
namespace {

struct Kind {
  std::string_view name;
  std::string_view description;
  bool sizes_itself;  // cannot follow rows_per_institution
  Allocation (*allocate)(const AllocationRequest& request, Seed seed);
};

constexpr std::array<Kind, 5> kinds = {{
    {"iid", "random rows in equal shares (or partition.rows_per_institution each)", false, allocate_iid},
    {"dirichlet", "label skew: class proportions drawn from a Dirichlet distribution (partition.alpha)", false,
     allocate_dirichlet},
    {"quantity", "random rows in log-normal shares (partition.sigma)", true, allocate_quantity},
    {"shards", "a few classes each (partition.classes_per_institution)", true, allocate_shards},
    {"site", "the natural sites of the data, one each", true, allocate_site},
}};

const Kind& kind_named(const std::string& name) {
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) { return kind.name == name; });
  std::string allowed;
  for (const Kind& kind : kinds) allowed += (allowed.empty() ? "" : ", ") + std::string(kind.name);
  demand(found != kinds.end(), "partition.kind is \"{}\", allowed are {}", name, allowed);
  return *found;
}

}  // namespace

Allocation allocate(const AllocationRequest& request, Seed seed) {
  const Kind& kind = kind_named(request.config.kind);
  const auto members = static_cast<std::int64_t>(request.institutions.size());
  const auto rows = static_cast<std::int64_t>(request.strata.size());
  const std::int64_t fixed = request.config.rows_per_institution;
  demand(fixed == 0 || !kind.sizes_itself, "partition.rows_per_institution does not apply to kind \"{}\"", kind.name);
  demand(fixed == 0 || fixed >= request.needed, "partition.rows_per_institution is {}, but every institution needs {}",
         fixed, request.needed);
  const std::int64_t each = std::max(request.needed, fixed);
  demand(rows >= members * each, "{} has {} rows to share out, {} institutions with at least {} each need {}",
         request.data_name, rows, members, each, members * each);
  Allocation shares = kind.allocate(request, seed);
  assert(shares.size() == request.institutions.size());
  for (std::size_t i = 0; i < shares.size(); ++i)
    demand(static_cast<std::int64_t>(shares[i].size()) >= request.needed,
           "institution {} would get {} rows of {}, it needs {}", request.institutions[i], shares[i].size(),
           request.data_name, request.needed);
  return shares;
}

std::vector<NamedKind> partition_kinds() {
  std::vector<NamedKind> named;
  for (const Kind& kind : kinds) named.push_back({std::string(kind.name), std::string(kind.description)});
  return named;
}

RowList every_row(const AllocationRequest& request) {
  RowList rows(request.strata.size());
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  return rows;
}

std::vector<RowList> rows_by_class(const AllocationRequest& request, Seed seed) {
  std::map<std::int64_t, RowList> by_class;
  for (std::size_t row = 0; row < request.strata.size(); ++row)
    by_class[request.strata[row]].push_back(static_cast<std::int64_t>(row));
  std::vector<RowList> lists;
  for (const auto& [label, rows] : by_class) lists.push_back(shuffled(rows, seed / "class" / label));
  return lists;
}

Allocation cut(const RowList& rows, const std::vector<std::int64_t>& sizes) {
  Allocation pieces;
  auto at = rows.begin();
  for (const std::int64_t size : sizes) {
    pieces.emplace_back(at, at + size);
    at += size;
  }
  return pieces;
}

Allocation topped_up(Allocation shares, std::int64_t needed) {
  const auto shorter = [](const RowList& a, const RowList& b) { return a.size() < b.size(); };
  for (RowList& share : shares) {
    while (static_cast<std::int64_t>(share.size()) < needed) {
      RowList& largest = *std::max_element(shares.begin(), shares.end(), shorter);
      assert(static_cast<std::int64_t>(largest.size()) > needed);
      share.push_back(largest.back());
      largest.pop_back();
    }
  }
  return shares;
}

}  // namespace polyclinic
