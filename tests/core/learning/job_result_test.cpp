#include "core/learning/job_result.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>

#include <bit>
#include <cstring>
#include <limits>

#include "core/base/error.hpp"
#include "tests/core/learning/small_data.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

const auto layout = std::make_shared<const Layout>(std::vector<TensorSpec>{{.name = "w", .shape = {8}}});

// Two NaNs of different bits, infinities, the zeros, the smallest number and the largest: what arithmetic might change.
at::Tensor odd_numbers() {
  const at::Tensor numbers = at::empty({8}, at::kFloat);
  const std::uint32_t bits[8] = {0x7fc00000, 0xffc12345, 0x7f800000, 0xff800000,
                                 0x00000000, 0x80000000, 0x00000001, 0x7f7fffff};
  std::memcpy(numbers.data_ptr<float>(), bits, sizeof bits);
  return numbers;
}

TrainResult odd_result() {
  return {.parameters = ParameterSet(layout, odd_numbers()),
          .optimizer = {odd_numbers().flip(0).contiguous(), {}, 7},
          .mean_loss = std::bit_cast<double>(0xfff8000000012345),
          .samples = 3,
          .steps = 2,
          .lr = -0.0,
          .share = 0.25};
}

std::uint64_t bits(double number) { return std::bit_cast<std::uint64_t>(number); }

}  // namespace

TEST_CASE("numbers of all kinds come back bit for bit, and what is undefined stays so") {
  const TrainResult result = odd_result();
  const TrainResult back = decode_training(encode_training(result), layout);
  CHECK(same_bits(back.parameters.flat(), result.parameters.flat()));
  CHECK(same_bits(back.optimizer.first, result.optimizer.first));
  CHECK_FALSE(back.optimizer.second.defined());
  CHECK(back.optimizer.steps == 7);
  CHECK(bits(back.mean_loss) == bits(result.mean_loss));
  CHECK(back.samples == 3);
  CHECK(back.steps == 2);
  CHECK(bits(back.lr) == bits(-0.0));
  CHECK(back.share == 0.25);
}

TEST_CASE("figures come back bit for bit, each in its place") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Metrics back = decode_metrics(encode_metrics(
      {.loss = std::numeric_limits<double>::infinity(), .accuracy = 0.1, .auc = nan, .f1 = -0.0, .rows = 5}));
  CHECK(back.loss == std::numeric_limits<double>::infinity());
  CHECK(back.accuracy == 0.1);
  CHECK(bits(back.auc) == bits(nan));
  CHECK(bits(back.f1) == bits(-0.0));
  CHECK(back.rows == 5);
}

TEST_CASE("a table comes back in its shape, also without rows, and one that does not lie in order") {
  CHECK(decode_table(encode_table(at::empty({0, 3}))).sizes() == at::IntArrayRef({0, 3}));
  const at::Tensor table = odd_numbers().view({2, 4}).t();
  const at::Tensor back = decode_table(encode_table(table));
  CHECK(back.sizes() == at::IntArrayRef({4, 2}));
  CHECK(same_bits(back, table.contiguous()));
}

TEST_CASE("bytes that end too early, go on too long or belong to another model are refused") {
  const Bytes whole = encode_training(odd_result());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_THROWS_AS((void)decode_training(ByteView(whole).first(size), layout), Error);
  }
  Bytes longer = whole;
  longer.push_back(std::byte{0});
  CHECK_THROWS_AS((void)decode_training(longer, layout), Error);
  const auto other = std::make_shared<const Layout>(std::vector<TensorSpec>{{.name = "w", .shape = {9}}});
  CHECK_THROWS_AS((void)decode_training(whole, other), Error);
}
