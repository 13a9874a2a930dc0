#include "core/sharing/defences/columns.hpp"
#include "core/sharing/defences/combination.hpp"

namespace polyclinic {
namespace {

class Median : public Combination {
 public:
  [[nodiscard]] MeanUpdate combine(const std::vector<WeightedPayload>& payloads, std::int64_t dimension) const override {
    return combine_columns(payloads, dimension, [](std::span<float> values) { return static_cast<float>(median_of(values)); });
  }
};

}  // namespace

std::unique_ptr<Combination> make_median(const CollaborationConfig& /*config*/) { return std::make_unique<Median>(); }

}  // namespace polyclinic
