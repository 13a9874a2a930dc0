#include "core/sharing/behaviours/behaviour.hpp"

namespace polyclinic {
namespace {

class FreeRider : public Behaviour {
 public:
  [[nodiscard]] bool trains() const override { return false; }
};

}  // namespace

std::unique_ptr<Behaviour> make_free_rider(const BehaviourConfig& /*config*/) { return std::make_unique<FreeRider>(); }

}  // namespace polyclinic
