#include <algorithm>
#include <optional>

#include "core/data/allocation.hpp"
#include "core/data/demand.hpp"

namespace polyclinic {
namespace {

std::optional<std::size_t> place_of(const std::string& name, const std::vector<std::string>& names) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - names.begin()));
}

// The site of each institution; their names differ from one another.
std::vector<std::size_t> assigned(const std::vector<std::string>& institutions,
                                  const std::vector<std::string>& site_names) {
  std::vector<std::size_t> free;
  for (std::size_t site = 0; site < site_names.size(); ++site)
    if (!place_of(site_names[site], institutions)) free.push_back(site);
  std::vector<std::size_t> sites;
  auto next = free.begin();
  for (const std::string& name : institutions) {
    const auto own = place_of(name, site_names);
    sites.push_back(own ? *own : *next++);  // enough are free: there are no fewer sites than institutions
  }
  return sites;
}

}  // namespace

Allocation allocate_site(const AllocationRequest& request, Seed) {
  const std::size_t members = request.institutions.size();
  const std::size_t sites = request.site_names.size();
  demand(!request.sites.empty() && sites > 0, "partition.kind is \"site\", but {} has no natural sites", request.data_name);
  demand(members <= sites, "partition.kind is \"site\": {} institutions, but {} has {} sites ({})", members,
         request.data_name, sites, fmt::join(request.site_names, ", "));
  std::vector<RowList> by_site(sites);
  for (std::size_t row = 0; row < request.sites.size(); ++row)
    by_site.at(static_cast<std::size_t>(request.sites[row])).push_back(static_cast<std::int64_t>(row));
  Allocation shares;
  for (const std::size_t site : assigned(request.institutions, request.site_names)) shares.push_back(by_site[site]);
  return shares;
}

}  // namespace polyclinic
