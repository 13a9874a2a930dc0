#include "core/auxiliary/object.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>

#include "core/base/error.hpp"
#include "core/base/seed.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

AuxiliaryObject sample() {
  AuxiliaryObject object;
  object.body = {{"conv1.weight", {2, 1, 2}, at::tensor({1.0F, -2.0F, 0.5F, 4.0F})}, {"conv1.bias", {2}, at::tensor({0.25F, -8.0F})}};
  object.predictions = at::tensor({0.75F, 0.25F, 0.5F, 0.5F, 1.0F, 0.0F}).view({3, 2});
  object.prototypes = {4, 3, {0, 2}, Bytes(11, std::byte{7})};
  return object;
}

bool decodes(ByteView bytes) {
  try {
    (void)decode_object(bytes);
    return true;
  } catch (const Error&) {
    return false;
  }
}

void check_same(const AuxiliaryObject& left, const AuxiliaryObject& right) {
  REQUIRE(left.body.size() == right.body.size());
  for (std::size_t i = 0; i < left.body.size(); ++i) {
    CHECK(left.body[i].name == right.body[i].name);
    CHECK(left.body[i].shape == right.body[i].shape);
    CHECK(at::equal(left.body[i].numbers, right.body[i].numbers));
  }
  CHECK(left.predictions.defined() == right.predictions.defined());
  if (left.predictions.defined()) CHECK(at::equal(left.predictions, right.predictions));
  CHECK(left.prototypes.classes == right.prototypes.classes);
  CHECK(left.prototypes.features == right.prototypes.features);
  CHECK(left.prototypes.present == right.prototypes.present);
  CHECK((left.prototypes.update == right.prototypes.update));
}

}  // namespace

TEST_CASE("object: what is encoded decodes to the same, in either precision where the numbers have it") {
  for (const ValueType values : {ValueType::float32, ValueType::float16}) {
    check_same(decode_object(encode(sample(), values)), sample());
  }
  check_same(decode_object(encode({}, ValueType::float32)), {});
}

TEST_CASE("object: half precision takes half the bytes of the numbers") {
  const std::size_t numbers = 6 + 6;
  CHECK(encode(sample(), ValueType::float32).size() - encode(sample(), ValueType::float16).size() == 2 * numbers);
}

TEST_CASE("object: bytes that were cut off at any length, or go on, are refused") {
  Bytes bytes = encode(sample(), ValueType::float32);
  for (std::size_t size = 0; size < bytes.size(); ++size) CHECK_FALSE(decodes(ByteView(bytes).first(size)));
  bytes.push_back(std::byte{0});
  CHECK_FALSE(decodes(bytes));
}

TEST_CASE("object: ten thousand damaged objects decode or are refused, and nothing else happens") {
  const Bytes bytes = encode(sample(), ValueType::float32);
  Random random(Seed(1));
  int refused = 0;
  for (int i = 0; i < 10'000; ++i) {
    Bytes damaged = bytes;
    for (std::uint64_t flips = 1 + random.below(3); flips > 0; --flips) {
      damaged[random.below(damaged.size())] ^= std::byte{1} << random.below(8);
    }
    refused += !decodes(damaged);
  }
  CHECK(refused > 1000);
  CHECK(refused < 10'000);
}

TEST_CASE("object: the name says what is in it") {
  CHECK(content_name(sample()) == "body+predictions+prototypes");
  CHECK(content_name({}) == "");
}
