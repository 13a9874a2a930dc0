// A masked update, all integers little-endian:
//
//   offset  bytes  field
//        0      4  "PSM1"
//        4      1  form: 0 dense, 3 seeded (as in core/sharing/codec.cpp)
//        5      1  bytes of a word: 4 or 8
//        6      1  fraction bits of the fixed-point numbers under the masks
//        7      1  zero
//        8      4  dimension: coordinates that the policy may publish
//       12      4  count: coordinates published here
//       16      8  seed of the public mask (form 3), else zero
//       24      8  zero
//       32         count + 1 words: of the coordinates in their order, and of the samples
#include "core/secure_aggregation/masked_payload.hpp"

#include <array>
#include <type_traits>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

enum Form : std::uint8_t { dense = 0, seeded = 3 };

struct Header {
  std::array<char, 4> magic{'P', 'S', 'M', '1'};
  std::uint8_t form = dense;
  std::uint8_t word_bytes = 8;
  std::uint8_t fraction_bits = 0;
  std::uint8_t zero = 0;
  std::uint32_t dimension = 0;
  std::uint32_t count = 0;
  std::uint64_t seed = 0;
  std::uint64_t zero_too = 0;
};
static_assert(sizeof(Header) == masked_header_bytes && std::has_unique_object_representations_v<Header>);

void require_known(const Header& header) {
  require(header.magic == Header{}.magic, "masked update: does not begin with PSM1");
  require(header.form == dense || header.form == seeded, "masked update: unknown form {}", header.form);
  require(header.word_bytes == 4 || header.word_bytes == 8, "masked update: words of {} bytes", header.word_bytes);
  require(header.zero == 0 && header.zero_too == 0, "masked update: reserved bytes are not zero");
  require(header.form == seeded || (header.seed == 0 && header.count == header.dimension),
          "masked update: publishes {} of {} coordinates without a mask", header.count, header.dimension);
  require(header.count <= header.dimension, "masked update: publishes {} of {} coordinates", header.count, header.dimension);
}

}  // namespace

std::uint64_t masked_bytes(std::int64_t coordinates, std::int64_t ring_bits) {
  return masked_header_bytes + (static_cast<std::uint64_t>(coordinates) + 1) * static_cast<std::uint64_t>(ring_bits / 8);
}

Bytes encode(const MaskedPayload& payload) {
  const Header header{.form = payload.mask_seed ? seeded : dense,
                      .word_bytes = static_cast<std::uint8_t>(payload.ring_bits / 8),
                      .fraction_bits = static_cast<std::uint8_t>(payload.fraction_bits),
                      .dimension = static_cast<std::uint32_t>(payload.dimension),
                      .count = static_cast<std::uint32_t>(payload.words.size() - 1),
                      .seed = payload.mask_seed.value_or(0)};
  Bytes bytes(masked_header_bytes + payload.words.size() * header.word_bytes);
  std::memcpy(bytes.data(), &header, sizeof header);
  std::byte* next = bytes.data() + masked_header_bytes;
  for (const std::uint64_t word : payload.words) {
    std::memcpy(next, &word, header.word_bytes);
    next += header.word_bytes;
  }
  return bytes;
}

MaskedPayload decode_masked(ByteView bytes) {
  ByteReader reader(bytes);
  const auto header = reader.get<Header>();
  require_known(header);
  const std::uint64_t size = masked_bytes(header.count, 8 * header.word_bytes);
  require(bytes.size() == size, "masked update: has {} bytes, its header means {}", bytes.size(), size);
  MaskedPayload payload{.dimension = header.dimension,
                        .mask_seed = std::nullopt,
                        .fraction_bits = header.fraction_bits,
                        .ring_bits = 8 * header.word_bytes,
                        .words = Words(std::size_t{header.count} + 1)};
  if (header.form == seeded) payload.mask_seed = header.seed;
  for (std::uint64_t& word : payload.words) std::memcpy(&word, reader.get_bytes(header.word_bytes).data(), header.word_bytes);
  return payload;
}

}  // namespace polyclinic
