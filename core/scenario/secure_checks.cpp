// What does not fit masked updates, of which nobody reads more than the sum.
#include <fmt/ranges.h>

#include <algorithm>

#include "core/scenario/table_check.hpp"

namespace polyclinic {
namespace {

constexpr const char* with_it = "does not fit secure_aggregation.enabled = true";

void check_steps(const ChainCheck& check) {
  const std::vector<std::string> allowed{"full", "layers", "random", "clip", "clip_norm", "noise"};
  for (const std::string& step : check.chain().sharing.steps) {
    check.need(std::ranges::find(allowed, step) != allowed.end(), "sharing.steps", step,
               fmt::format("{}: members would publish coordinates of their own choice, which have no common sum; allowed with it are "
                           "\"{}\"",
                           with_it, fmt::join(allowed, "\", \"")));
  }
}

// One is no sum. Shares of a secret are at points of a field with 255 of them besides 0.
void check_participants(const ChainCheck& check) {
  const CollaborationConfig& rules = check.chain().collaboration;
  const std::int64_t all = rules.sampling == "cyclic" ? 1 : check.members();
  const std::int64_t participants = rules.participants == 0 ? all : rules.participants;
  check.need(participants >= 2 && participants <= 255, "collaboration.participants", participants,
             fmt::format("{}, which needs 2 to 255 participants in a round (0 means all {} members{})", with_it, check.members(),
                         rules.sampling == "cyclic" ? ", or one with sampling \"cyclic\"" : ""));
}

}  // namespace

void check_secure_aggregation(const ChainCheck& check) {
  if (!check.chain().secure_aggregation.enabled) return;
  const CollaborationConfig& rules = check.chain().collaboration;
  check.need(rules.mode == "synchronous", "collaboration.mode", rules.mode,
             fmt::format("{}, which needs \"synchronous\": masks are agreed on round by round", with_it));
  check.need(rules.defence == "none", "collaboration.defence", rules.defence,
             fmt::format("{}, which needs \"none\": no update can be looked at by itself", with_it));
  check.need(rules.algorithm != "scaffold", "collaboration.algorithm", rules.algorithm,
             fmt::format("{}, which needs \"fedavg\", \"fedprox\" or \"fedrep\": control variates are not masked", with_it));
  check.need(check.chain().sharing.values == "float32", "sharing.values", check.chain().sharing.values,
             fmt::format("{}, which needs \"float32\": numbers are rounded to secure_aggregation.fraction_bits", with_it));
  check_steps(check);
  check_participants(check);
}

}  // namespace polyclinic
