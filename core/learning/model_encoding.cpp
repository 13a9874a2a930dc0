// The layout, version 1: "PCMODEL1", the number of tensors (64 bits); for each its name (length in 64 bits, then UTF-8),
// whether it is a buffer (one byte, 0 or 1), the number of its dimensions and each of these (64 bits); then all numbers as
// little-endian IEEE 754 binary32, in the order of the tensors.
#include "core/learning/model_encoding.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

constexpr std::string_view magic = "PCMODEL1";
constexpr std::int64_t most_coordinates = std::int64_t{1} << 40;  // what follows must be there, so a lie about it is harmless

TensorSpec decode_spec(ByteReader& reader) {
  TensorSpec spec;
  const ByteView name = reader.get_bytes(reader.get<std::uint64_t>());
  spec.name.assign(reinterpret_cast<const char*>(name.data()), name.size());
  const auto is_buffer = reader.get<std::uint8_t>();
  require(is_buffer <= 1, "model: tensor {} is a buffer: {}, needs 0 or 1", spec.name, is_buffer);
  spec.is_buffer = is_buffer == 1;
  std::int64_t numel = 1;
  for (auto left = reader.get<std::uint64_t>(); left > 0; --left) {
    const auto extent = reader.get<std::int64_t>();
    require(extent > 0 && extent <= most_coordinates / numel, "model: tensor {} has a dimension of {}", spec.name, extent);
    numel *= extent;
    spec.shape.push_back(extent);
  }
  return spec;
}

std::shared_ptr<const Layout> decode_layout(ByteReader& reader) {
  std::vector<TensorSpec> specs;
  for (auto left = reader.get<std::uint64_t>(); left > 0; --left) {
    specs.push_back(decode_spec(reader));
    const bool in_order = specs.size() < 2 || specs.back().is_buffer || !specs[specs.size() - 2].is_buffer;
    require(in_order, "model: tensor {} is no buffer, but comes after one", specs.back().name);
  }
  return std::make_shared<const Layout>(std::move(specs));
}

}  // namespace

Bytes encode_model(const ParameterSet& parameters) {
  ByteWriter writer;
  const auto put_size = [&](std::size_t size) { writer.put(static_cast<std::uint64_t>(size)); };
  writer.put_bytes(view_of(magic));
  put_size(parameters.layout()->tensors().size());
  for (const TensorSpec& tensor : parameters.layout()->tensors()) {
    put_size(tensor.name.size());
    writer.put_bytes(view_of(tensor.name)).put(static_cast<std::uint8_t>(tensor.is_buffer));
    put_size(tensor.shape.size());
    for (const std::int64_t extent : tensor.shape) writer.put(extent);
  }
  const auto* numbers = reinterpret_cast<const std::byte*>(parameters.flat().data_ptr<float>());
  return writer.put_bytes({numbers, parameters.bytes()}).take();
}

ParameterSet decode_model(ByteView bytes) {
  ByteReader reader(bytes);
  const ByteView start = reader.get_bytes(magic.size());
  require(std::ranges::equal(start, view_of(magic)), "model: does not begin with {}", magic);
  std::shared_ptr<const Layout> layout = decode_layout(reader);
  const ByteView numbers = reader.get_bytes(static_cast<std::size_t>(layout->size()) * sizeof(float));
  require(reader.empty(), "model: there are bytes after its end");
  at::Tensor flat = at::empty({layout->size()}, at::kFloat);
  std::memcpy(flat.data_ptr<float>(), numbers.data(), numbers.size());
  return ParameterSet(std::move(layout), std::move(flat));
}

}  // namespace polyclinic
