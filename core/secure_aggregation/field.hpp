// The field of 256 elements in which secrets are shared: bytes as polynomials over GF(2) modulo x^8 + x^4 + x^3 + x + 1, that of
// AES (FIPS 197, section 4). Addition is exclusive or.
#pragma once

#include <array>
#include <cstdint>

namespace polyclinic {

class Field256 {
 public:
  constexpr Field256() {
    std::uint8_t power = 1;
    for (std::size_t exponent = 0; exponent < order; ++exponent) {
      powers_[exponent] = power;
      logarithms_[power] = static_cast<std::uint8_t>(exponent);
      power = times_generator(power);
    }
  }
  [[nodiscard]] constexpr std::uint8_t product(std::uint8_t left, std::uint8_t right) const {
    if (left == 0 || right == 0) return 0;
    return powers_[(std::size_t{logarithms_[left]} + logarithms_[right]) % order];
  }
  // `divisor` is not 0.
  [[nodiscard]] constexpr std::uint8_t quotient(std::uint8_t number, std::uint8_t divisor) const {
    if (number == 0) return 0;
    return powers_[(order + logarithms_[number] - logarithms_[divisor]) % order];
  }

 private:
  static constexpr std::size_t order = 255;  // of the generator x + 1, which is 3
  static constexpr std::uint8_t times_generator(std::uint8_t number) {
    const unsigned doubled = (unsigned{number} << 1U) ^ ((number & 0x80U) != 0 ? 0x11bU : 0U);
    return static_cast<std::uint8_t>(doubled ^ number);
  }

  std::array<std::uint8_t, 256> powers_{};      // of the generator
  std::array<std::uint8_t, 256> logarithms_{};
};

inline constexpr Field256 field256;

}  // namespace polyclinic
