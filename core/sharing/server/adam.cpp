// FedAdam (Reddi et al. 2021, Adaptive federated optimization, algorithm 2), which has no bias correction and begins with
// v = epsilon^2 (the paper's tau; it asks for v_-1 >= tau^2):
// m = beta1 m + (1 - beta1) mean, v = beta2 v + (1 - beta2) mean^2, x = x + lr m / (sqrt(v) + epsilon).
#include <cmath>

#include "core/base/error.hpp"
#include "core/sharing/server/optimizer.hpp"

namespace polyclinic {
namespace {

class Adam : public ServerOptimizer {
 public:
  explicit Adam(const CollaborationConfig& config)
      : lr_(static_cast<float>(config.server_lr)),
        beta1_(static_cast<float>(config.server_momentum)),
        beta2_(static_cast<float>(config.server_beta2)),
        epsilon_(static_cast<float>(config.server_epsilon)) {}

  [[nodiscard]] Aggregate step(Aggregate aggregate, const MeanUpdate& mean, const at::Tensor& shareable) const override {
    at::Tensor parameters = aggregate.parameters.flat();
    ServerState& state = aggregate.state;
    state.momentum = copy_or_zeros(state.momentum, parameters.numel());
    state.variance = state.variance.defined() ? state.variance.clone() : first_variance(parameters.numel());
    const std::span<float> flat = writable_numbers(parameters);
    const std::span<float> first = writable_numbers(state.momentum);
    const std::span<float> second = writable_numbers(state.variance);
    const auto move = [&](std::size_t place, float value) {
      first[place] = beta1_ * first[place] + (1.0F - beta1_) * value;
      second[place] = beta2_ * second[place] + (1.0F - beta2_) * value * value;
      flat[place] += lr_ * first[place] / (std::sqrt(second[place]) + epsilon_);
    };
    for_each_published(mean, shareable, aggregate.parameters.layout()->weights_size(), flat, move);
    return aggregate;
  }

 private:
  [[nodiscard]] at::Tensor first_variance(std::int64_t size) const {
    at::Tensor variance = empty_numbers(size);
    variance.fill_(epsilon_ * epsilon_);
    return variance;
  }

  float lr_;
  float beta1_;
  float beta2_;
  float epsilon_;
};

void require_decay(const char* key, double value) {
  if (value >= 0.0 && value < 1.0) return;
  throw UsageError(fmt::format("collaboration.{} is {}, needs at least 0 and less than 1", key, value));
}

}  // namespace

std::unique_ptr<ServerOptimizer> make_adam(const CollaborationConfig& config) {
  require_decay("server_momentum", config.server_momentum);
  require_decay("server_beta2", config.server_beta2);
  if (config.server_epsilon > 0.0) return std::make_unique<Adam>(config);
  throw UsageError(fmt::format("collaboration.server_epsilon is {}, needs more than 0", config.server_epsilon));
}

}  // namespace polyclinic
