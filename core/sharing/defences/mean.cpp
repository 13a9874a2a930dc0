#include "core/sharing/defences/combination.hpp"

namespace polyclinic {
namespace {

class Mean : public Combination {
 public:
  [[nodiscard]] MeanUpdate combine(const std::vector<WeightedPayload>& payloads, std::int64_t dimension) const override {
    return mean_update(payloads, dimension);
  }
};

}  // namespace

std::unique_ptr<Combination> make_mean(const CollaborationConfig& /*config*/) { return std::make_unique<Mean>(); }

}  // namespace polyclinic
