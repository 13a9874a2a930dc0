#include "core/learning/library.hpp"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <dlfcn.h>
#include <torch/version.h>

#include <fstream>
#include <mutex>
#include <string_view>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

// The mapped file that has the BLAS functions: the interface library's target, since Debian's alternatives are links.
std::string blas_file() {
  std::ifstream maps("/proc/self/maps");
  std::string found;
  for (std::string line; std::getline(maps, line);) {
    const std::size_t path = line.find('/');
    if (path == std::string::npos) continue;
    const std::string_view file = std::string_view(line).substr(line.rfind('/') + 1);
    const bool is_blas = file.starts_with("libblas.") || file.starts_with("libopenblas") || file.starts_with("libmkl_rt");
    if (is_blas) found = line.substr(path);
  }
  return found;
}

std::string line_with(const std::string& text, std::string_view words) {
  const std::size_t at = text.find(words);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + words.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

void require_usable(const std::string& blas) {
  require(
      blas != "OpenBLAS (serial)",
      "the BLAS in use, OpenBLAS's serial build, takes no locks: two workers that multiply at once corrupt one another's "
      "results; install libopenblas0-openmp (update-alternatives chooses it where several are installed)");
}

// OpenMP's number of threads, which LibTorch sets, says nothing to OpenBLAS's pthread build. That one comes with other software
// and then is first in Debian's alternatives: it is told by its own function, as OPENBLAS_NUM_THREADS=1 would have.
void use_one_blas_thread(const std::string& blas) {
  if (blas != "OpenBLAS (pthread)") return;
  using SetThreads = void (*)(int);
  const auto set_threads = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
  require(set_threads != nullptr, "the BLAS in use, OpenBLAS's pthread build, cannot be kept to one thread a call");
  set_threads(1);
}

}  // namespace

std::string blas_in_use() {
  const std::string file = blas_file();
  for (const char* build : {"serial", "pthread", "openmp"}) {
    if (file.find(std::string("openblas-") + build) != std::string::npos) return fmt::format("OpenBLAS ({})", build);
  }
  if (file.find("openblas") != std::string::npos) return "OpenBLAS";
  if (file.find("mkl") != std::string::npos) return "MKL";
  if (file.find("/blas/") != std::string::npos) return "reference BLAS";
  return file.empty() ? "unknown" : file.substr(file.rfind('/') + 1);
}

void configure_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    require_usable(blas_in_use());
    use_one_blas_thread(blas_in_use());
    at::set_num_threads(1);
    at::set_num_interop_threads(1);
  });
}

void configure_thread() {
  configure_library();
  at::init_num_threads();
}

ComputeScope::ComputeScope() {
  std::fegetenv(&before_);
  configure_thread();
  at::globalContext().setFlushDenormal(true);
}

ComputeScope::~ComputeScope() { std::fesetenv(&before_); }

bool cuda_available() { return at::globalContext().hasCUDA(); }

void check_device(Device device) {
  if (device == Device::cuda && !cuda_available()) {
    throw UsageError("device is cuda, but this LibTorch (" TORCH_VERSION
                     ") has no CUDA device to offer; allowed here: cpu");
  }
}

std::string library_versions() {
  return fmt::format("LibTorch {}, oneDNN{}", TORCH_VERSION, line_with(at::show_config(), "Intel(R) MKL-DNN"));
}

std::string cpu_kernels() {
  const std::string capability = line_with(at::show_config(), "CPU capability usage: ");
  return capability.empty() ? "unknown" : capability;
}

}  // namespace polyclinic
