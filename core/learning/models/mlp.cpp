// nn.Sequential(OrderedDict(flatten=nn.Flatten(),
//                           hidden1=nn.Linear(channels * height * width, 128), relu1=nn.ReLU(),
//                           head=nn.Linear(128, outputs)))
// with hidden2, relu2, ... for more `widths`.
#include <algorithm>

#include "core/base/error.hpp"
#include "core/learning/models/network.hpp"

namespace polyclinic {

std::shared_ptr<const Model> make_mlp(const ModelConfig& config, const InputShape& shape, std::int64_t outputs) {
  forbid(config, {Option::hidden, Option::norm, Option::padded, Option::pool_last_only});
  const std::vector<std::int64_t> widths = config.widths.empty() ? std::vector<std::int64_t>{128} : config.widths;
  NetworkPlan plan(config, shape, outputs);
  Layers layers;
  layers.push_back(flatten(plan));
  for (std::size_t i = 0; i < widths.size(); ++i) {
    layers.push_back(linear(plan, fmt::format("hidden{}", i + 1), widths[i]));
    layers.push_back(relu());
  }
  layers.push_back(linear(plan, "head", outputs));
  return make_network(plan, std::move(layers));
}

}  // namespace polyclinic
