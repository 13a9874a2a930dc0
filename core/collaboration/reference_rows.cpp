#include "core/collaboration/reference_rows.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace polyclinic {

Rows reference_rows(const Scenario& scenario, const std::string& name, const std::string& key, const InputShape& shape,
                    const DataPaths& paths) {
  if (name.empty()) return {};
  const ReferenceConfig& reference = *std::ranges::find(scenario.references, name, &ReferenceConfig::name);
  const DataSeeds seeds = {.own = Seed(scenario.seed) / "reference" / name, .common = Seed(scenario.seed) / "data"};
  const Collection collection = load_reference(reference, paths, seeds);
  if (collection.shape != shape) {
    throw UsageError(fmt::format("{} is \"{}\", whose rows are {} x {} x {} (channels x height x width); the model "
                                 "needs {} x {} x {}",
                                 key, name, collection.shape.channels, collection.shape.height, collection.shape.width, shape.channels,
                                 shape.height, shape.width));
  }
  return all_rows(collection.train);
}

}  // namespace polyclinic
