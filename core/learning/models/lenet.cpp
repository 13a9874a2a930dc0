// LeNet-5 (LeCun, Bottou, Bengio, Haffner 1998) with ReLU, max-pooling and full connections between its maps; 61,706 parameters
// for 1 x 28 x 28 and 10 outputs:
//   nn.Sequential(OrderedDict(conv1=nn.Conv2d(channels, 6, 5, padding=2), relu1=nn.ReLU(), pool1=nn.MaxPool2d(2),
//                             conv2=nn.Conv2d(6, 16, 5), relu2=nn.ReLU(), pool2=nn.MaxPool2d(2), flatten=nn.Flatten(),
//                             hidden1=nn.Linear(16 * 5 * 5, 120), relu3=nn.ReLU(),
//                             hidden2=nn.Linear(120, 84), relu4=nn.ReLU(), head=nn.Linear(84, outputs)))
#include "core/learning/models/network.hpp"

namespace polyclinic {

std::shared_ptr<const Model> make_lenet(const ModelConfig& config, const InputShape& shape, std::int64_t outputs) {
  forbid(config, {Option::widths, Option::hidden, Option::norm, Option::padded, Option::pool_last_only});
  require_image(config, shape, 12);
  NetworkPlan plan(config, shape, outputs);
  Layers layers;
  layers.push_back(convolution(plan, "conv1", 6, {.kernel = 5, .padding = 2}));
  layers.push_back(relu_and_max_pool(plan));
  layers.push_back(convolution(plan, "conv2", 16, {.kernel = 5, .padding = 0}));
  layers.push_back(relu_and_max_pool(plan));
  layers.push_back(flatten(plan));
  layers.push_back(linear(plan, "hidden1", 120));
  layers.push_back(relu());
  layers.push_back(linear(plan, "hidden2", 84));
  layers.push_back(relu());
  layers.push_back(linear(plan, "head", outputs));
  return make_network(plan, std::move(layers));
}

}  // namespace polyclinic
