#include "core/learning/inference.hpp"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include <algorithm>

#include "core/learning/batches.hpp"
#include "core/learning/library.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t rows_at_once = 128;  // beyond this, activations of the small networks outgrow the second-level cache

}  // namespace

at::Tensor infer(const InferenceJob& job, Device device, const Pass& pass) {
  check_device(device);
  at::Tensor all = at::empty({job.rows.size(), job.width}, at::kFloat);
  if (job.rows.size() == 0) return all;
  const ComputeScope scope;
  const c10::impl::ExcludeDispatchKeyGuard no_autograd(c10::autograd_dispatch_keyset_with_ADInplaceOrView);
  const Batches batches(unlabelled(job.rows), job.collection, device, 0);
  const std::vector<at::Tensor> tensors = job.parameters.layout()->views(job.parameters.flat().to(at_device(device)));
  const at::Tensor positions = at::arange(job.rows.size(), at::kLong);
  for (std::int64_t begin = 0; begin < job.rows.size(); begin += rows_at_once) {
    const std::int64_t size = std::min(rows_at_once, job.rows.size() - begin);
    all.narrow(0, begin, size).copy_(pass(tensors, batches.inputs(positions.narrow(0, begin, size))));
  }
  return all;
}

}  // namespace polyclinic
