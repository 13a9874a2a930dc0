#include "core/base/seed.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace polyclinic {
namespace {

// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): a bijection of 64 bits with full avalanche.
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// FNV-1a, 64 bits; its weak low bits are mended by mix().
constexpr std::uint64_t hash_name(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

}  // namespace

Seed Seed::operator/(std::string_view name) const { return Seed(mix(value_ ^ mix(hash_name(name)))); }
Seed Seed::operator/(std::uint64_t number) const { return Seed(mix(mix(value_) + number)); }

double Random::uniform() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }
double Random::uniform(double low, double high) { return low + (high - low) * uniform(); }

std::uint64_t Random::below(std::uint64_t bound) {
  const std::uint64_t rejected = -bound % bound;  // 2^64 mod bound
  for (;;) {
    const std::uint64_t draw = engine_();
    if (draw >= rejected) return draw % bound;
  }
}

double Random::normal() {
  const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

double Random::exponential(double mean) { return -mean * std::log1p(-uniform()); }

double Random::gamma(double shape) {
  if (shape < 1.0) {
    const double larger = gamma(shape + 1.0);  // drawn first: the operands of a product have no order
    return larger * std::pow(1.0 - uniform(), 1.0 / shape);
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double x = normal();
    const double v = std::pow(1.0 + c * x, 3.0);
    if (v > 0.0 && std::log1p(-uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

std::vector<double> Random::dirichlet(double alpha, std::size_t size) {
  std::vector<double> shares(size);
  for (double& share : shares) share = gamma(alpha);
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  if (sum <= 0.0) {  // alpha so small that every draw underflowed: all weight on one
    shares[below(size)] = 1.0;
    return shares;
  }
  for (double& share : shares) share /= sum;
  return shares;
}

std::vector<std::int64_t> Random::permutation(std::int64_t size) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(size));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t left = order.size(); left > 1; --left) std::swap(order[left - 1], order[below(left)]);
  return order;
}

std::vector<std::int64_t> Random::sample(std::int64_t size, std::int64_t count) {
  std::vector<std::int64_t> chosen = permutation(size);
  chosen.resize(static_cast<std::size_t>(std::min(size, count)));
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace polyclinic
