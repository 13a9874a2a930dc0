// By default, 14,626 parameters for 1 x 28 x 28 and 2 outputs:
//   nn.Sequential(OrderedDict(conv1=nn.Conv2d(channels, 16, 3, padding=1), relu1=nn.ReLU(), pool1=nn.MaxPool2d(2),
//                             conv2=nn.Conv2d(16, 32, 3, padding=1), relu2=nn.ReLU(), pool2=nn.MaxPool2d(2),
//                             conv3=nn.Conv2d(32, 32, 3, padding=1), relu3=nn.ReLU(), pool3=nn.MaxPool2d(2),
//                             flatten=nn.Flatten(), head=nn.Linear(32 * 3 * 3, outputs)))
// `norm` puts norm1=nn.BatchNorm2d(16) or nn.GroupNorm(gcd(8, 16), 16) after conv1, and so on; `pool_last_only` leaves out all
// pools but the last; `padded` = false means padding=0; `hidden` puts hidden=nn.Linear(..., hidden), nn.ReLU() before the head.
#include <numeric>

#include "core/base/error.hpp"
#include "core/learning/models/network.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t most_groups = 8;

void add_norm(Layers& layers, NetworkPlan& plan, const std::string& kind, std::size_t number) {
  const std::string name = fmt::format("norm{}", number);
  if (kind == "batch") layers.push_back(batch_norm(plan, name));
  if (kind == "group") layers.push_back(group_norm(plan, name, std::gcd(most_groups, plan.shape().channels)));
}

void check(const ModelConfig& config, const InputShape& shape) {
  require_image(config, shape, 3);
  if (config.norm != "none" && config.norm != "group" && config.norm != "batch") {
    throw UsageError(fmt::format("model.norm is \"{}\"; allowed: none, group, batch", config.norm));
  }
}

void check_room(const NetworkPlan& plan, std::size_t number, const InputShape& shape) {
  if (plan.shape().height < 1 || plan.shape().width < 1) {
    throw UsageError(fmt::format("model.widths: after convolution {} nothing is left of an image of {} x {} pixels; take fewer "
                                 "convolutions, padded = true or pool_last_only = true",
                                 number, shape.height, shape.width));
  }
}

}  // namespace

std::shared_ptr<const Model> make_cnn(const ModelConfig& config, const InputShape& shape, std::int64_t outputs) {
  check(config, shape);
  const std::vector<std::int64_t> widths = config.widths.empty() ? std::vector<std::int64_t>{16, 32, 32} : config.widths;
  NetworkPlan plan(config, shape, outputs);
  Layers layers;
  for (std::size_t number = 1; number <= widths.size(); ++number) {
    const bool pooled = !config.pool_last_only || number == widths.size();
    layers.push_back(convolution(plan, fmt::format("conv{}", number), widths[number - 1], {.padding = config.padded ? 1 : 0}));
    check_room(plan, number, shape);
    add_norm(layers, plan, config.norm, number);
    layers.push_back(pooled ? relu_and_max_pool(plan) : relu());
    check_room(plan, number, shape);
  }
  layers.push_back(flatten(plan));
  if (config.hidden > 0) {
    layers.push_back(linear(plan, "hidden", config.hidden));
    layers.push_back(relu());
  }
  layers.push_back(linear(plan, "head", outputs));
  return make_network(plan, std::move(layers));
}

}  // namespace polyclinic
