// ResNet-18 (He, Zhang, Ren, Sun 2016) as MedMNIST uses it at 28 pixels: a 3x3 stem of stride 1 and no first pooling. In Python:
//   net = torchvision.models.resnet18(num_classes=outputs, norm_layer=...)
//   net.conv1 = nn.Conv2d(channels, 64, 3, 1, 1, bias=False); net.maxpool = nn.Identity()
// with norm_layer nn.BatchNorm2d, or lambda channels: nn.GroupNorm(32, channels) for `norm` = "group" (32 groups: Wu and He 2018).
// BatchNorm's num_batches_tracked, which nothing reads, is left out: load with strict=False.
#include "core/base/error.hpp"
#include "core/learning/models/network.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t groups = 32;

std::unique_ptr<const Layer> norm(NetworkPlan& plan, const ModelConfig& config, const std::string& name) {
  return config.norm == "batch" ? batch_norm(plan, name) : group_norm(plan, name, groups);
}

std::unique_ptr<const Layer> basic_block(NetworkPlan& plan, const ModelConfig& config, const std::string& name,
                                         std::int64_t channels, std::int64_t stride) {
  const InputShape before = plan.shape();
  Layers body;
  body.push_back(convolution(plan, name + ".conv1", channels, {.stride = stride, .bias = false}));
  body.push_back(norm(plan, config, name + ".bn1"));
  body.push_back(relu());
  body.push_back(convolution(plan, name + ".conv2", channels, {.bias = false}));
  body.push_back(norm(plan, config, name + ".bn2"));
  Layers shortcut;
  if (stride != 1 || before.channels != channels) {
    plan.reach(before);
    shortcut.push_back(
        convolution(plan, name + ".downsample.0", channels, {.kernel = 1, .padding = 0, .stride = stride, .bias = false}));
    shortcut.push_back(norm(plan, config, name + ".downsample.1"));
  }
  return residual(std::move(body), std::move(shortcut));
}

}  // namespace

std::shared_ptr<const Model> make_resnet18(const ModelConfig& config, const InputShape& shape, std::int64_t outputs) {
  forbid(config, {Option::widths, Option::hidden, Option::padded, Option::pool_last_only});
  require_image(config, shape, 8);
  if (config.norm != "batch" && config.norm != "group") {
    throw UsageError(fmt::format("model.norm is \"{}\"; kind \"resnet18\" needs batch or group", config.norm));
  }
  NetworkPlan plan(config, shape, outputs);
  Layers layers;
  layers.push_back(convolution(plan, "conv1", 64, {.bias = false}));
  layers.push_back(norm(plan, config, "bn1"));
  layers.push_back(relu());
  for (std::int64_t stage = 1; stage <= 4; ++stage) {
    const std::int64_t channels = 32 << stage;
    layers.push_back(basic_block(plan, config, fmt::format("layer{}.0", stage), channels, stage == 1 ? 1 : 2));
    layers.push_back(basic_block(plan, config, fmt::format("layer{}.1", stage), channels, 1));
  }
  layers.push_back(global_average_pool(plan));
  layers.push_back(linear(plan, "fc", outputs));
  return make_network(plan, std::move(layers));
}

}  // namespace polyclinic
