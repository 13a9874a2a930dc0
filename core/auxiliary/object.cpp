// "PAUX1", the kind of numbers (a byte), then
//   the number of body tensors (32 bits); of each its name's length (16 bits) and the name, dimensions (8 bits) and extents
//   (64 bits each), numbers;
//   rows and outputs of the predictions (64 bits each, 0 and 0 where there are none), numbers;
//   classes and features of the prototypes (64 bits each), how many classes are present (64 bits) and which (64 bits each), the
//   update's size (64 bits) and bytes.
#include "core/auxiliary/object.hpp"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cassert>
#include <span>
#include <string_view>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

constexpr std::string_view magic = "PAUX1";
constexpr std::int64_t most_extent = std::int64_t{1} << 40;  // products of two stay far below 2^63

std::span<const float> numbers_of(const at::Tensor& tensor) {
  return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

void put_numbers(ByteWriter& writer, const at::Tensor& tensor, ValueType values) {
  const at::Tensor flat = tensor.contiguous();
  assert(!first_non_finite(numbers_of(flat)));
  Bytes bytes;
  append_values(bytes, numbers_of(flat), values);
  writer.put_bytes(bytes);
}

at::Tensor get_numbers(ByteReader& reader, std::int64_t count, ValueType values) {
  const ByteView bytes = reader.get_bytes(section_bytes(values, static_cast<std::uint64_t>(count)));
  at::Tensor flat = at::empty({count}, at::kFloat);
  const std::span<float> out(flat.data_ptr<float>(), static_cast<std::size_t>(count));
  require(load_values(bytes, values, 0, out) && is_well_scaled(bytes, values), "auxiliary object: a number is not finite, or none of its scale");
  return flat;
}

std::int64_t get_extent(ByteReader& reader, std::int64_t most) {
  const auto extent = reader.get<std::int64_t>();
  require(extent >= 0 && extent <= most, "auxiliary object: a size of {}", extent);
  return extent;
}

void put_body(ByteWriter& writer, const std::vector<BodyTensor>& body, ValueType values) {
  writer.put(static_cast<std::uint32_t>(body.size()));
  for (const BodyTensor& tensor : body) {
    writer.put(static_cast<std::uint16_t>(tensor.name.size())).put_bytes(view_of(tensor.name));
    writer.put(static_cast<std::uint8_t>(tensor.shape.size()));
    for (const std::int64_t extent : tensor.shape) writer.put(extent);
    put_numbers(writer, tensor.numbers, values);
  }
}

BodyTensor get_tensor(ByteReader& reader, ValueType values) {
  BodyTensor tensor;
  const ByteView name = reader.get_bytes(reader.get<std::uint16_t>());
  tensor.name.assign(reinterpret_cast<const char*>(name.data()), name.size());
  std::int64_t count = 1;
  for (auto left = reader.get<std::uint8_t>(); left > 0; --left) {
    const std::int64_t extent = get_extent(reader, most_extent);
    require(count == 0 || extent <= most_extent / count, "auxiliary object: tensor {} is too large", tensor.name);
    tensor.shape.push_back(extent);
    count *= extent;
  }
  tensor.numbers = get_numbers(reader, count, values);
  return tensor;
}

void put_predictions(ByteWriter& writer, const at::Tensor& predictions, ValueType values) {
  const bool any = predictions.defined();
  writer.put(any ? predictions.size(0) : std::int64_t{0}).put(any ? predictions.size(1) : std::int64_t{0});
  if (any) put_numbers(writer, predictions, values);
}

at::Tensor get_predictions(ByteReader& reader, ValueType values) {
  const std::int64_t rows = get_extent(reader, 1 << 30), outputs = get_extent(reader, 1 << 20);
  if (rows == 0 && outputs == 0) return {};
  return get_numbers(reader, rows * outputs, values).view({rows, outputs});
}

void put_prototypes(ByteWriter& writer, const PublishedPrototypes& prototypes) {
  writer.put(prototypes.classes).put(prototypes.features).put(static_cast<std::uint64_t>(prototypes.present.size()));
  for (const std::int64_t label : prototypes.present) writer.put(label);
  writer.put(static_cast<std::uint64_t>(prototypes.update.size())).put_bytes(prototypes.update);
}

PublishedPrototypes get_prototypes(ByteReader& reader) {
  PublishedPrototypes prototypes;
  prototypes.classes = get_extent(reader, 1 << 20);
  prototypes.features = get_extent(reader, 1 << 30);
  for (auto left = reader.get<std::uint64_t>(); left > 0; --left) {
    const auto label = reader.get<std::int64_t>();
    const std::int64_t least = prototypes.present.empty() ? 0 : prototypes.present.back() + 1;
    require(label >= least && label < prototypes.classes, "auxiliary object: a prototype of class {}", label);
    prototypes.present.push_back(label);
  }
  const ByteView update = reader.get_bytes(reader.get<std::uint64_t>());
  prototypes.update.assign(update.begin(), update.end());
  return prototypes;
}

}  // namespace

Bytes encode(const AuxiliaryObject& object, ValueType values) {
  ByteWriter writer;
  writer.put_bytes(view_of(magic)).put(static_cast<std::uint8_t>(values));
  put_body(writer, object.body, values);
  put_predictions(writer, object.predictions, values);
  put_prototypes(writer, object.prototypes);
  return writer.take();
}

AuxiliaryObject decode_object(ByteView bytes) {
  ByteReader reader(bytes);
  require(std::ranges::equal(reader.get_bytes(magic.size()), view_of(magic)), "auxiliary object: does not begin with {}", magic);
  const auto kind = reader.get<std::uint8_t>();
  require(kind < value_types, "auxiliary object: numbers of kind {}", kind);
  const auto values = static_cast<ValueType>(kind);
  AuxiliaryObject object;
  for (auto left = reader.get<std::uint32_t>(); left > 0; --left) object.body.push_back(get_tensor(reader, values));
  object.predictions = get_predictions(reader, values);
  object.prototypes = get_prototypes(reader);
  require(reader.empty(), "auxiliary object: there are bytes after its end");
  return object;
}

std::string content_name(const AuxiliaryObject& object) {
  std::string name;
  const auto add = [&name](bool has, const char* what) {
    if (!has) return;
    if (!name.empty()) name += '+';
    name += what;
  };
  add(!object.body.empty(), "body");
  add(object.predictions.defined(), "predictions");
  add(object.prototypes.classes > 0, "prototypes");
  return name;
}

}  // namespace polyclinic
