// A small model and the words of the sharing tests.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/sharing/aggregator.hpp"
#include "core/sharing/numbers.hpp"
#include "core/sharing/policy.hpp"

namespace polyclinic::testing {

inline at::Tensor tensor(const std::vector<float>& values) {
  at::Tensor result = empty_numbers(static_cast<std::int64_t>(values.size()));
  std::copy(values.begin(), values.end(), writable_numbers(result).begin());
  return result;
}

inline std::vector<float> list(const at::Tensor& values) {
  const auto view = numbers(values);
  return {view.begin(), view.end()};
}

inline std::vector<std::int64_t> places(const at::Tensor& positions) {
  const std::int64_t* first = positions.data_ptr<std::int64_t>();
  return {first, first + positions.numel()};
}

inline TensorSpec spec(const std::string& name, const std::vector<std::int64_t>& shape, bool is_buffer = false) {
  return {.name = name, .shape = shape, .is_buffer = is_buffer};
}

// 8 weights: body.weight 0-3, body.bias 4-5, head.weight 6-7.
inline std::shared_ptr<const Layout> small_layout() {
  return std::make_shared<const Layout>(
      std::vector{spec("body.weight", {2, 2}), spec("body.bias", {2}), spec("head.weight", {2})});
}

// 4 weights (conv.weight 0-1, bn.weight 2, head.weight 3), then the buffers bn.running_mean 4 and bn.running_var 5.
inline std::shared_ptr<const Layout> buffered_layout() {
  return std::make_shared<const Layout>(std::vector{spec("conv.weight", {2}), spec("bn.weight", {1}),
                                                    spec("head.weight", {1}), spec("bn.running_mean", {1}, true),
                                                    spec("bn.running_var", {1}, true)});
}

inline std::shared_ptr<const Layout> flat_layout(std::int64_t size) {
  return std::make_shared<const Layout>(std::vector{spec("weight", {size})});
}

inline SharingConfig steps(std::vector<std::string> names, double fraction = 1.0) {
  SharingConfig config;
  config.steps = std::move(names);
  config.fraction = fraction;
  return config;
}

inline PrivateUpdate update(const std::shared_ptr<const Layout>& layout, const at::Tensor& delta,
                            const at::Tensor& control_delta = {}) {
  return {layout, delta, control_delta};
}

inline Contribution contribution(int author, std::int64_t samples, SharedUpdatePointer shared) {
  return {InstitutionId{author}, samples, std::move(shared)};
}

// A vector that looks like an update: normally distributed, drawn from `seed`.
inline at::Tensor noise(std::int64_t size, std::uint64_t seed) {
  at::Tensor values = empty_numbers(size);
  Random random{Seed(seed)};
  for (float& value : writable_numbers(values)) value = static_cast<float>(0.01 * random.normal());
  return values;
}

template <class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace polyclinic::testing
