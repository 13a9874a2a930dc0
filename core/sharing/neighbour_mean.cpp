#include "core/sharing/neighbour_mean.hpp"

#include <ATen/core/Tensor.h>

#include "core/sharing/codec.hpp"
#include "core/sharing/mean.hpp"

namespace polyclinic {

at::Tensor neighbour_mean(const SharePolicy& policy, const at::Tensor& own, const std::vector<MixTerm>& terms) {
  const at::Tensor& shareable = policy.shareable();
  const std::int64_t dimension = shareable.numel();
  const Bytes mine = encode({dimension, std::nullopt, own.index_select(0, shareable), std::nullopt}, {}, ValueType::float32);
  std::vector<WeightedPayload> payloads;
  for (const MixTerm& term : terms) {
    payloads.push_back({parse(term.update ? term.update->payload() : ByteView(mine), dimension, 0), term.weight});
  }
  return own.clone().index_copy_(0, shareable, mean_update(payloads, dimension).values);
}

}  // namespace polyclinic
