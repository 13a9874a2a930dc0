#include "core/collaboration/shared_records.hpp"

#include <algorithm>

namespace polyclinic {

bool share_records(const ChainPlan& left, const ChainPlan& right) {
  const DataConfig &one = left.config.data, &other = right.config.data;
  return left.learns() && right.learns() && one.dataset == other.dataset && one.dataset != "phantom" && one.path == other.path &&
         std::max(one.from, other.from) < std::min(one.to, other.to);
}

}  // namespace polyclinic
