#include "core/sharing/steps/limits.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>

#include "core/base/error.hpp"
#include "core/sharing/numbers.hpp"

namespace polyclinic {
namespace {

// The bits of a float without its sign grow with its magnitude.
std::uint32_t magnitude(float value) { return std::bit_cast<std::uint32_t>(value) & 0x7fffffffU; }

// The count-th largest magnitude.
std::uint32_t smallest_kept(std::span<const float> values, std::size_t count) {
  std::vector<std::uint32_t> magnitudes(values.size());
  std::transform(values.begin(), values.end(), magnitudes.begin(), magnitude);
  const auto last = magnitudes.begin() + static_cast<std::ptrdiff_t>(count) - 1;
  std::nth_element(magnitudes.begin(), last, magnitudes.end(), std::greater<>());
  return *last;
}

}  // namespace

at::Tensor clipped(const at::Tensor& values, double gamma) {
  if (gamma == 0.0) return values;
  const auto bound = static_cast<float>(gamma);
  at::Tensor result = empty_numbers(values.numel());
  const std::span<const float> from = numbers(values);
  std::transform(from.begin(), from.end(), writable_numbers(result).begin(),
                 [bound](float value) { return std::clamp(value, -bound, bound); });
  return result;
}

std::vector<std::uint32_t> largest_places(std::span<const float> values, std::int64_t count) {
  const auto wanted = std::min(static_cast<std::size_t>(count), values.size());
  if (wanted == 0) return {};
  const std::uint32_t bound = smallest_kept(values, wanted);
  const auto above = std::count_if(values.begin(), values.end(), [bound](float v) { return magnitude(v) > bound; });
  std::size_t equal = wanted - static_cast<std::size_t>(above);  // this many of those at the bound
  std::vector<std::uint32_t> places;
  places.reserve(wanted);
  for (std::size_t i = 0; places.size() < wanted; ++i) {
    const std::uint32_t size = magnitude(values[i]);
    if (size < bound || (size == bound && equal == 0)) continue;
    if (size == bound) --equal;
    places.push_back(static_cast<std::uint32_t>(i));
  }
  return places;
}

Selection narrowed(const Selection& selection, const std::vector<std::uint32_t>& places) {
  Selection result{.dimension = selection.dimension,
                   .positions = places,
                   .values = empty_numbers(static_cast<std::int64_t>(places.size())),
                   .mask_seed = std::nullopt};
  const std::span<const float> from = numbers(selection.values);
  const std::span<float> to = writable_numbers(result.values);
  for (std::size_t i = 0; i < places.size(); ++i) {
    to[i] = from[places[i]];
    if (selection.positions) (*result.positions)[i] = (*selection.positions)[places[i]];
  }
  return result;
}

double valid_fraction(const SharingConfig& config) {
  if (config.fraction > 0.0 && config.fraction <= 1.0) return config.fraction;
  throw UsageError(fmt::format("sharing.fraction is {}, needs more than 0 and at most 1", config.fraction));
}

}  // namespace polyclinic
