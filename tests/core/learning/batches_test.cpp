#include "core/learning/batches.hpp"

#include <ATen/ops/tensor.h>

#include "core/base/error.hpp"
#include "tests/core/learning/small_data.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

at::Tensor positions(std::initializer_list<std::int64_t> which) { return at::tensor(std::vector<std::int64_t>(which), at::kLong); }

}  // namespace

TEST_CASE("a model sees (value - mean) / deviation of the rows asked for, channels last") {
  Collection collection = noisy_images(20, {3, 5, 4}, 2);
  collection.normalization = {{10.0F, 20.0F, 30.0F}, {2.0F, 4.0F, 8.0F}};
  const Batches batches(rows_of(collection, 10, 20), collection, Device::cpu);
  const at::Tensor inputs = batches.inputs(positions({3, 0}));
  CHECK(inputs.is_contiguous(at::MemoryFormat::ChannelsLast));
  const auto raw = static_cast<float>(collection.train->inputs[13][2][4][1].item<int>());
  CHECK(inputs[0][2][4][1].item<float>() == doctest::Approx((raw - 30.0F) / 8.0F));
  CHECK(batches.labels(positions({3, 0}))[0].item<std::int64_t>() == 13 % 2);
}

TEST_CASE("rows normalized in advance or batch by batch are the same bits") {
  const Collection collection = noisy_images(20, {3, 5, 4}, 2);
  const Rows rows = rows_of(collection, 5, 20);
  const at::Tensor now = Batches(rows, collection, Device::cpu).inputs(positions({1, 14, 7}));
  const at::Tensor later = Batches(rows, collection, Device::cpu, 0).inputs(positions({1, 14, 7}));
  CHECK(same_bits(now.contiguous(), later.contiguous()));
}

TEST_CASE("labels out of range and a normalization of the wrong length are errors, not crashes") {
  Collection collection = noisy_images(6, {3, 4, 4}, 3);
  collection.task.classes = 2;
  CHECK_THROWS_WITH_AS(Batches(rows_of(collection, 0, 6), collection, Device::cpu),
                       "data noise: labels run from 0 to 2; allowed: 0 to 1", Error);
  collection.task.classes = 3;
  collection.normalization.mean = {1.0F, 2.0F};
  CHECK_THROWS_AS(Batches(rows_of(collection, 0, 6), collection, Device::cpu), Error);
}
