// nn.Sequential(OrderedDict(flatten=nn.Flatten(), head=nn.Linear(channels * height * width, outputs)))
#include "core/learning/models/network.hpp"

namespace polyclinic {

std::shared_ptr<const Model> make_logistic(const ModelConfig& config, const InputShape& shape, std::int64_t outputs) {
  forbid(config, {Option::widths, Option::hidden, Option::norm, Option::padded, Option::pool_last_only});
  NetworkPlan plan(config, shape, outputs);
  Layers layers;
  layers.push_back(flatten(plan));
  layers.push_back(linear(plan, "head", outputs));
  return make_network(plan, std::move(layers));
}

}  // namespace polyclinic
