#include <string>

#include "core/base/error.hpp"
#include "core/sharing/names.hpp"
#include "core/sharing/server/optimizer.hpp"

namespace polyclinic {

const std::vector<ServerOptimizerKind>& server_optimizer_kinds() {
  static const std::vector<ServerOptimizerKind> kinds{
      {"average", "adds server_lr times the mean update (FedAvg where server_lr is 1)", make_average},
      {"momentum", "FedAvgM: momentum over the mean updates", make_momentum},
      {"adam", "FedAdam: Adam over the mean updates", make_adam},
  };
  return kinds;
}

std::unique_ptr<ServerOptimizer> make_server_optimizer(const CollaborationConfig& config) {
  if (!(config.server_lr > 0.0)) {
    throw UsageError(fmt::format("collaboration.server_lr is {}, needs more than 0", config.server_lr));
  }
  std::vector<std::string> names;
  for (const ServerOptimizerKind& kind : server_optimizer_kinds()) {
    if (kind.name == config.server) return kind.make(config);
    names.emplace_back(kind.name);
  }
  unknown_name("collaboration.server", config.server, names);
}

std::vector<NamedKind> server_optimizers() {
  std::vector<NamedKind> kinds;
  for (const auto& kind : server_optimizer_kinds())
    kinds.push_back({std::string(kind.name), std::string(kind.description)});
  return kinds;
}

}  // namespace polyclinic
