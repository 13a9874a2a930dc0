// How the server side turns a round's mean update into the next global model. A new kind is a new file beside this one
// and a line in table.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/scenario/scenario.hpp"
#include "core/sharing/aggregator.hpp"
#include "core/sharing/mean.hpp"
#include "core/sharing/numbers.hpp"

namespace polyclinic {

class ServerOptimizer {
 public:
  virtual ~ServerOptimizer() = default;
  // Moves `aggregate` (a copy of the last round's, its tensors its own) by `mean`; `shareable` gives the place of each of
  // mean's coordinates in the flat layout.
  [[nodiscard]] virtual Aggregate step(Aggregate aggregate, const MeanUpdate& mean, const at::Tensor& shareable) const = 0;
};

// Calls move(place, value) for each published weight, and adds the value to `flat` itself for each published buffer.
template <class Move>
void for_each_published(const MeanUpdate& mean, const at::Tensor& shareable, std::int64_t weights_size,
                        std::span<float> flat, Move move) {
  const std::span<const float> values = numbers(mean.values);
  const std::int64_t* places = shareable.data_ptr<std::int64_t>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!mean.published.empty() && mean.published[i] == 0) continue;
    const auto place = static_cast<std::size_t>(places[i]);
    if (places[i] < weights_size) {
      move(place, values[i]);
    } else {
      flat[place] += values[i];
    }
  }
}

struct ServerOptimizerKind {
  std::string_view name;
  std::string_view description;
  std::unique_ptr<ServerOptimizer> (*make)(const CollaborationConfig& config);  // throws UsageError
};

[[nodiscard]] const std::vector<ServerOptimizerKind>& server_optimizer_kinds();
[[nodiscard]] std::unique_ptr<ServerOptimizer> make_server_optimizer(const CollaborationConfig& config);

[[nodiscard]] std::unique_ptr<ServerOptimizer> make_average(const CollaborationConfig& config);
[[nodiscard]] std::unique_ptr<ServerOptimizer> make_momentum(const CollaborationConfig& config);
[[nodiscard]] std::unique_ptr<ServerOptimizer> make_adam(const CollaborationConfig& config);

}  // namespace polyclinic
