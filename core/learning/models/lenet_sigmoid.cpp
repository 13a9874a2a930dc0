// The LeNet of gradient inversion's literature (Zhu, Liu, Han 2019; Zhao, Mopuri, Bilen 2020), all of whose weights and biases
// start uniform in -0.5 .. 0.5; 13,426 parameters for 1 x 28 x 28 and 10 outputs, smooth everywhere:
//   nn.Sequential(OrderedDict(conv1=nn.Conv2d(channels, 12, 5, stride=2, padding=2), sigmoid1=nn.Sigmoid(),
//                             conv2=nn.Conv2d(12, 12, 5, stride=2, padding=2), sigmoid2=nn.Sigmoid(),
//                             conv3=nn.Conv2d(12, 12, 5, padding=2), sigmoid3=nn.Sigmoid(),
//                             flatten=nn.Flatten(), head=nn.Linear(12 * 7 * 7, outputs)))
#include <array>

#include "core/learning/models/network.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t channels = 12;
constexpr Initial initial{.bound = 0.5};

}  // namespace

std::shared_ptr<const Model> make_lenet_sigmoid(const ModelConfig& config, const InputShape& shape, std::int64_t outputs) {
  forbid(config, {Option::widths, Option::hidden, Option::norm, Option::padded, Option::pool_last_only});
  require_image(config, shape, 4);
  NetworkPlan plan(config, shape, outputs);
  Layers layers;
  constexpr std::array<std::int64_t, 3> strides{2, 2, 1};
  for (std::size_t number = 1; number <= strides.size(); ++number) {
    layers.push_back(convolution(plan, fmt::format("conv{}", number), channels,
                                 {.kernel = 5, .padding = 2, .stride = strides[number - 1], .initial = initial}));
    layers.push_back(sigmoid());
  }
  layers.push_back(flatten(plan));
  layers.push_back(linear(plan, "head", outputs, initial));
  return make_network(plan, std::move(layers));
}

}  // namespace polyclinic
