#include "sim/cli/plan_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace polyclinic {
namespace {

// "clinic-*, validators 0, 3 of chain scans".
std::string targets_text(const std::vector<std::string>& institutions, const std::vector<std::int64_t>& validators,
                         const std::string& chain) {
  std::string text = fmt::format("{}", fmt::join(institutions, ", "));
  if (!validators.empty()) {
    text += fmt::format("{}validator{} {}", text.empty() ? "" : ", ", validators.size() == 1 ? "" : "s",
                        fmt::join(validators, ", "));
  }
  if (text.empty()) text = "messages between validators";
  return chain.empty() ? text : fmt::format("{} of chain {}", text, chain);
}

std::string time_text(const FaultConfig& fault) {
  const std::string length = fault.for_s > 0.0 ? fmt::format("for {} s", fault.for_s) : "for good";
  if (fault.draws == 0) return fmt::format("at {} s {}", fault.at_s, length);
  return fmt::format("{} drawn from {} s to {} s, each {}", fault.draws, fault.at_s, fault.at_s + fault.within_s, length);
}

// What a kind of fault has besides targets and time.
std::string size_text(const FaultConfig& fault) {
  if (fault.kind == "slow") return fmt::format(" to {} of the speed", fault.factor);
  if (fault.kind == "degrade") {
    return fmt::format(" to {} of the bandwidth and {} times the latency", fault.factor, fault.latency_factor);
  }
  if (fault.kind == "loss") return fmt::format(" with probability {}", fault.probability);
  if (fault.kind == "churn")
    return fmt::format(", {} s up and {} s down ({})", fault.on_s, fault.off_s, fault.distribution);
  return "";
}

std::string mode_text(const CollaborationConfig& config) {
  if (config.mode == "buffered") return fmt::format("buffered: {} updates a version", config.buffer);
  if (config.mode != "gossip") return config.mode;
  const bool has_degree = config.topology == "random_regular" || config.topology == "small_world";
  return fmt::format("gossip over a {}{}", config.topology, has_degree ? fmt::format(" of degree {}", config.degree) : "");
}

std::string acquisition_text(const AcquisitionConfig& config) {
  std::vector<std::string> parts;
  if (config.gain != 1.0) parts.push_back(fmt::format("gain {}", config.gain));
  if (config.offset != 0.0) parts.push_back(fmt::format("offset {}", config.offset));
  if (config.blur_pixels != 0.0) parts.push_back(fmt::format("blur {} pixels", config.blur_pixels));
  if (config.noise != 0.0) parts.push_back(fmt::format("noise {}", config.noise));
  return parts.empty() ? "" : fmt::format("seen with {}", fmt::join(parts, ", "));
}

}  // namespace

std::string data_text(const DataConfig& config) {
  std::vector<std::string> parts;
  if (config.from > 0.0 || config.to < 1.0) {
    parts.push_back(fmt::format("the share from {} to {} of training and validation rows", config.from, config.to));
  }
  if (config.dataset == "phantom" && config.phantom.lesion_shift > 0.0) {
    parts.push_back(fmt::format("lesions shifted by {}", config.phantom.lesion_shift));
  }
  if (config.labels == "permuted") parts.emplace_back("training and validation labels permuted");
  if (const std::string seen = acquisition_text(config.acquisition); !seen.empty()) parts.push_back(seen);
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string partition_text(const PartitionConfig& config) {
  std::string text = config.kind;
  if (config.normalize == "own") text += ", columns normalized by each institution's own rows";
  if (config.absent.empty()) return text;
  const std::string where = config.scarce.empty() ? "everywhere" : fmt::format("at {}", fmt::join(config.scarce, ", "));
  return text + fmt::format(", without class{} {} {}", config.absent.size() == 1 ? "" : "es",
                            fmt::join(config.absent, ", "), where);
}

std::string gossip_text(const GossipConfig& gossip) {
  std::string text = gossip.fan_out == 0 ? "to all others" : fmt::format("to {} neighbours", gossip.fan_out);
  if (gossip.hubs > 0) text += fmt::format(", {} hubs to {}", gossip.hubs, gossip.hub_fan_out);
  if (gossip.announce) text += ", announced first";
  return gossip.compact ? text + ", blocks compact" : text;
}

std::string collaboration_text(const CollaborationConfig& config) {
  std::string text = fmt::format("{}, {}", config.algorithm, mode_text(config));
  if (config.mode == "asynchronous" || config.mode == "buffered") {
    text += fmt::format(", staleness {}", config.staleness);
    if (config.max_staleness > 0) text += fmt::format(" up to {}", config.max_staleness);
  }
  return text + fmt::format(", defence {}", config.defence);
}

std::string personalization_text(const PersonalizationConfig& config) {
  const std::string& kind = config.kind;
  std::string text = config.name.empty() ? kind : fmt::format("{} ({})", config.name, kind);
  if (kind == "ditto") return text + fmt::format(": lambda {}, in every round", config.lambda);
  if (kind == "apfl") return text + fmt::format(": alpha {}{}, in every round", config.alpha, config.adaptive ? " at first" : "");
  if (kind == "interpolate") {
    return text + (config.adaptive ? fmt::format(": alpha by validation, in steps of 1/{}", config.steps)
                                   : fmt::format(": alpha {}", config.alpha));
  }
  if (kind == "fine_tune") text += ": " + config.part;
  if (kind == "head") {
    const std::string own = config.private_.empty() ? "the last layer" : fmt::format("{}", fmt::join(config.private_, ", "));
    text += fmt::format(": {}, {}", own, config.training == "frozen" ? "others frozen" : "in turn with the others");
  }
  text += fmt::format("{} up to {} epochs", kind == "bn" ? ":" : ",", config.epochs);
  return config.patience > 0 ? text + fmt::format(", patience {}", config.patience) : text;
}

std::string fault_text(const FaultConfig& fault) {
  return fmt::format("{}{}: {}, {}", fault.kind, size_text(fault),
                     targets_text(fault.institutions, fault.validators, fault.chain), time_text(fault));
}

std::string behaviour_text(const BehaviourConfig& behaviour) {
  const std::string since = behaviour.from_round > 0 ? fmt::format(", from round {}", behaviour.from_round) : "";
  const std::string factor = behaviour.factor != 1.0 ? fmt::format(" (factor {})", behaviour.factor) : "";
  return fmt::format("{}{}: {}{}", behaviour.kind, factor,
                     targets_text(behaviour.institutions, behaviour.validators, behaviour.chain), since);
}

}  // namespace polyclinic
