// Which configurations of steps are refused, and how.
#include "tests/core/sharing/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using namespace testing;

std::string refusal(const SharingConfig& config, const std::shared_ptr<const Layout>& layout = small_layout()) {
  try {
    static_cast<void>(make_share_policy(config, layout));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

SharingConfig layers(std::vector<std::string> shared, std::vector<std::string> hidden) {
  SharingConfig config = steps({"layers"});
  config.shared = std::move(shared);
  config.private_ = std::move(hidden);
  return config;
}

}  // namespace

TEST_CASE("every step of the table is described and can be made") {
  CHECK(sharing_steps().size() == 6);
  for (const NamedKind& kind : sharing_steps()) {
    CHECK_FALSE(kind.description.empty());
    SharingConfig config = steps({kind.name});
    if (kind.name == "clip") config.gamma = 1.0;
    if (kind.name == "layers") config.private_ = {"head.*"};
    CHECK(refusal(config) == "accepted");
  }
}

TEST_CASE("unknown and unfitting steps are refused") {
  CHECK(refusal(steps({"topk"})) ==
        "sharing.steps is \"topk\", allowed are full, layers, clip, random, top_k, selective (did you mean \"top_k\"?)");
  CHECK(contains(refusal(steps({})), "sharing.steps is empty"));
  CHECK(contains(refusal(steps({"random", "top_k"})), "\"top_k\" is a second selection"));
  SharingConfig late = layers({}, {"head.*"});
  late.steps = {"top_k", "layers"};
  CHECK(contains(refusal(late), "must come first"));
}

TEST_CASE("a pattern that matches no tensor is refused with the names that there are") {
  CHECK(refusal(layers({}, {"hed.*"})) ==
        "sharing.private: pattern \"hed.*\" matches no tensor (did you mean \"head.*\"?); the model has body.weight, "
        "body.bias, head.weight");
  CHECK(contains(refusal(layers({"body.wieght"}, {})), "did you mean \"body.weight\""));
  CHECK(contains(refusal(layers({}, {})), "needs patterns"));
  CHECK(contains(refusal(layers({"body.*"}, {"*"})), "no tensor may leave"));
}

TEST_CASE("a setting that no step would read is refused") {
  SharingConfig config = steps({"full"});
  config.private_ = {"head.*"};
  CHECK(contains(refusal(config), "need \"layers\""));
  config = steps({"random"}, 0.5);
  config.residual = true;
  CHECK(contains(refusal(config), "no \"top_k\""));
  config = steps({"top_k"}, 0.5);
  config.gamma = 1.0;
  CHECK(contains(refusal(config), "neither \"clip\" nor \"selective\""));
}

TEST_CASE("values out of range are refused by key and value") {
  CHECK(contains(refusal(steps({"top_k"}, 0.0)), "sharing.fraction is 0, needs more than 0 and at most 1"));
  CHECK(contains(refusal(steps({"random"}, 1.5)), "sharing.fraction is 1.5"));
  CHECK(contains(refusal(steps({"clip"})), "sharing.gamma is 0"));
  SharingConfig config = steps({"selective"}, 0.5);
  config.selection = "biggest";
  CHECK(contains(refusal(config), "sharing.selection is \"biggest\", allowed are largest, random"));
  config.selection = "random";
  config.gamma = 0.5;
  config.threshold = 0.5;
  CHECK(contains(refusal(config), "sharing.threshold is 0.5"));
  config = steps({"full"});
  config.download_fraction = 0.0;
  CHECK(contains(refusal(config), "sharing.download_fraction is 0"));
  config = steps({"full"});
  config.values = "bfloat16";
  CHECK(contains(refusal(config), "sharing.values is \"bfloat16\""));
}

TEST_CASE("what becomes of buffers must be said where there are any") {
  CHECK(refusal(steps({"full"}), small_layout()) == "accepted");
  CHECK(contains(refusal(steps({"full"}), buffered_layout()), "sharing.buffers is not given"));
  SharingConfig config = steps({"full"});
  config.buffers = "keep";
  CHECK(contains(refusal(config, buffered_layout()), "allowed are share, local"));
  config.buffers = "local";
  CHECK(refusal(config, buffered_layout()) == "accepted");
}

}  // namespace polyclinic
