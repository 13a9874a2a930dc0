// Shamir's secret sharing (1979, How to share a secret), byte by byte over the field of 256 elements: of n shares any `threshold`
// give the secret, fewer say nothing about it. No library that Debian carries offers it beside what it is used for here
// (libgfshare is a command with its own file format), so it is written out; the random coefficients are libsodium's.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/seed.hpp"

namespace polyclinic {

using Secret = std::array<std::uint8_t, 32>;  // a key, or the seed of a stream

struct Share {
  std::uint8_t point = 0;              // where the polynomials were evaluated: 1 to 255
  Secret values{};                     // one for each byte of the secret
  bool operator==(const Share&) const = default;
};

inline constexpr std::int64_t most_shares = 255;  // the field has no more points besides 0, where the secret is

// Shares at the points 1 .. shares. Needs 1 <= threshold <= shares <= most_shares; throws Error otherwise.
[[nodiscard]] std::vector<Share> share_secret(const Secret& secret, std::int64_t shares, std::int64_t threshold, Seed seed);

// The secret, from as many shares as its threshold says or more: interpolated at 0. With fewer, any other secret is as likely
// as the one that comes out. Throws Error where there is none, where two have the same point, or one has the point 0.
[[nodiscard]] Secret open_secret(std::span<const Share> shares);

}  // namespace polyclinic
