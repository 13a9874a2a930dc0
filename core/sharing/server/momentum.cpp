// FedAvgM (Hsu, Qi, Brown 2019, Measuring the effects of non-identical data distribution, section 4):
// v = beta v + mean, x = x + lr v.
#include "core/base/error.hpp"
#include "core/sharing/server/optimizer.hpp"

namespace polyclinic {
namespace {

class Momentum : public ServerOptimizer {
 public:
  explicit Momentum(const CollaborationConfig& config)
      : lr_(static_cast<float>(config.server_lr)), beta_(static_cast<float>(config.server_momentum)) {}

  [[nodiscard]] Aggregate step(Aggregate aggregate, const MeanUpdate& mean, const at::Tensor& shareable) const override {
    at::Tensor parameters = aggregate.parameters.flat();
    const std::span<float> flat = writable_numbers(parameters);
    aggregate.state.momentum = copy_or_zeros(aggregate.state.momentum, parameters.numel());
    const std::span<float> velocity = writable_numbers(aggregate.state.momentum);
    const auto move = [&](std::size_t place, float value) {
      velocity[place] = beta_ * velocity[place] + value;
      flat[place] += lr_ * velocity[place];
    };
    for_each_published(mean, shareable, aggregate.parameters.layout()->weights_size(), flat, move);
    return aggregate;
  }

 private:
  float lr_;
  float beta_;
};

}  // namespace

std::unique_ptr<ServerOptimizer> make_momentum(const CollaborationConfig& config) {
  if (config.server_momentum >= 0.0 && config.server_momentum < 1.0) return std::make_unique<Momentum>(config);
  throw UsageError(
      fmt::format("collaboration.server_momentum is {}, needs at least 0 and less than 1", config.server_momentum));
}

}  // namespace polyclinic
