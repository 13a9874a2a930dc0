// Who reaches whom: nobody reaches a machine that is down, nor one on the other side of a partition.
#pragma once

#include "core/base/ids.hpp"
#include "core/scenario/fault_state.hpp"

namespace polyclinic {

class Reachability {
 public:
  virtual ~Reachability() = default;
  [[nodiscard]] virtual bool is_up(const Party& party) const = 0;
  // Whether both are up and on the same side of every partition.
  [[nodiscard]] virtual bool connects(const Party& from, const Party& to) const = 0;
  // Draws whether a message between two of the chain's validators is lost on its way.
  [[nodiscard]] virtual bool loses(ChainId chain) = 0;
  // Whether a fault is yet to begin or to end; churn, which may never end, does not count.
  [[nodiscard]] virtual bool will_change() const = 0;
};

}  // namespace polyclinic
