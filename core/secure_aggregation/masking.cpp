#include "core/secure_aggregation/masking.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

constexpr std::size_t stream_block_bytes = 64;
// Words masked at a time: they and a part of each stream stay in the first-level cache. A whole number of the stream's blocks.
constexpr std::size_t block_words = 2048;
using Stream = std::array<std::uint8_t, block_words * sizeof(std::uint64_t)>;

// A seed is used for one stream alone: its nonce may be zero.
void fill(std::span<std::uint8_t> stream, const Secret& seed, std::size_t first_byte) {
  static_assert(crypto_stream_chacha20_KEYBYTES == sizeof(Secret));
  const std::array<std::uint8_t, crypto_stream_chacha20_NONCEBYTES> nonce{};
  std::ranges::fill(stream, std::uint8_t{0});
  crypto_stream_chacha20_xor_ic(stream.data(), stream.data(), stream.size(), nonce.data(), first_byte / stream_block_bytes,
                                seed.data());
}

template <class Word>
void apply(std::span<std::uint64_t> words, std::span<const std::uint8_t> stream, bool is_subtracted) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    Word word;
    std::memcpy(&word, stream.data() + i * sizeof(Word), sizeof(Word));
    const auto own = static_cast<Word>(words[i]);
    words[i] = is_subtracted ? static_cast<Word>(own - word) : static_cast<Word>(own + word);
  }
}

}  // namespace

Words masked(Words words, std::span<const Mask> masks, const FixedPoint& format) {
  Stream storage;
  const std::size_t width = format.word_bytes();
  for (std::size_t first = 0; first < words.size(); first += block_words) {
    const auto part = std::span(words).subspan(first, std::min(block_words, words.size() - first));
    const auto stream = std::span(storage).first(part.size() * width);
    for (const Mask& mask : masks) {
      fill(stream, mask.seed, first * width);
      width == 4 ? apply<std::uint32_t>(part, stream, mask.is_subtracted)
                 : apply<std::uint64_t>(part, stream, mask.is_subtracted);
    }
  }
  return words;
}

Words added(Words left, std::span<const std::uint64_t> right, const FixedPoint& format) {
  require(left.size() == right.size(), "secure aggregation: {} words and {} words have no sum", left.size(), right.size());
  for (std::size_t i = 0; i < left.size(); ++i) left[i] = (left[i] + right[i]) & format.mask();
  return left;
}

}  // namespace polyclinic
