// One step of a share policy. A new kind is a new file beside this one and a line in table.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/seed.hpp"
#include "core/learning/parameters.hpp"
#include "core/scenario/scenario.hpp"
#include "core/sharing/policy.hpp"
#include "core/sharing/selection.hpp"

namespace polyclinic {

// What a step receives and hands on.
struct Work {
  Selection selection;
  PolicyState state;
  std::optional<Seed> noise = std::nullopt;  // see ShareSeeds; only a step that adds_noise() draws from it, a child of its own
};

// What is known of a payload before training.
struct Plan {
  std::int64_t dimension = 0;  // shareable coordinates
  std::int64_t count = 0;      // published ones, or their upper bound
  bool exact = true;           // count is no mere bound
  bool public_mask = false;    // the coordinates follow from the public seed
  bool faithful = true;        // a published value is the update's own
};

class Step {
 public:
  virtual ~Step() = default;
  // Whether a tensor may ever leave.
  [[nodiscard]] virtual bool admits(const TensorSpec& /*tensor*/) const { return true; }
  [[nodiscard]] virtual Plan plan(Plan plan) const { return plan; }
  [[nodiscard]] virtual bool adds_noise() const { return false; }
  // `seed` is public.
  [[nodiscard]] virtual Work apply(Work work, Seed /*seed*/) const { return work; }
};

enum class StepRole {
  domain,     // says which tensors may leave: only as the first step
  transform,  // changes values: anywhere, any number of times
  selection   // chooses coordinates: at most one
};

struct StepKind {
  std::string_view name;
  std::string_view description;
  StepRole role;
  std::unique_ptr<Step> (*make)(const SharingConfig& config, const Layout& layout);  // throws UsageError
};

[[nodiscard]] const std::vector<StepKind>& step_kinds();

// Throws UsageError for an unknown name (with the nearest), an empty list, or steps that do not fit together.
[[nodiscard]] std::vector<std::unique_ptr<Step>> make_steps(const SharingConfig& config, const Layout& layout);

// The step of the list that chooses coordinates; empty: none does.
[[nodiscard]] std::string selecting_step_of(const SharingConfig& config);

[[nodiscard]] std::unique_ptr<Step> make_full(const SharingConfig& config, const Layout& layout);
[[nodiscard]] std::unique_ptr<Step> make_layers(const SharingConfig& config, const Layout& layout);
[[nodiscard]] std::unique_ptr<Step> make_clip(const SharingConfig& config, const Layout& layout);
[[nodiscard]] std::unique_ptr<Step> make_clip_norm(const SharingConfig& config, const Layout& layout);
[[nodiscard]] std::unique_ptr<Step> make_noise(const SharingConfig& config, const Layout& layout);
[[nodiscard]] std::unique_ptr<Step> make_random(const SharingConfig& config, const Layout& layout);
[[nodiscard]] std::unique_ptr<Step> make_top_k(const SharingConfig& config, const Layout& layout);
[[nodiscard]] std::unique_ptr<Step> make_selective(const SharingConfig& config, const Layout& layout);
[[nodiscard]] std::unique_ptr<Step> make_sparse_vector(const SharingConfig& config, const Layout& layout);

}  // namespace polyclinic
