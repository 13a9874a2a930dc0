// What has arrived from other chains, proven, and still counts.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "core/auxiliary/object.hpp"
#include "core/base/ids.hpp"

namespace polyclinic {

struct ReceivedObject {
  std::size_t source = 0;               // place among the chain's [[chain.auxiliary]]
  InstitutionId author;                 // member of the source chain
  std::int64_t source_round = 0;        // rounds that the source had closed
  std::int64_t samples = 0;             // training rows behind it
  std::shared_ptr<const AuxiliaryObject> object;
};

// In order of source, whether they are one institution's prototypes, and author.
using Received = std::shared_ptr<const std::vector<ReceivedObject>>;

// Keeps of each source the latest model, and of each author the latest prototypes.
class Inbox {
 public:
  void add(ReceivedObject received);
  // Null where nothing has come.
  [[nodiscard]] Received contents() const { return contents_; }

 private:
  using Key = std::tuple<std::size_t, bool, InstitutionId>;
  std::map<Key, ReceivedObject> latest_;
  Received contents_;
};

}  // namespace polyclinic
