#include "core/auxiliary/body.hpp"

#include "tests/core/auxiliary/small_pupil.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

using Names = std::vector<std::string>;

TEST_CASE("body: models of tasks with other classes have all in common but the head") {
  CHECK(common_body(*small_model(2), *small_model(5)) == Names{"hidden1.weight", "hidden1.bias"});
}

TEST_CASE("body: a tensor of the same name and another shape is not common") {
  CHECK(common_body(*small_model(2, 3), *small_model(2, 4)) == Names{"hidden1.bias"});
}

TEST_CASE("body: what may not leave the source's institutions is not offered") {
  const auto source = small_model(5);
  SharingConfig sharing;
  sharing.steps = {"layers"};
  sharing.private_ = {"hidden1.bias"};
  const auto policy = make_share_policy(sharing, source->layout());
  CHECK(common_body(*small_model(2), *source, policy.get()) == Names{"hidden1.weight"});
  CHECK(body_of(*source, filled(*source, 1.0F), *policy).size() == 1);
}

TEST_CASE("body: laid over a model it covers its own coordinates and no other") {
  const auto source = small_model(5), model = small_model(2);
  const BodyOverlay overlay = lay_over(body_of(*source, filled(*source, 3.0F), *full_policy(*source)), *model);
  CHECK(overlay.coordinates == 8);  // 2 x 3 weights and 2 biases
  for (std::int64_t i = 0; i < model->layout()->size(); ++i) {
    CHECK(overlay.mask[i].item<float>() == (i < 8 ? 1.0F : 0.0F));
    CHECK(overlay.numbers[i].item<float>() == (i < 8 ? 3.0F : 0.0F));
  }
}
