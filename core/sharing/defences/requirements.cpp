#include "core/sharing/defences/requirements.hpp"

#include "core/base/error.hpp"
#include "core/sharing/aggregator.hpp"
#include "core/sharing/defences/combination.hpp"

namespace polyclinic {
namespace {

// Whether updates are held against one another, rather than each taken as it is.
bool compares_updates(const CollaborationConfig& config) { return config.defence != "none" && config.defence != "scoring"; }
bool compares_whole_updates(const CollaborationConfig& config) {
  return config.defence == "krum" || config.defence == "multi_krum";
}

void require_plain_algorithm(const CollaborationConfig& config) {
  if (!compares_updates(config) || config.algorithm != "scaffold") return;
  throw UsageError(fmt::format(
      "collaboration.defence is \"{}\", which does not fit collaboration.algorithm = \"scaffold\": the control variates that "
      "it publishes would stay undefended; allowed with it are none, scoring",
      config.defence));
}

void require_common_coordinates(const CollaborationConfig& config, const SharePolicy& policy) {
  const std::string step = policy.selecting_step();
  if (!compares_whole_updates(config) || step.empty()) return;
  throw UsageError(fmt::format(
      "collaboration.defence is \"{}\", which compares whole updates, but with \"{}\" in sharing.steps institutions publish "
      "different coordinates; allowed with it are full, layers and clip in sharing.steps, or sharing.fraction = 1 with "
      "random, top_k and selective \"largest\"; or one of the defences median, trimmed_mean, norm_clip, scoring",
      config.defence, step));
}

void require_company(const CollaborationConfig& config) {
  if (!compares_updates(config) || config.mode != "asynchronous") return;
  throw UsageError(fmt::format(
      "collaboration.defence is \"{}\", which holds updates against one another, but collaboration.mode = \"asynchronous\" "
      "applies each by itself; allowed with it are none, scoring",
      config.defence));
}

void require_enough_updates(const CollaborationConfig& config, std::int64_t members) {
  if (!compares_whole_updates(config)) return;
  const UpdateRange range = combined_updates(config, members);
  for (std::int64_t updates = range.fewest; updates <= range.most; ++updates) {
    const std::int64_t hostile = hostile_count(config.hostile_share, updates);
    if (updates >= 2 * hostile + 3) continue;
    throw UsageError(fmt::format(
        "collaboration.defence is \"{}\", which needs n >= 2f + 3 updates, but with {} updates in a round and "
        "collaboration.hostile_share = {}, f is {} and {} are needed; lower the share or let more institutions take part",
        config.defence, updates, config.hostile_share, hostile, 2 * hostile + 3));
  }
}

}  // namespace

UpdateRange combined_updates(const CollaborationConfig& config, std::int64_t members) {
  if (config.mode == "asynchronous") return {1, 1};
  if (config.mode == "buffered") return {config.buffer, config.buffer};
  const std::int64_t all = config.sampling == "cyclic" ? 1 : members;
  const std::int64_t participants = config.participants > 0 ? config.participants : all;
  return {config.min_updates > 0 ? config.min_updates : participants, participants};
}

void require_fitting_defence(const CollaborationConfig& config, const SharePolicy& policy) {
  require_plain_algorithm(config);
  require_company(config);
  require_common_coordinates(config, policy);
}

void check_defence(const CollaborationConfig& config, const SharePolicy& policy, std::int64_t members) {
  require_fitting_defence(config, policy);
  require_enough_updates(config, members);
}

}  // namespace polyclinic
