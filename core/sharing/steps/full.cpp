#include "core/sharing/steps/step.hpp"

namespace polyclinic {
namespace {

class Full : public Step {};

}  // namespace

std::unique_ptr<Step> make_full(const SharingConfig& /*config*/, const Layout& /*layout*/) {
  return std::make_unique<Full>();
}

}  // namespace polyclinic
