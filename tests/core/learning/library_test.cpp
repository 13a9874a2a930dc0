#include "core/learning/library.hpp"

#include <ATen/Parallel.h>

#include <limits>
#include <thread>

#include "core/base/error.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

float half_of_the_smallest_normal() {
  volatile float smallest = std::numeric_limits<float>::min();
  return smallest / 2.0F;
}

}  // namespace

TEST_CASE("a scope takes subnormal numbers as zero and gives them back") {
  CHECK(half_of_the_smallest_normal() > 0.0F);
  {
    const ComputeScope scope;
    CHECK(half_of_the_smallest_normal() == 0.0F);
  }
  CHECK(half_of_the_smallest_normal() > 0.0F);
}

TEST_CASE("one intra-op thread, in every thread") {
  configure_library();
  CHECK(at::get_num_threads() == 1);
  int elsewhere = 0;
  std::thread([&] {
    configure_thread();
    elsewhere = at::get_num_threads();
  }).join();
  CHECK(elsewhere == 1);
}

TEST_CASE("what there is has a name") {
  CHECK(blas_in_use() != "");
  CHECK(library_versions().starts_with("LibTorch "));
  CHECK(cpu_kernels() != "unknown");
  CHECK_NOTHROW(check_device(Device::cpu));
  if (!cuda_available()) CHECK_THROWS_WITH_AS(check_device(Device::cuda), doctest::Contains("allowed here: cpu"), UsageError);
}
