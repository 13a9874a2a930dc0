#include <ATen/ops/empty.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "core/base/error.hpp"
#include "core/data/npy.hpp"

namespace polyclinic {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::int64_t largest_header = 1 << 16;  // numpy's own headers are below 200 bytes
constexpr std::int64_t most_numbers = std::int64_t{1} << 40;

std::string_view text_of(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \n\r\t"), text.size()));
  return text;
}

// What follows `'key':` in a header such as {'descr': '|u1', 'fortran_order': False, 'shape': (546, 28, 28), }.
std::string_view after_key(std::string_view header, std::string_view key, const std::string& where) {
  const std::string quoted = fmt::format("'{}'", key);
  const std::size_t at = header.find(quoted);
  require(at != std::string_view::npos, "{}: the array's header has no {}", where, key);
  const std::string_view rest = trimmed(header.substr(at + quoted.size()));
  require(rest.starts_with(':'), "{}: the array's header is malformed at {}", where, key);
  return trimmed(rest.substr(1));
}

std::string parse_descr(std::string_view header, const std::string& where) {
  const std::string_view text = after_key(header, "descr", where);
  require(!text.starts_with('['), "{}: structured arrays are not supported", where);
  const std::size_t end = text.find('\'', 1);
  require(text.starts_with('\'') && end != std::string_view::npos, "{}: the array's header names no type", where);
  return std::string(text.substr(1, end - 1));
}

std::vector<std::int64_t> parse_shape(std::string_view header, const std::string& where) {
  std::string_view text = after_key(header, "shape", where);
  require(text.starts_with('('), "{}: the array's header has no shape", where);
  std::vector<std::int64_t> shape;
  for (text = trimmed(text.substr(1)); !text.starts_with(')'); text = trimmed(text)) {
    std::int64_t length = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    require(error == std::errc() && length >= 0, "{}: the array's header has a malformed shape", where);
    shape.push_back(length);
    text = trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
    if (text.starts_with(','))
      text.remove_prefix(1);
    else
      require(text.starts_with(')'), "{}: the array's header has a malformed shape", where);
  }
  return shape;
}

std::int64_t product(const std::vector<std::int64_t>& shape, const std::string& where) {
  std::int64_t count = 1;
  for (const std::int64_t length : shape) {
    require(length == 0 || count <= most_numbers / length, "{}: the array's header claims an absurd shape", where);
    count *= length;
  }
  return count;
}

std::optional<at::ScalarType> type_named(std::string_view descr) {
  constexpr std::pair<std::string_view, at::ScalarType> types[] = {
      {"|b1", at::kBool}, {"|u1", at::kByte}, {"|i1", at::kChar},  {"<i2", at::kShort},
      {"<i4", at::kInt},  {"<i8", at::kLong}, {"<f4", at::kFloat}, {"<f8", at::kDouble}};
  for (const auto& [name, type] : types)
    if (name == descr) return type;
  return std::nullopt;
}

// LibTorch has no uint16 and uint32: their numbers become int64.
template <class Unsigned>
at::Tensor widened(const at::Tensor& bytes, std::int64_t count) {
  at::Tensor numbers = at::empty({count}, at::kLong);
  const auto* from = bytes.data_ptr<std::uint8_t>();
  auto* to = numbers.data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < count; ++i) {
    Unsigned number;
    std::memcpy(&number, from + static_cast<std::size_t>(i) * sizeof(Unsigned), sizeof(Unsigned));
    to[i] = static_cast<std::int64_t>(number);
  }
  return numbers;
}

at::Tensor typed(const at::Tensor& bytes, at::ScalarType type, std::int64_t count) {
  if (type == at::kByte) return bytes;
  at::Tensor numbers = at::empty({count}, type);
  std::memcpy(numbers.data_ptr(), bytes.data_ptr<std::uint8_t>(), static_cast<std::size_t>(bytes.numel()));
  return numbers;
}

}  // namespace

NpyHeader parse_npy_header(ByteView bytes, const std::string& where) {
  const std::string_view text = text_of(bytes);
  require(text.size() >= 10 && text.starts_with(magic), "{} is not a NumPy array", where);
  const int version = static_cast<unsigned char>(text[6]);
  require(version >= 1 && version <= 3, "{}: NumPy array format {} is unknown", where, version);
  ByteReader reader(bytes.subspan(8));
  require(version == 1 || text.size() >= 12, "{}: the array's header is cut off", where);
  const std::int64_t length = version == 1 ? reader.get<std::uint16_t>() : reader.get<std::uint32_t>();
  const std::int64_t offset = (version == 1 ? 10 : 12) + length;
  require(length <= largest_header, "{}: the array's header claims {} bytes, more than any real one", where, length);
  require(offset <= static_cast<std::int64_t>(bytes.size()), "{}: the array's header is cut off", where);
  const std::string_view header = text.substr(static_cast<std::size_t>(offset - length), static_cast<std::size_t>(length));
  require(after_key(header, "fortran_order", where).starts_with("False"),
          "{}: arrays in Fortran (column-major) order are not supported; save numpy.ascontiguousarray of it", where);
  return {parse_descr(header, where), parse_shape(header, where), offset};
}

at::Tensor parse_npy(const at::Tensor& bytes, const std::string& where) {
  const ByteView view(reinterpret_cast<const std::byte*>(bytes.data_ptr<std::uint8_t>()),
                      static_cast<std::size_t>(bytes.numel()));
  const NpyHeader header = parse_npy_header(view, where);
  require(!header.descr.starts_with('>'), "{}: big-endian numbers ({}) are not supported", where, header.descr);
  const auto type = type_named(header.descr);
  const bool wide = header.descr == "<u2" || header.descr == "<u4";
  require(type.has_value() || wide, "{}: numbers of type {} are not supported", where, header.descr);
  const std::int64_t width = header.descr.back() - '0';
  const std::int64_t count = product(header.shape, where);
  const std::int64_t held = bytes.numel() - header.data_offset;
  require(count * width == held, "{}: the header promises {} bytes of numbers, the array has {}", where, count * width,
          held);
  const at::Tensor data = bytes.narrow(0, header.data_offset, held);
  if (wide)
    return (width == 2 ? widened<std::uint16_t>(data, count) : widened<std::uint32_t>(data, count)).view(header.shape);
  return typed(data, *type, count).view(header.shape);
}

}  // namespace polyclinic
