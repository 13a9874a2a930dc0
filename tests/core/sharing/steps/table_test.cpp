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

SharingConfig noisy(std::vector<std::string> names) {
  SharingConfig config = steps(std::move(names), 0.5);
  config.clip_norm = 1.0;
  config.noise_multiplier = 2.0;
  return config;
}

SharingConfig sparse_vector() {
  SharingConfig config = steps({"sparse_vector"}, 0.5);
  config.gamma = 1.0;
  config.sparse_epsilon = 1.0;
  return config;
}

}  // namespace

TEST_CASE("every step of the table is described and can be made") {
  CHECK(sharing_steps().size() == 9);
  for (const NamedKind& kind : sharing_steps()) {
    CHECK_FALSE(kind.description.empty());
    SharingConfig config = steps({kind.name});
    if (kind.name == "clip") config.gamma = 1.0;
    if (kind.name == "layers") config.private_ = {"head.*"};
    if (kind.name == "clip_norm") config.clip_norm = 1.0;
    if (kind.name == "noise") config = noisy({"clip_norm", "noise"});
    if (kind.name == "sparse_vector") config = sparse_vector();
    CHECK(refusal(config) == "accepted");
  }
}

TEST_CASE("unknown and unfitting steps are refused") {
  CHECK(refusal(steps({"topk"})) ==
        "sharing.steps is \"topk\", allowed are full, layers, clip, clip_norm, noise, random, top_k, selective, "
        "sparse_vector (did you mean \"top_k\"?)");
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
  CHECK(contains(refusal(config), "neither \"clip\" nor \"selective\" nor \"sparse_vector\""));
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

TEST_CASE("noise stands after clip_norm and before every choice by the data") {
  for (const char* choice : {"top_k", "selective"}) {
    CHECK(refusal(noisy({"clip_norm", "noise", choice})) == "accepted");
    CHECK(contains(refusal(noisy({choice, "clip_norm", "noise"})), "is not private: the indices that it chose leak; put \"noise\" before"));
    CHECK(contains(refusal(noisy({"clip_norm", choice, "noise"})), "is not private"));
  }
  CHECK(refusal(noisy({"random", "clip_norm", "noise"})) == "accepted");
  CHECK(refusal(noisy({"clip_norm", "random", "noise"})) == "accepted");
  CHECK(refusal(noisy({"clip_norm", "noise", "random"})) == "accepted");
  CHECK(contains(refusal(noisy({"noise", "clip_norm"})), "needs \"clip_norm\" before it"));
  CHECK(contains(refusal(noisy({"clip_norm", "noise", "noise"})), "is there twice"));
  SharingConfig both = noisy({"clip_norm", "noise", "sparse_vector"});
  both.gamma = 1.0;
  both.sparse_epsilon = 1.0;
  CHECK(contains(refusal(both), "adds noise of its own"));
}

TEST_CASE("what protects is complete or refused") {
  SharingConfig config = noisy({"clip_norm", "noise"});
  config.noise_multiplier = 0.0;
  CHECK(contains(refusal(config), "sharing.noise_multiplier is 0, but the step \"noise\" needs more than 0, or privacy.epsilon"));
  config = noisy({"clip_norm", "noise"});
  config.clip_norm = 0.0;
  CHECK(contains(refusal(config), "sharing.clip_norm is 0"));
  config = sparse_vector();
  config.gamma = 0.0;
  CHECK(contains(refusal(config), "sharing.gamma is 0, but the step \"sparse_vector\""));
  config = sparse_vector();
  config.sparse_epsilon = 0.0;
  CHECK(contains(refusal(config), "sharing.sparse_epsilon is 0"));
}

TEST_CASE("a protection that no step would read is refused") {
  SharingConfig config = steps({"full"});
  config.clip_norm = 1.0;
  CHECK(contains(refusal(config), "sharing.clip_norm is 1, but sharing.steps has no \"clip_norm\""));
  config = steps({"full"});
  config.noise_multiplier = 1.0;
  CHECK(contains(refusal(config), "sharing.noise_multiplier is 1, but sharing.steps has no \"noise\""));
  config = steps({"full"});
  config.sparse_epsilon = 1.0;
  CHECK(contains(refusal(config), "sharing.sparse_epsilon is 1, but sharing.steps has no \"sparse_vector\""));
}

}  // namespace polyclinic
