#include "core/sharing/defences/requirements.hpp"

#include "tests/core/sharing/defences/round.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using namespace testing;

std::string refusal(const CollaborationConfig& config, const SharingConfig& sharing = steps({"full"}),
                    std::int64_t members = 8) {
  const auto policy = make_share_policy(sharing, small_layout());
  return message_of([&] { check_defence(config, *policy, members); });
}

SharingConfig head_private(std::vector<std::string> names) {
  SharingConfig config = steps(std::move(names));
  config.private_ = {"head.*"};
  config.gamma = 1.0;
  return config;
}

}  // namespace

TEST_CASE("a policy says by which step its updates publish different coordinates") {
  const auto step = [](const SharingConfig& config) { return make_share_policy(config, small_layout())->selecting_step(); };
  CHECK(step(steps({"full"})).empty());
  CHECK(step(head_private({"layers", "clip"})).empty());
  CHECK(step(steps({"random"}, 0.5)) == "random");
  CHECK(step(steps({"top_k"}, 0.5)) == "top_k");
  CHECK(step(head_private({"layers", "clip", "top_k"})).empty());  // of what is shared, everything
  CHECK(step(steps({"selective"}, 0.5)) == "selective");
  CHECK(step(steps({"selective"})).empty());
  CHECK(step(non_zero_coordinates()) == "selective");              // only what is above the threshold
}

TEST_CASE("Krum is refused where institutions publish different coordinates") {
  for (const char* defence : {"krum", "multi_krum"}) {
    CHECK(refusal(defended(defence)) == "no error");
    CHECK(refusal(defended(defence), head_private({"layers", "clip"})) == "no error");
    CHECK(refusal(defended(defence), steps({"random"})) == "no error");
    for (const char* step : {"random", "top_k", "selective"}) {
      const std::string message = refusal(defended(defence), steps({step}, 0.5));
      CHECK(message.starts_with(fmt::format("collaboration.defence is \"{}\"", defence)));
      CHECK(contains(message, fmt::format("with \"{}\" in sharing.steps", step)));
      CHECK(contains(message, "allowed with it are full, layers and clip"));
    }
  }
  for (const char* defence : {"none", "median", "trimmed_mean", "norm_clip", "scoring"}) {
    CHECK(refusal(defended(defence), steps({"top_k"}, 0.5)) == "no error");
  }
}

TEST_CASE("an aggregator that could not defend is not made") {
  const auto policy = make_share_policy(steps({"top_k"}, 0.5), small_layout());
  CHECK(contains(message_of([&] { static_cast<void>(make_aggregator(defended("krum"), policy)); }), "different coordinates"));
}

TEST_CASE("Krum needs 2f + 3 updates even in the smallest round that may close") {
  CHECK(refusal(defended("krum", 0.25), steps({"full"}), 7) == "no error");  // f = 1, 5 are needed
  CHECK(refusal(defended("krum", 0.25), steps({"full"}), 8) == "no error");  // f = 2, 7
  CHECK(contains(refusal(defended("krum", 0.25), steps({"full"}), 4), "with 4 updates in a round"));
  CHECK(contains(refusal(defended("krum", 0.25), steps({"full"}), 4), "f is 1 and 5 are needed"));
  CHECK(contains(refusal(defended("multi_krum", 0.4), steps({"full"}), 8), "f is 3 and 9 are needed"));
  CHECK(contains(refusal(defended("krum", 0.0), steps({"full"}), 2), "f is 0 and 3 are needed"));
  CollaborationConfig config = defended("krum", 0.25);
  config.participants = 4;
  CHECK(contains(refusal(config), "with 4 updates in a round"));
  config.participants = 8;
  config.min_updates = 4;
  config.deadline_s = 10.0;
  CHECK(contains(refusal(config), "with 4 updates in a round"));
  config.min_updates = 5;
  CHECK(refusal(config) == "no error");
}

TEST_CASE("updates that are applied one by one cannot be held against one another") {
  for (const char* defence : {"median", "trimmed_mean", "krum", "multi_krum", "norm_clip"}) {
    CollaborationConfig config = defended(defence);
    config.mode = "asynchronous";
    CHECK(contains(refusal(config), "collaboration.mode = \"asynchronous\""));
    config.mode = "buffered";
    config.buffer = 5;
    CHECK(refusal(config) == "no error");
  }
  CollaborationConfig config = defended("krum");
  config.mode = "buffered";
  config.buffer = 4;
  CHECK(contains(refusal(config), "with 4 updates"));
  config.defence = "scoring";
  config.mode = "asynchronous";
  CHECK(refusal(config) == "no error");
}

TEST_CASE("SCAFFOLD's control variates are not left undefended") {
  for (const char* defence : {"median", "trimmed_mean", "krum", "multi_krum", "norm_clip"}) {
    CollaborationConfig config = defended(defence);
    config.algorithm = "scaffold";
    CHECK(contains(refusal(config), "does not fit collaboration.algorithm = \"scaffold\""));
  }
  CollaborationConfig config = defended("scoring");
  config.algorithm = "scaffold";
  CHECK(refusal(config) == "no error");
}

TEST_CASE("how many updates are combined at a time follows from the mode") {
  CollaborationConfig config;
  const auto range = [&] {
    const UpdateRange updates = combined_updates(config, 8);
    return std::pair(updates.fewest, updates.most);
  };
  CHECK(range() == std::pair<std::int64_t, std::int64_t>(8, 8));
  config.min_updates = 5;
  CHECK(range() == std::pair<std::int64_t, std::int64_t>(5, 8));
  config = {};
  config.sampling = "cyclic";
  CHECK(range() == std::pair<std::int64_t, std::int64_t>(1, 1));
  config = {};
  config.mode = "buffered";
  config.buffer = 3;
  CHECK(range() == std::pair<std::int64_t, std::int64_t>(3, 3));
}

}  // namespace polyclinic
