#include "core/sharing/behaviours/behaviour.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <limits>

#include "tests/core/sharing/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using namespace testing;
using List = std::vector<float>;

std::unique_ptr<Behaviour> behaviour(const std::string& kind, double factor = 1.0) {
  BehaviourConfig config;
  config.kind = kind;
  config.factor = factor;
  return make_behaviour(config);
}

// Four weights and two buffers (buffered_layout()), with a control variate over the weights.
PrivateUpdate honest_update() {
  return update(buffered_layout(), tensor({1, -2, 0.5F, 4, 0.25F, 0.125F}), tensor({3, 0, -1, 2}));
}

PrivateUpdate altered(const std::string& kind, double factor, Seed seed = Seed(1)) {
  return behaviour(kind, factor)->alter(honest_update(), seed);
}

Rows rows_with(const at::Tensor& labels) {
  auto dataset = std::make_shared<Dataset>();
  dataset->inputs = at::ones({labels.size(0), 2});
  dataset->labels = labels;
  return all_rows(dataset);
}

Task task_of(TaskKind kind, std::int64_t classes) { return {.kind = kind, .classes = classes, .class_names = {}}; }

}  // namespace

TEST_CASE("the kinds are known by name, and an unknown one is refused with the nearest") {
  std::vector<std::string> names;
  for (const NamedKind& kind : institution_behaviours()) names.push_back(kind.name);
  CHECK(names == std::vector<std::string>{"label_flip", "sign_flip", "scaled", "gaussian", "free_rider"});
  CHECK(contains(message_of([] { static_cast<void>(behaviour("sign_flop")); }), "did you mean \"sign_flip\"?"));
}

TEST_CASE("a sign flip reverses and enlarges the weights and the published control variate, buffers stay honest") {
  const PrivateUpdate hostile = altered("sign_flip", 4.0);
  CHECK(list(hostile.delta) == List{-4, 8, -2, -16, 0.25F, 0.125F});
  CHECK(list(hostile.control_delta) == List{-12, 0, 4, -8});
  CHECK(list(altered("sign_flip", 1.0).delta) == List{-1, 2, -0.5F, -4, 0.25F, 0.125F});
}

TEST_CASE("scaling by 1 is honest, by 0 leaves the buffers alone, and nothing becomes infinite") {
  CHECK(list(altered("scaled", 1.0).delta) == list(honest_update().delta));
  CHECK(list(altered("scaled", 0.0).delta) == List{0, 0, 0, 0, 0.25F, 0.125F});
  CHECK(list(altered("scaled", 3.0).delta) == List{3, -6, 1.5F, 12, 0.25F, 0.125F});
  constexpr float largest = std::numeric_limits<float>::max();
  CHECK(list(altered("scaled", 1e300).delta) == List{largest, -largest, largest, largest, 0.25F, 0.125F});
}

TEST_CASE("what the caller holds of the honest update is not changed") {
  const PrivateUpdate honest = honest_update();
  for (const char* kind : {"sign_flip", "scaled", "gaussian"}) {
    static_cast<void>(behaviour(kind, 4.0)->alter(honest, Seed(1)));
    CHECK(list(honest.delta) == list(honest_update().delta));
    CHECK(list(honest.control_delta) == list(honest_update().control_delta));
  }
}

TEST_CASE("Gaussian noise is as large as the honest update, tensor by tensor, times the factor") {
  constexpr std::int64_t size = 20000;
  const auto layout = std::make_shared<const Layout>(
      std::vector{spec("small", {size}), spec("large", {size}), spec("still", {size}), spec("variance", {1}, true)});
  at::Tensor delta = at::zeros({3 * size + 1});
  delta.narrow(0, 0, size).fill_(0.01);
  delta.narrow(0, size, size).copy_(at::arange(size) % 2 * 6.0 - 3.0);  // 3 and -3
  delta[3 * size] = 0.5;
  const auto noise_of = [&](Seed seed) { return behaviour("gaussian", 2.0)->alter(update(layout, delta), seed).delta; };
  const at::Tensor noise = noise_of(Seed(4));
  const auto deviation = [&](std::int64_t part) { return noise.narrow(0, part * size, size).norm().item<double>() / std::sqrt(size); };
  const auto mean = [&](std::int64_t part) { return noise.narrow(0, part * size, size).mean().item<double>(); };
  // of 20,000 normal numbers the mean lies within 5 / sqrt(20000) = 0.035 deviations, the deviation within 2.5 per cent
  CHECK(deviation(0) == doctest::Approx(0.02).epsilon(0.025));
  CHECK(deviation(1) == doctest::Approx(6.0).epsilon(0.025));
  CHECK(deviation(2) == 0.0);
  CHECK(std::abs(mean(0)) < 0.035 * 0.02);
  CHECK(std::abs(mean(1)) < 0.035 * 6.0);
  CHECK(noise[3 * size].item<float>() == 0.5F);
  CHECK(at::equal(noise, noise_of(Seed(4))));
  CHECK_FALSE(at::equal(noise, noise_of(Seed(5))));
}

TEST_CASE("flipped labels: class c of C becomes C - 1 - c, a label of several its opposite") {
  const auto flipped = [](const at::Tensor& labels, const Task& task) {
    const Rows rows = rows_with(labels);
    const Rows hostile = behaviour("label_flip")->training_rows(rows, task);
    CHECK(at::equal(rows.dataset->labels, labels));                        // others' rows are as they were
    CHECK(hostile.dataset->inputs.is_same(rows.dataset->inputs));          // and the pictures are the same ones
    CHECK(at::equal(hostile.index, rows.index));
    CHECK((hostile.dataset->labels.scalar_type() == labels.scalar_type()));
    return hostile.dataset->labels;
  };
  CHECK(at::equal(flipped(at::tensor({0, 1, 1}, at::kLong), task_of(TaskKind::binary, 2)), at::tensor({1, 0, 0}, at::kLong)));
  CHECK(at::equal(flipped(at::tensor({0, 1, 2, 4}, at::kLong), task_of(TaskKind::multi_class, 5)),
                  at::tensor({4, 3, 2, 0}, at::kLong)));
  CHECK(at::equal(flipped(at::tensor({0, 3}, at::kLong), task_of(TaskKind::ordinal, 4)), at::tensor({3, 0}, at::kLong)));
  const at::Tensor several = at::tensor({0.0F, 1.0F, 1.0F, 1.0F, 0.0F, 0.0F}).view({2, 3});
  CHECK(at::equal(flipped(several, task_of(TaskKind::multi_label, 3)), 1.0 - several));
  CHECK(behaviour("label_flip")->training_rows({}, task_of(TaskKind::binary, 2)).size() == 0);
}

TEST_CASE("only a free rider does not train, and only a flip of labels touches rows") {
  for (const NamedKind& kind : institution_behaviours()) {
    CHECK(behaviour(kind.name)->trains() == (kind.name != "free_rider"));
    const Rows rows = rows_with(at::tensor({0, 1}, at::kLong));
    const Rows used = behaviour(kind.name)->training_rows(rows, task_of(TaskKind::binary, 2));
    CHECK((used.dataset == rows.dataset) == (kind.name != "label_flip"));
  }
}

}  // namespace polyclinic
