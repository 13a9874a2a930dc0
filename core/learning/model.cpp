#include "core/learning/model.hpp"

#include <algorithm>
#include <array>

#include "core/base/error.hpp"
#include "core/learning/models/network.hpp"

namespace polyclinic {
namespace {

struct Kind {
  const char* name;
  const char* description;
  std::shared_ptr<const Model> (*make)(const ModelConfig&, const InputShape&, std::int64_t);
};

constexpr std::array kinds{
    Kind{"logistic", "logistic regression: one linear layer", make_logistic},
    Kind{"mlp", "fully connected layers of `widths` with ReLU, one of 128 by default", make_mlp},
    Kind{"lenet", "LeNet-5 with ReLU and max-pooling: 61,706 parameters for 1 x 28 x 28 and 10 classes", make_lenet},
    Kind{"lenet_sigmoid", "LeNet of the inversion attacks' literature: sigmoid, all parameters uniform in -0.5 .. 0.5",
         make_lenet_sigmoid},
    Kind{"cnn", "3x3 convolutions of `widths` (16, 32, 32) with ReLU and max-pooling, then a linear head", make_cnn},
    Kind{"resnet18", "ResNet-18 for 28 pixels: 3x3 stem, no first pooling; norm batch or group", make_resnet18},
};

std::string allowed_kinds() {
  std::string names;
  for (const Kind& kind : kinds) names += (names.empty() ? "" : ", ") + std::string(kind.name);
  return names;
}

void check(const ModelConfig& config, const InputShape& shape, std::int64_t outputs) {
  if (outputs < 1 || shape.numel() < 1) {
    throw UsageError(fmt::format("model.kind \"{}\": {} inputs and {} outputs; both must be at least 1", config.kind,
                                 shape.numel(), outputs));
  }
  const bool positive = std::all_of(config.widths.begin(), config.widths.end(), [](std::int64_t width) { return width > 0; });
  if (!positive || config.hidden < 0) throw UsageError("model.widths must be above 0 and model.hidden at least 0");
}

}  // namespace

std::vector<NamedKind> model_kinds() {
  std::vector<NamedKind> named;
  for (const Kind& kind : kinds) named.push_back({kind.name, kind.description});
  return named;
}

std::shared_ptr<const Model> make_model(const ModelConfig& config, const InputShape& shape, std::int64_t outputs) {
  check(config, shape, outputs);
  for (const Kind& kind : kinds) {
    if (config.kind == kind.name) return kind.make(config, shape, outputs);
  }
  throw UsageError(fmt::format("model.kind is \"{}\"; allowed: {}", config.kind, allowed_kinds()));
}

}  // namespace polyclinic
