#include "core/sharing/exposure.hpp"

namespace polyclinic {

void Exposure::add(std::int64_t dimension, std::span<const std::uint32_t> places) {
  constexpr std::uint32_t bits = 64;
  if (count_ == dimension) return;
  words_.resize((static_cast<std::size_t>(dimension) + bits - 1) / bits);
  for (const std::uint32_t place : places) {
    std::uint64_t& word = words_[place / bits];
    const std::uint64_t bit = std::uint64_t{1} << (place % bits);
    if ((word & bit) == 0) ++count_;
    word |= bit;
  }
}

void Exposure::add_all(std::int64_t dimension) {
  words_.clear();
  count_ = dimension;
}

}  // namespace polyclinic
