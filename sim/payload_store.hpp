// Off-chain payloads: each lies with its author and with those members that keep a copy, on disk.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "sim/reachability.hpp"
#include "sim/round_book.hpp"

namespace polyclinic {

class PayloadStore {
 public:
  // `members` sorted; references must outlive the store.
  PayloadStore(const std::vector<InstitutionId>& members, std::int64_t replicas, const Reachability& reachability);

  // Who is to keep a copy of an author's payload: the next members, in turn.
  [[nodiscard]] std::vector<InstitutionId> replicas_of(InstitutionId author) const;
  // `holder` has the whole payload from now on.
  void add(const UpdateName& name, InstitutionId holder) { holders_[name].push_back(holder); }
  // The first holder (the author first) that `reader` reaches now; itself if it is one; none: the payload is unavailable.
  [[nodiscard]] std::optional<InstitutionId> holder_for(const UpdateName& name, InstitutionId reader) const;

 private:
  const std::vector<InstitutionId>& members_;
  std::int64_t replicas_;
  const Reachability& reachability_;
  std::map<UpdateName, std::vector<InstitutionId>> holders_;
};

}  // namespace polyclinic
