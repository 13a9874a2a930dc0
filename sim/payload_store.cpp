#include "sim/payload_store.hpp"

#include <algorithm>

namespace polyclinic {

PayloadStore::PayloadStore(const std::vector<InstitutionId>& members, std::int64_t replicas, const Reachability& reachability)
    : members_(members), replicas_(replicas), reachability_(reachability) {}

std::vector<InstitutionId> PayloadStore::replicas_of(InstitutionId author) const {
  RoundRules rules;
  rules.members = members_;
  rules.keepers = replicas_;
  return keepers_of(rules, author);
}

std::optional<InstitutionId> PayloadStore::holder_for(const UpdateName& name, InstitutionId reader) const {
  const auto found = holders_.find(name);
  if (found == holders_.end()) return std::nullopt;
  if (std::ranges::find(found->second, reader) != found->second.end()) return reader;
  for (const InstitutionId holder : found->second) {
    if (reachability_.connects(reader, holder)) return holder;
  }
  return std::nullopt;
}

}  // namespace polyclinic
