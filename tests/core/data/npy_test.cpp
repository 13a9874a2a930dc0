#include "core/data/npy.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>

#include "tests/core/data/support.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

at::Tensor parsed(const std::string& bytes) {
  std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
  return parse_npy(at::tensor(copy), "array");
}

std::string complaint(const std::string& bytes) {
  return error_of([&] { (void)parsed(bytes); });
}

}  // namespace

// The bytes are those that numpy 1.24 gives for numpy.save of numpy.array([[1, 2, 3], [4, 5, 6]], dtype="uint8").
TEST_CASE("an array saved by numpy is read") {
  const std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }";
  const std::string bytes =
      std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + std::string(118 - header.size() - 1, ' ') + "\n\1\2\3\4\5\6";
  const at::Tensor array = parsed(bytes);
  CHECK((array.scalar_type() == at::kByte));
  CHECK(array.equal(at::tensor(std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6}).view({2, 3})));
}

TEST_CASE("every integer and float type keeps its values") {
  CHECK(parsed(npy("<i4", "(2,)", std::string("\x01\0\0\0\xff\xff\xff\xff", 8))).equal(at::tensor({1, -1}, at::kInt)));
  CHECK(parsed(npy("<u2", "(1,)", "\xff\xff")).equal(at::tensor({65535}, at::kLong)));
  CHECK(parsed(npy("<u4", "(1,)", "\xff\xff\xff\xff")).equal(at::tensor({4294967295L}, at::kLong)));
  CHECK(parsed(npy("<f4", "(1,)", std::string("\0\0\xc0\x3f", 4))).equal(at::tensor({1.5F})));
  CHECK(parsed(npy("|b1", "(2,)", std::string("\0\1", 2))).equal(at::tensor({0, 1}).to(at::kBool)));
}

TEST_CASE("scalars and arrays without rows are arrays too") {
  CHECK(parsed(npy("|u1", "()", "\5")).item<int>() == 5);
  CHECK(parsed(npy("|u1", "(0, 28, 28)", "")).size(0) == 0);
}

TEST_CASE("what cannot be read is refused with the reason") {
  CHECK(contains(complaint("PK"), "array is not a NumPy array"));
  CHECK(contains(complaint(npy("|u1", "(2, 2)", "\1\2\3\4", true)), "Fortran"));
  CHECK(contains(complaint(npy(">i4", "(1,)", "\1\2\3\4")), "big-endian numbers (>i4)"));
  CHECK(contains(complaint(npy("|O", "(1,)", "\1")), "type |O"));
  CHECK(contains(complaint(npy("<c8", "(1,)", "12345678")), "type <c8"));
  CHECK(contains(complaint(npy("|u1", "(3,)", "\1\2")), "promises 3 bytes of numbers, the array has 2"));
  CHECK(contains(complaint(npy("|u1", "(1,)", "\1\2")), "promises 1 bytes of numbers, the array has 2"));
  CHECK(contains(complaint(npy("|u1", "(4000000000, 4000000000, 4000000000)", "\1")), "absurd shape"));
  CHECK(contains(complaint(npy("|u1", "(-1,)", "\1")), "malformed shape"));
  CHECK(contains(complaint(npy("|u1", "(2 3)", "123456")), "malformed shape"));
  CHECK(contains(complaint(npy("|u1", "(2,", "12")), "malformed shape"));
}

TEST_CASE("a header that is cut off or too long is refused") {
  const std::string whole = npy("|u1", "(1,)", "\1");
  for (const std::size_t length : {0U, 5U, 9U, 10U, 30U}) CHECK(complaint(whole.substr(0, length)) != "(no error)");
  CHECK(contains(complaint(std::string("\x93NUMPY\x02\x00\xff\xff\xff\x7f", 12)), "claims 2147483647 bytes"));
  CHECK(contains(complaint(std::string("\x93NUMPY\x09\x00\x10\x00", 10)), "format 9 is unknown"));
}
