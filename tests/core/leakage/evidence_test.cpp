#include "core/leakage/evidence.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>

#include <type_traits>

#include "core/learning/model.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

// Whether evidence can be made of what `From` holds.
template <class From>
concept Observable = requires(const From& from) { observe(from); };
static_assert(Observable<PublishedUpdate>);
static_assert(!Observable<PrivateUpdate>);
static_assert(!std::is_constructible_v<ObservedUpdate, PrivateUpdate>);

struct Setting {
  std::shared_ptr<const Model> model = make_model({.kind = "mlp", .widths = {3}}, {.channels = 1, .height = 2, .width = 2}, 2);
  ParameterSet before = model->initial(Seed(1));

  [[nodiscard]] ObservedUpdate observed(const SharingConfig& sharing, bool initial_is_public = false) const {
    const auto policy = make_share_policy(sharing, model->layout());
    const PrivateUpdate update{model->layout(), at::arange(1, model->layout()->size() + 1).to(at::kFloat), {}};
    const Shared shared = policy->share(update, {}, Seed(2));
    return observe({shared.update->payload(), *policy, before, 4, 7, initial_is_public});
  }
};

}  // namespace

TEST_CASE("everything that was published is observed, at its place") {
  const ObservedUpdate seen = Setting().observed({});
  CHECK(at::equal(seen.values, at::arange(1, seen.values.numel() + 1).to(at::kFloat)));
  CHECK(at::equal(seen.positions, at::arange(seen.values.numel())));
  CHECK(seen.round == 4);
  CHECK(seen.samples == 7);
}

TEST_CASE("what a selection leaves out is neither a position nor a zero") {
  SharingConfig sharing;
  sharing.steps = {"top_k"};
  sharing.fraction = 0.5;
  const ObservedUpdate seen = Setting().observed(sharing);
  const std::int64_t size = Setting().model->layout()->size();
  CHECK(seen.values.numel() == (size + 1) / 2);
  CHECK(seen.values.min().item<float>() > static_cast<float>(size) / 2.0F);  // the update grows with the position
}

TEST_CASE("private numbers are not a number in the public model, unless their initial value is public") {
  SharingConfig sharing;
  sharing.steps = {"layers"};
  sharing.private_ = {"head.*"};
  const Setting setting;
  const ObservedUpdate seen = setting.observed(sharing);
  CHECK(seen.before.isnan().sum().item<std::int64_t>() == 3 * 2 + 2);  // head: three features to two classes, with bias
  CHECK(at::equal(seen.before.index_select(0, seen.positions), setting.before.flat().index_select(0, seen.positions)));
  CHECK(at::equal(setting.observed(sharing, true).before, setting.before.flat()));
}

TEST_CASE("images are pixels from 0 to 1, and normalized as a model sees them") {
  auto dataset = std::make_shared<Dataset>();
  dataset->inputs = at::tensor({0, 255, 51, 102}, at::kByte).view({2, 1, 1, 2});
  dataset->labels = at::tensor({1, 0}, at::kLong);
  const at::Tensor images = images_of(all_rows(dataset));
  CHECK(at::allclose(images.flatten(), at::tensor({0.0F, 1.0F, 0.2F, 0.4F})));
  CHECK(at::allclose(normalized(images, {}).flatten(), at::tensor({-1.0F, 1.0F, -0.6F, -0.2F})));  // (x - 127.5) / 127.5
}

TEST_CASE("a prior's class mean is the mean of that class, of all where it has none") {
  const ImagePrior prior{at::tensor({0.0F, 0.5F, 1.0F}).view({3, 1, 1, 1}), at::tensor({0, 0, 1}, at::kLong)};
  CHECK(prior.class_mean(0).item<float>() == doctest::Approx(0.25));
  CHECK(prior.class_mean(2).item<float>() == doctest::Approx(0.5));
}
