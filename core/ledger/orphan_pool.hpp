// Blocks whose parent is unknown: they wait for it.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "core/base/ids.hpp"
#include "core/ledger/block.hpp"

namespace polyclinic {

struct Orphan {
  BlockPointer block;
  std::optional<NodeId> from;          // whose gossip brought it
};

class OrphanPool {
 public:
  // Beyond `limit` blocks the oldest goes.
  explicit OrphanPool(std::size_t limit = 64) : limit_(limit) {}

  void add(Orphan orphan);
  [[nodiscard]] bool contains(const Digest& block) const;
  // Those that waited for `parent`, in order of arrival; they wait no more.
  [[nodiscard]] std::vector<Orphan> take_children(const Digest& parent);
  [[nodiscard]] bool empty() const { return orphans_.empty(); }
  [[nodiscard]] std::size_t size() const { return orphans_.size(); }
  void clear() { orphans_.clear(); }

 private:
  std::size_t limit_;
  std::deque<Orphan> orphans_;
};

}  // namespace polyclinic
