// Named randomness: a Seed is 64 bits from which named children derive, so that a new consumer moves nobody else's draws.
#pragma once

#include <concepts>
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

namespace polyclinic {

// seed / "train" / 3 / 12: the same path gives the same value on every machine; siblings are independent.
class Seed {
 public:
  constexpr explicit Seed(std::uint64_t value) : value_(value) {}
  [[nodiscard]] constexpr std::uint64_t value() const { return value_; }
  [[nodiscard]] Seed operator/(std::string_view name) const;
  [[nodiscard]] Seed operator/(std::uint64_t number) const;
  template <std::signed_integral I>
  [[nodiscard]] Seed operator/(I number) const {
    return *this / static_cast<std::uint64_t>(number);
  }
  bool operator==(const Seed&) const = default;

 private:
  std::uint64_t value_;
};

// Draws that are the same with every standard library: std:: distributions are not.
class Random {
 public:
  explicit Random(Seed seed) : engine_(seed.value()) {}
  [[nodiscard]] std::uint64_t bits() { return engine_(); }
  [[nodiscard]] double uniform();                                // [0, 1)
  [[nodiscard]] double uniform(double low, double high);         // [low, high)
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);        // 0 .. bound-1, unbiased; bound > 0
  [[nodiscard]] double normal();                                 // mean 0, variance 1 (Box-Muller)
  [[nodiscard]] double exponential(double mean);
  [[nodiscard]] double gamma(double shape);                      // scale 1 (Marsaglia and Tsang 2000)
  [[nodiscard]] std::vector<double> dirichlet(double alpha, std::size_t size);  // symmetric, sums to 1
  [[nodiscard]] std::vector<std::int64_t> permutation(std::int64_t size);       // Fisher-Yates
  [[nodiscard]] std::vector<std::int64_t> sample(std::int64_t size, std::int64_t count);  // sorted, without replacement

 private:
  std::mt19937_64 engine_;
};

}  // namespace polyclinic
