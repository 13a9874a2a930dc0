#include "sim/cli/exchange_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/auxiliary/body.hpp"
#include "core/auxiliary/uses/use.hpp"
#include "core/base/error.hpp"

namespace polyclinic {
namespace {

const ChainPlan& plan_named(const std::vector<ChainPlanPointer>& plans, const std::string& name) {
  return **std::ranges::find_if(plans, [&](const ChainPlanPointer& plan) { return plan->config.name == name; });
}

std::int64_t coordinates_of(const ChainPlan& plan, const std::vector<std::string>& names) {
  std::int64_t coordinates = 0;
  for (const TensorSpec& tensor : plan.model->layout()->tensors()) {
    if (std::ranges::find(names, tensor.name) != names.end()) coordinates += tensor.numel;
  }
  return coordinates;
}

std::string content_text(const Content& content) {
  std::vector<std::string> parts;
  if (content.body) parts.emplace_back("the body");
  if (content.predictions) parts.emplace_back("predictions");
  if (content.prototypes) parts.emplace_back("every member's prototypes");
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string body_text(const ChainPlan& plan, const ChainPlan& source) {
  const std::vector<std::string> names = common_body(*plan.model, *source.model, source.policy.get());
  if (names.empty()) return "no tensor of the body in common";
  return fmt::format("body in common: {} ({} of {} parameters)", fmt::join(names, ", "), coordinates_of(plan, names),
                     plan.model->layout()->size());
}

void check_fit(const AuxiliaryConfig& config, const ChainPlan& plan, const ChainPlan& source) {
  const Content content = content_needed(config);
  if (content.predictions || content.prototypes) {
    (void)shared_classes(config, plan.collection.task.classes, source.collection.task.classes);
  }
  if (content.body && common_body(*plan.model, *source.model, source.policy.get()).empty()) {
    throw UsageError(fmt::format("auxiliary.uses has [{}] on chain {}, but its model and that of {} have no tensor of the body in "
                                 "common that may leave",
                                 fmt::join(config.uses, ", "), plan.config.name, config.source));
  }
}

const RelayConfig* relay_from(const ChainPlan& plan, const std::string& source) {
  const auto found = std::ranges::find_if(plan.exchange.relays, [&](const RelayPlan& relay) { return relay.config.from == source; });
  return found == plan.exchange.relays.end() ? nullptr : &found->config;
}

}  // namespace

std::vector<std::string> exchange_lines(const ChainPlan& plan, const std::vector<ChainPlanPointer>& plans) {
  std::vector<std::string> lines;
  const ExportPlan& exports = plan.exchange.exports;
  if (exports.content.any()) {
    lines.push_back(fmt::format("publishes {} for {}, every {} rounds", content_text(exports.content),
                                fmt::join(exports.destinations, ", "), *std::ranges::min_element(exports.every)));
  }
  for (const AuxiliaryConfig& config : plan.config.auxiliary) {
    const ChainPlan& source = plan_named(plans, config.source);
    check_fit(config, plan, source);
    const RelayConfig* relay = relay_from(plan, config.source);
    lines.push_back(fmt::format("learns from {} by {}: {}, weight {} x {}", config.source,
                                relay == nullptr ? "nobody" : fmt::format("{}", fmt::join(relay->relayers, ", ")),
                                fmt::join(config.uses, ", "), config.scale, fmt::join(config.weight, " x ")));
    lines.push_back("  " + body_text(plan, source));
  }
  return lines;
}

}  // namespace polyclinic
