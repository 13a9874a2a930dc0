#include "tests/core/scenario/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using testing::contains;

using Settings = std::vector<std::string>;
const Settings noisy_update = {"sharing.steps=[\"clip_norm\",\"noise\"]", "sharing.clip_norm=1"};
const Settings dp_sgd = {"training.sample_clip_norm=1"};

// What is said of the base scenario's chain with these keys, where any step of sharing is known.
std::string complaint_of_chain(const Settings& settings) {
  KnownNames known_names = testing::names();
  known_names.sharing_steps.clear();
  Settings overrides;
  for (const std::string& setting : settings) overrides.push_back("chain.0." + setting);
  try {
    static_cast<void>(parse_scenario(testing::base_text, "s.toml", overrides, known_names));
    return "";
  } catch (const UsageError& error) {
    return error.what();
  }
}

std::string complaint_of(Settings settings, const Settings& more) {
  settings.insert(settings.end(), more.begin(), more.end());
  return complaint_of_chain(settings);
}

}  // namespace

TEST_CASE("what accounts for noise needs noise") {
  CHECK(contains(complaint_of_chain({"privacy.epsilon=2"}),
                 "chain.0.privacy.epsilon = 2 needs training.sample_clip_norm above 0, or"));
  CHECK(contains(complaint_of_chain({"privacy.delta=1e-6"}), "chain.0.privacy.delta = 1e-06 needs"));
  CHECK(contains(complaint_of_chain({"privacy.accountant=pld"}), "chain.0.privacy.accountant = \"pld\" needs"));
  CHECK(contains(complaint_of_chain({"privacy.conversion=classic"}), "chain.0.privacy.conversion = \"classic\" needs"));
  CHECK(complaint_of(dp_sgd, {"training.noise_multiplier=1", "privacy.accountant=pld"}).empty());
  CHECK(contains(complaint_of(dp_sgd, {"privacy.accountant=pld", "privacy.conversion=classic"}),
                 "needs privacy.accountant = \"rdp\""));
}

TEST_CASE("a budget decides one multiplier, which is not given") {
  CHECK(complaint_of(noisy_update, {"privacy.epsilon=2"}).empty());
  CHECK(complaint_of(dp_sgd, {"privacy.epsilon=2"}).empty());
  CHECK(contains(complaint_of(noisy_update, {"privacy.epsilon=2", "sharing.noise_multiplier=1"}),
                 "chain.0.sharing.noise_multiplier = 1 must be 0: it follows from privacy.epsilon = 2"));
  CHECK(contains(complaint_of(dp_sgd, {"privacy.epsilon=2", "training.noise_multiplier=1"}),
                 "training.noise_multiplier = 1 must be 0"));
  CHECK(contains(complaint_of(noisy_update, {"privacy.epsilon=2", "training.sample_clip_norm=1"}),
                 "decides one noise multiplier"));
  CHECK(contains(complaint_of_chain({"sharing.steps=[\"sparse_vector\"]", "privacy.epsilon=2"}),
                 "sharing.sparse_epsilon is its budget"));
  CHECK(contains(complaint_of(noisy_update, {"privacy.epsilon=2", "collaboration.mode=buffered", "collaboration.buffer=2"}),
                 "does not fit collaboration.mode = \"buffered\""));
}

}  // namespace polyclinic
