// A tensor leaves when a shared pattern names it (or there is none) and no private pattern does.
#include <algorithm>
#include <utility>

#include "core/base/error.hpp"
#include "core/base/pattern.hpp"
#include "core/sharing/names.hpp"
#include "core/sharing/steps/step.hpp"

namespace polyclinic {
namespace {

bool any_matches(const std::vector<std::string>& patterns, const std::string& name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches(pattern, name); });
}

void require_matching(const char* key, const std::vector<std::string>& patterns, const Layout& layout) {
  std::vector<std::string> names;
  for (const TensorSpec& tensor : layout.tensors()) names.push_back(tensor.name);
  for (const std::string& pattern : patterns) {
    const bool found = std::any_of(names.begin(), names.end(), [&](const auto& name) { return matches(pattern, name); });
    if (found) continue;
    throw UsageError(fmt::format("{}: pattern \"{}\" matches no tensor; the nearest is \"{}\"; the model has {}", key, pattern,
                                 nearest_name(pattern, names), list_names(names)));
  }
}

class Layers : public Step {
 public:
  Layers(std::vector<std::string> shared, std::vector<std::string> hidden)
      : shared_(std::move(shared)), private_(std::move(hidden)) {}
  [[nodiscard]] bool admits(const TensorSpec& tensor) const override {
    return (shared_.empty() || any_matches(shared_, tensor.name)) && !any_matches(private_, tensor.name);
  }

 private:
  std::vector<std::string> shared_;
  std::vector<std::string> private_;
};

}  // namespace

std::unique_ptr<Step> make_layers(const SharingConfig& config, const Layout& layout) {
  if (config.shared.empty() && config.private_.empty()) {
    throw UsageError("sharing.steps has \"layers\", which needs patterns in sharing.shared, sharing.private or both");
  }
  require_matching("sharing.shared", config.shared, layout);
  require_matching("sharing.private", config.private_, layout);
  return std::make_unique<Layers>(config.shared, config.private_);
}

}  // namespace polyclinic
