// A tensor leaves when a shared pattern names it (or there is none) and no private pattern does.
#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "core/base/error.hpp"
#include "core/base/pattern.hpp"
#include "core/scenario/nearest.hpp"
#include "core/sharing/names.hpp"
#include "core/sharing/steps/step.hpp"

namespace polyclinic {
namespace {

bool any_matches(const std::vector<std::string>& patterns, const std::string& name) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) { return matches(pattern, name); });
}

// What a pattern may have been meant to be: a whole name, its beginning or its end.
std::vector<std::string> plausible_patterns(const std::vector<std::string>& names) {
  std::vector<std::string> patterns = names;
  for (const std::string& name : names) {
    for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
      patterns.push_back(fmt::format("{}.*", name.substr(0, dot)));
      patterns.push_back(fmt::format("*{}", name.substr(dot)));
    }
  }
  return patterns;
}

void require_matching(const char* key, const std::vector<std::string>& patterns, const Layout& layout) {
  std::vector<std::string> names;
  for (const TensorSpec& tensor : layout.tensors()) names.push_back(tensor.name);
  for (const std::string& pattern : patterns) {
    const bool found = std::any_of(names.begin(), names.end(), [&](const auto& name) { return matches(pattern, name); });
    if (found) continue;
    throw UsageError(fmt::format("{}: pattern \"{}\" matches no tensor{}; the model has {}", key, pattern,
                                 did_you_mean(pattern, plausible_patterns(names)), list_names(names)));
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
