// LibTorch as a library: how it is set up, and what there is of it on this machine.
#pragma once

#include <cfenv>
#include <string>

#include "core/compute/device.hpp"

namespace polyclinic {

// One intra-op and one inter-op thread, and one of BLAS: the pool's threads are the parallelism, and sums then have one order.
// Takes effect once a process, however often it is called; to be called at program start, before any tensor operation. Throws
// Error where the BLAS in use cannot be called from several threads (OpenBLAS's serial build: measured, one product in some
// thousand came out wrong with two threads).
void configure_library();

// The same for the calling thread (OpenMP counts threads per thread). train(), predict() and evaluate() do it themselves.
void configure_thread();

// While it lives, the calling thread computes as every job does: one intra-op thread, and subnormal numbers (below 1.2e-38)
// taken as zero, which spares the hundredfold slower arithmetic that vanishing gradients and moments fall into. Jobs hold one,
// so that their numbers do not depend on what their thread did before. Restores the floating-point environment.
class ComputeScope {
 public:
  ComputeScope();
  ~ComputeScope();
  ComputeScope(const ComputeScope&) = delete;
  ComputeScope& operator=(const ComputeScope&) = delete;

 private:
  std::fenv_t before_;
};

// Throws UsageError for a device that this machine or this LibTorch does not have.
void check_device(Device device);

[[nodiscard]] bool cuda_available();
[[nodiscard]] std::string blas_in_use();       // "OpenBLAS (openmp)", "OpenBLAS (pthread)", "reference BLAS", "MKL", ...
[[nodiscard]] std::string library_versions();  // one line: LibTorch, oneDNN
[[nodiscard]] std::string cpu_kernels();       // the instruction set that LibTorch's own kernels use, such as "AVX2"

}  // namespace polyclinic
