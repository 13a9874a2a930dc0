#include <algorithm>

#include "core/scenario/table_check.hpp"

namespace polyclinic {
namespace {

// What a chain protects its updates by.
struct Noise {
  bool in_training, on_update, sparse;

  explicit Noise(const ChainConfig& chain)
      : in_training(chain.training.sample_clip_norm > 0.0),
        on_update(has(chain, "noise")),
        sparse(has(chain, "sparse_vector")) {}
  [[nodiscard]] bool any() const { return in_training || on_update || sparse; }

 private:
  static bool has(const ChainConfig& chain, const char* step) {
    return std::ranges::find(chain.sharing.steps, step) != chain.sharing.steps.end();
  }
};

// A key of [chain.privacy] that nothing reads would be taken for protection.
void check_is_read(const ChainCheck& check, const Noise& noise) {
  const PrivacyConfig& privacy = check.chain().privacy;
  const PrivacyConfig plain;
  const std::string problem =
      "needs training.sample_clip_norm above 0, or \"noise\" or \"sparse_vector\" among sharing.steps: there is "
      "no noise to account for";
  check.need(noise.any() || privacy.epsilon == plain.epsilon, "privacy.epsilon", privacy.epsilon, problem);
  check.need(noise.any() || privacy.delta == plain.delta, "privacy.delta", privacy.delta, problem);
  check.need(noise.any() || privacy.accountant == plain.accountant, "privacy.accountant", privacy.accountant, problem);
  check.need(noise.any() || privacy.conversion == plain.conversion, "privacy.conversion", privacy.conversion, problem);
  check.need(privacy.conversion == plain.conversion || privacy.accountant == "rdp", "privacy.conversion",
             privacy.conversion, "needs privacy.accountant = \"rdp\", or \"improved\"");
}

// The noise that a budget needs is searched for: there must be one multiplier to find, not given, and a number of updates.
void check_budget(const ChainCheck& check, const Noise& noise) {
  const ChainConfig& chain = check.chain();
  const double epsilon = chain.privacy.epsilon;
  if (epsilon == 0.0) return;
  check.need(noise.in_training != noise.on_update, "privacy.epsilon", epsilon,
             noise.in_training
                 ? "decides one noise multiplier: not both training.sample_clip_norm and \"noise\" among sharing.steps"
                 : "decides a noise multiplier, but \"sparse_vector\" has none: sharing.sparse_epsilon is its budget");
  const std::string problem = fmt::format("must be 0: it follows from privacy.epsilon = {}", epsilon);
  check.need(chain.training.noise_multiplier == 0.0, "training.noise_multiplier", chain.training.noise_multiplier, problem);
  check.need(chain.sharing.noise_multiplier == 0.0, "sharing.noise_multiplier", chain.sharing.noise_multiplier, problem);
  const std::string& mode = chain.collaboration.mode;
  check.need(
      mode == "synchronous" || mode == "gossip", "privacy.epsilon", epsilon,
      fmt::format("does not fit collaboration.mode = \"{}\": how many updates share the budget is not known before", mode));
}

}  // namespace

void check_privacy(const ChainCheck& check) {
  const Noise noise(check.chain());
  check_is_read(check, noise);
  check_budget(check, noise);
}

}  // namespace polyclinic
