#include "core/auxiliary/prototypes.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>

#include "core/base/error.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

const at::Tensor means = at::tensor({1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F}).view({3, 2});

PublishedPrototypes shared(const at::Tensor& counts, const SharingConfig& sharing = {}, float factor = 1.0F) {
  return share_prototypes(means * factor, counts, 5, sharing, {Seed(1)}).published;
}

}  // namespace

TEST_CASE("prototypes: of a class with too few rows nothing leaves") {
  const PublishedPrototypes published = shared(at::tensor({5, 4, 9}, at::kLong));
  CHECK(published.classes == 3);
  CHECK(published.present == std::vector<std::int64_t>{0, 2});
  CHECK(shared(at::tensor({4, 0, 1}, at::kLong)).classes == 0);
}

// Class 0: (1 x 1 + 3 x 3) / 4 = 2.5 times the means; class 1: the second institution's alone; class 2: nobody's.
TEST_CASE("prototypes: the merged ones are means weighted by training rows, over those who published the class") {
  const PublishedPrototypes first = shared(at::tensor({5, 0, 0}, at::kLong));
  const PublishedPrototypes second = shared(at::tensor({5, 5, 0}, at::kLong), {}, 3.0F);
  const MergedPrototypes merged = merge({{&first, 1}, {&second, 3}}, {});
  CHECK(at::equal(merged.means, at::tensor({2.5F, 5.0F, 9.0F, 12.0F, 0.0F, 0.0F}).view({3, 2})));
  CHECK(at::equal(merged.known, at::tensor({1, 1, 1, 1, 0, 0}).to(at::kBool).view({3, 2})));
}

// Half of the two features, the larger one: of class 0 the second.
TEST_CASE("prototypes: they go through the source's share policy, and what it withholds is not known") {
  SharingConfig sharing;
  sharing.steps = {"top_k"};
  sharing.fraction = 0.5;
  const PublishedPrototypes published = shared(at::tensor({5, 0, 0}, at::kLong), sharing);
  const MergedPrototypes merged = merge({{&published, 1}}, sharing);
  CHECK(at::equal(merged.means[0], at::tensor({0.0F, 2.0F})));
  CHECK(at::equal(merged.known[0], at::tensor({0, 1}).to(at::kBool)));
}

TEST_CASE("prototypes: the policy's clipping bounds them") {
  SharingConfig sharing;
  sharing.steps = {"clip"};
  sharing.gamma = 1.5;
  const PublishedPrototypes published = shared(at::tensor({5, 0, 0}, at::kLong), sharing);
  CHECK(at::equal(merge({{&published, 1}}, sharing).means[0], at::tensor({1.0F, 1.5F})));
}

TEST_CASE("prototypes: those of another task are refused") {
  const PublishedPrototypes first = shared(at::tensor({5, 5, 5}, at::kLong));
  PublishedPrototypes other = first;
  other.classes = 4;
  CHECK_THROWS_AS((void)merge({{&first, 1}, {&other, 1}}, {}), Error);
}
