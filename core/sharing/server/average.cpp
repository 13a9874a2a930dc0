#include "core/sharing/server/optimizer.hpp"

namespace polyclinic {
namespace {

class Average : public ServerOptimizer {
 public:
  explicit Average(double lr) : lr_(static_cast<float>(lr)) {}
  [[nodiscard]] Aggregate step(Aggregate aggregate, const MeanUpdate& mean, const at::Tensor& shareable) const override {
    at::Tensor parameters = aggregate.parameters.flat();
    const std::span<float> flat = writable_numbers(parameters);
    for_each_published(mean, shareable, aggregate.parameters.layout()->weights_size(), flat,
                       [&](std::size_t place, float value) { flat[place] += lr_ * value; });
    return aggregate;
  }

 private:
  float lr_;
};

}  // namespace

std::unique_ptr<ServerOptimizer> make_average(const CollaborationConfig& config) {
  return std::make_unique<Average>(config.server_lr);
}

}  // namespace polyclinic
