#include "core/sharing/scaffold.hpp"

#include <cassert>
#include <cstddef>
#include <span>

#include "core/sharing/numbers.hpp"

namespace polyclinic {
namespace {

// The places among `shareable` that are weights; all weights where it is undefined.
template <class Visit>
void for_each_weight(const at::Tensor& shareable, std::int64_t weights_size, Visit visit) {
  const std::int64_t count = shareable.defined() ? shareable.numel() : weights_size;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t place = shareable.defined() ? shareable.data_ptr<std::int64_t>()[i] : i;
    if (place >= weights_size) return;  // sorted: buffers from here on
    visit(static_cast<std::size_t>(i), static_cast<std::size_t>(place));
  }
}

float at_or_zero(std::span<const float> control, std::size_t place) { return control.empty() ? 0.0F : control[place]; }

std::span<const float> numbers_or_none(const at::Tensor& control) {
  return control.defined() ? numbers(control) : std::span<const float>{};
}

}  // namespace

at::Tensor scaffold_correction(const at::Tensor& own, const at::Tensor& server) {
  if (!own.defined()) return server;
  at::Tensor correction = copy_or_zeros(server, own.numel());
  const std::span<float> result = writable_numbers(correction);
  const std::span<const float> subtracted = numbers(own);
  for (std::size_t i = 0; i < result.size(); ++i) result[i] -= subtracted[i];
  return correction;
}

at::Tensor updated_control(const at::Tensor& own, const at::Tensor& server, const ControlStep& step,
                           const at::Tensor& shareable) {
  assert(step.steps > 0 && step.lr > 0.0);
  const std::int64_t weights_size = step.start.layout()->weights_size();
  at::Tensor updated = zero_numbers(weights_size);
  const std::span<float> result = writable_numbers(updated);
  const std::span<const float> own_numbers = numbers_or_none(own);
  const std::span<const float> server_numbers = numbers_or_none(server);
  const std::span<const float> start = numbers(step.start.flat());
  const std::span<const float> trained = numbers(step.trained.flat());
  const auto scale = static_cast<float>(1.0 / (static_cast<double>(step.steps) * step.lr));
  for_each_weight(shareable, weights_size, [&](std::size_t, std::size_t place) {
    const float difference = at_or_zero(own_numbers, place) - at_or_zero(server_numbers, place);
    result[place] = difference + (start[place] - trained[place]) * scale;
  });
  return updated;
}

at::Tensor updated_server_control(const at::Tensor& server, const at::Tensor& sum, std::int64_t members,
                                  const at::Tensor& shareable, std::int64_t weights_size) {
  at::Tensor updated = copy_or_zeros(server, weights_size);
  const std::span<float> result = writable_numbers(updated);
  const std::span<const float> sums = numbers(sum);
  const auto all = static_cast<float>(members);
  for_each_weight(shareable, weights_size, [&](std::size_t i, std::size_t place) { result[place] += sums[i] / all; });
  return updated;
}

}  // namespace polyclinic
