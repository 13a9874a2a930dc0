// The BLAS under LibTorch must bear several threads at once. OpenBLAS's serial build does not: it takes no locks around its
// buffers, and products of this size then come out wrong now and then.
#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/mm.h>

#include <thread>
#include <vector>

#include "core/learning/library.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;

TEST_CASE("products are the same bits alone and beside another thread's") {
  configure_library();
  const ComputeScope scope;
  const at::Tensor left = at::arange(10 * 9216, at::kFloat).remainder(97).sub(48).reshape({10, 9216});
  const at::Tensor right = at::arange(9216 * 128, at::kFloat).remainder(89).sub(44).div(89).reshape({9216, 128});
  const at::Tensor alone = at::mm(left, right);
  const auto count_wrong = [&] {
    const ComputeScope of_thread;
    int wrong = 0;
    for (int i = 0; i < 400; ++i) wrong += at::equal(at::mm(left, right), alone) ? 0 : 1;
    return wrong;
  };
  int wrong_there = 0;
  std::thread other([&] { wrong_there = count_wrong(); });
  const int wrong_here = count_wrong();
  other.join();
  CHECK(wrong_here == 0);
  CHECK(wrong_there == 0);
}
