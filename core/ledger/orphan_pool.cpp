#include "core/ledger/orphan_pool.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace polyclinic {

void OrphanPool::add(Orphan orphan) {
  if (contains(orphan.block->hash())) return;
  orphans_.push_back(std::move(orphan));
  if (orphans_.size() > limit_) orphans_.pop_front();
}

bool OrphanPool::contains(const Digest& block) const {
  return std::ranges::any_of(orphans_, [&](const Orphan& orphan) { return orphan.block->hash() == block; });
}

std::vector<Orphan> OrphanPool::take_children(const Digest& parent) {
  std::vector<Orphan> children;
  std::erase_if(orphans_, [&](const Orphan& orphan) {
    const bool waited = orphan.block->header().parent == parent;
    if (waited) children.push_back(orphan);
    return waited;
  });
  return children;
}

}  // namespace polyclinic
