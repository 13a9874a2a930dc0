// sign_flip and scaled: the update's weights times a number, -factor or factor.
#include <algorithm>
#include <limits>
#include <span>

#include "core/sharing/behaviours/behaviour.hpp"
#include "core/sharing/numbers.hpp"

namespace polyclinic {
namespace {

// Cut where float32 ends: an infinite number could not be shared, and would be taken for an accident of training.
float product(float value, double factor) {
  constexpr double largest = std::numeric_limits<float>::max();
  return static_cast<float>(std::clamp(factor * static_cast<double>(value), -largest, largest));
}

at::Tensor scaled(const at::Tensor& values, std::int64_t weights_size, double factor) {
  at::Tensor result = values.clone();
  for (float& value : writable_numbers(result).first(static_cast<std::size_t>(weights_size))) value = product(value, factor);
  return result;
}

class Scaling : public Behaviour {
 public:
  explicit Scaling(double factor) : factor_(factor) {}

  [[nodiscard]] PrivateUpdate alter(PrivateUpdate update, Seed /*seed*/) const override {
    const std::int64_t weights_size = update.layout->weights_size();
    update.delta = scaled(update.delta, weights_size, factor_);
    if (update.control_delta.defined()) update.control_delta = scaled(update.control_delta, weights_size, factor_);
    return update;
  }

 private:
  double factor_;
};

}  // namespace

std::unique_ptr<Behaviour> make_sign_flip(const BehaviourConfig& config) { return std::make_unique<Scaling>(-config.factor); }
std::unique_ptr<Behaviour> make_scaled(const BehaviourConfig& config) { return std::make_unique<Scaling>(config.factor); }

}  // namespace polyclinic
