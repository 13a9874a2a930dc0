// A Model made of layers; what each kind of model offers to the factory.
#pragma once

#include <memory>
#include <string>

#include "core/learning/layers/layer.hpp"
#include "core/learning/model.hpp"

namespace polyclinic {

[[nodiscard]] std::shared_ptr<const Model> make_network(const NetworkPlan& plan, Layers layers);

// Each throws UsageError for options that do not fit the kind or the input.
[[nodiscard]] std::shared_ptr<const Model> make_logistic(const ModelConfig&, const InputShape&, std::int64_t outputs);
[[nodiscard]] std::shared_ptr<const Model> make_mlp(const ModelConfig&, const InputShape&, std::int64_t outputs);
[[nodiscard]] std::shared_ptr<const Model> make_lenet(const ModelConfig&, const InputShape&, std::int64_t outputs);
[[nodiscard]] std::shared_ptr<const Model> make_lenet_sigmoid(const ModelConfig&, const InputShape&, std::int64_t outputs);
[[nodiscard]] std::shared_ptr<const Model> make_cnn(const ModelConfig&, const InputShape&, std::int64_t outputs);
[[nodiscard]] std::shared_ptr<const Model> make_resnet18(const ModelConfig&, const InputShape&, std::int64_t outputs);

// Options that a kind of model does not have must be left alone: throws UsageError naming the key.
enum class Option { widths, hidden, norm, padded, pool_last_only };
void forbid(const ModelConfig& config, std::initializer_list<Option> options);
// Throws UsageError where `shape` is no image of at least `least_pixels` in height and width.
void require_image(const ModelConfig& config, const InputShape& shape, std::int64_t least_pixels);

}  // namespace polyclinic
