#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>

#include "core/sharing/behaviours/behaviour.hpp"
#include "core/sharing/numbers.hpp"

namespace polyclinic {
namespace {

double root_mean_square(std::span<const float> values) {
  double sum = 0.0;
  for (const float value : values) sum += static_cast<double>(value) * static_cast<double>(value);
  return values.empty() ? 0.0 : std::sqrt(sum / static_cast<double>(values.size()));
}

void fill_with_noise(std::span<float> values, double deviation, Seed seed) {
  constexpr double largest = std::numeric_limits<float>::max();
  Random random(seed);
  for (float& value : values) value = static_cast<float>(std::clamp(deviation * random.normal(), -largest, largest));
}

class Gaussian : public Behaviour {
 public:
  explicit Gaussian(double factor) : factor_(factor) {}

  [[nodiscard]] PrivateUpdate alter(PrivateUpdate update, Seed seed) const override {
    update.delta = noise_like(update.delta, *update.layout, seed / "update");
    if (update.control_delta.defined()) {
      update.control_delta = noise_like(update.control_delta, *update.layout, seed / "control");
    }
    return update;
  }

 private:
  [[nodiscard]] at::Tensor noise_like(const at::Tensor& honest, const Layout& layout, Seed seed) const {
    at::Tensor noise = honest.clone();
    for (const TensorSpec& tensor : layout.tensors()) {
      if (tensor.is_buffer) continue;
      const auto values = writable_numbers(noise).subspan(static_cast<std::size_t>(tensor.offset),
                                                          static_cast<std::size_t>(tensor.numel));
      fill_with_noise(values, factor_ * root_mean_square(values), seed / tensor.name);
    }
    return noise;
  }

  double factor_;
};

}  // namespace

std::unique_ptr<Behaviour> make_gaussian(const BehaviourConfig& config) { return std::make_unique<Gaussian>(config.factor); }

}  // namespace polyclinic
