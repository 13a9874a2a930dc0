#include <algorithm>
#include <string>

#include "core/base/error.hpp"
#include "core/sharing/names.hpp"
#include "core/sharing/steps/noise_order.hpp"
#include "core/sharing/steps/step.hpp"

namespace polyclinic {
namespace {

const StepKind& kind_of(const std::string& name) {
  const std::vector<StepKind>& kinds = step_kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const StepKind& kind) { return kind.name == name; });
  if (found != kinds.end()) return *found;
  std::vector<std::string> names;
  for (const StepKind& kind : kinds) names.emplace_back(kind.name);
  unknown_name("sharing.steps", name, names);
}

bool has_step(const SharingConfig& config, const char* name) {
  return std::find(config.steps.begin(), config.steps.end(), name) != config.steps.end();
}

void require_fitting(const SharingConfig& config) {
  if (config.steps.empty()) throw UsageError("sharing.steps is empty, needs at least \"full\"");
  std::int64_t selections = 0;
  for (std::size_t i = 0; i < config.steps.size(); ++i) {
    const StepKind& kind = kind_of(config.steps[i]);
    if (kind.role == StepRole::domain && i > 0) {
      throw UsageError(fmt::format("sharing.steps: \"{}\" says which tensors may leave and must come first", kind.name));
    }
    if (kind.role == StepRole::selection && ++selections > 1) {
      throw UsageError(fmt::format(
          "sharing.steps: \"{}\" is a second selection, allowed is one of full, random, top_k, selective, sparse_vector",
          kind.name));
    }
  }
}

void require_step(const char* key, double value, const SharingConfig& config, const char* step) {
  if (value == 0.0 || has_step(config, step)) return;
  throw UsageError(fmt::format("sharing.{} is {}, but sharing.steps has no \"{}\"", key, value, step));
}

// A setting that no step reads is worst where it was meant to keep something private.
void require_read(const SharingConfig& config) {
  const bool patterns = !config.shared.empty() || !config.private_.empty();
  if (patterns && !has_step(config, "layers")) {
    throw UsageError("sharing.shared and sharing.private need \"layers\" as the first of sharing.steps");
  }
  if (config.residual && !has_step(config, "top_k")) {
    throw UsageError("sharing.residual is true, but sharing.steps has no \"top_k\"");
  }
  if (config.gamma > 0.0 && !has_step(config, "clip") && !has_step(config, "selective") && !has_step(config, "sparse_vector")) {
    throw UsageError(fmt::format("sharing.gamma is {}, but sharing.steps has neither \"clip\" nor \"selective\" nor \"sparse_vector\"",
                                 config.gamma));
  }
  require_step("clip_norm", config.clip_norm, config, "clip_norm");
  require_step("noise_multiplier", config.noise_multiplier, config, "noise");
  require_step("sparse_epsilon", config.sparse_epsilon, config, "sparse_vector");
}

}  // namespace

const std::vector<StepKind>& step_kinds() {
  static const std::vector<StepKind> kinds{
      {"full", "everything that may leave does", StepRole::selection, make_full},
      {"layers", "tensors leave or stay by name pattern (shared, private)", StepRole::domain, make_layers},
      {"clip", "each coordinate is cut to [-gamma, gamma]", StepRole::transform, make_clip},
      {"clip_norm", "the whole is shortened to clip_norm (Euclidean length)", StepRole::transform, make_clip_norm},
      {"noise", "Gaussian noise of noise_multiplier x clip_norm, after clip_norm and before any choice by the data",
       StepRole::transform, make_noise},
      {"random", "a random fraction, by a public mask that needs no indices", StepRole::selection, make_random},
      {"top_k", "the fraction largest in magnitude, with or without residual", StepRole::selection, make_top_k},
      {"selective", "Shokri & Shmatikov 2015: largest, or random above a threshold, cut to gamma", StepRole::selection,
       make_selective},
      {"sparse_vector", "selective upload by the sparse vector technique: noise on choice and values, sparse_epsilon a round",
       StepRole::selection, make_sparse_vector},
  };
  return kinds;
}

std::vector<std::unique_ptr<Step>> make_steps(const SharingConfig& config, const Layout& layout) {
  require_fitting(config);
  require_read(config);
  require_noise_in_order(config);
  std::vector<std::unique_ptr<Step>> steps;
  for (const std::string& name : config.steps) steps.push_back(kind_of(name).make(config, layout));
  return steps;
}

std::string selecting_step_of(const SharingConfig& config) {
  const auto selects = [](const std::string& name) { return kind_of(name).role == StepRole::selection; };
  const auto found = std::find_if(config.steps.begin(), config.steps.end(), selects);
  return found == config.steps.end() ? std::string() : *found;
}

std::vector<NamedKind> sharing_steps() {
  std::vector<NamedKind> kinds;
  for (const StepKind& kind : step_kinds()) kinds.push_back({std::string(kind.name), std::string(kind.description)});
  return kinds;
}

}  // namespace polyclinic
