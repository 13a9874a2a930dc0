#include "core/secure_aggregation/secret_sharing.hpp"

#include "core/base/error.hpp"
#include "core/secure_aggregation/field.hpp"
#include "core/secure_aggregation/key_agreement.hpp"

namespace polyclinic {
namespace {

void require_distinct(std::span<const Share> shares) {
  require(!shares.empty(), "secret sharing: there is no share to open a secret with");
  std::array<bool, 256> seen{true};
  for (const Share& share : shares) {
    require(!seen[share.point], "secret sharing: a share at point {} that is 0, or there twice", share.point);
    seen[share.point] = true;
  }
}

// What the share at `point` counts for in the value at 0, Lagrange's: the product of x / (x - point) over the other points.
std::uint8_t weight_at_zero(std::span<const Share> shares, std::uint8_t point) {
  std::uint8_t weight = 1;
  for (const Share& other : shares) {
    if (other.point == point) continue;
    const auto difference = static_cast<std::uint8_t>(other.point ^ point);
    weight = field256.product(weight, field256.quotient(other.point, difference));
  }
  return weight;
}

}  // namespace

std::vector<Share> share_secret(const Secret& secret, std::int64_t shares, std::int64_t threshold, Seed seed) {
  require(threshold >= 1 && threshold <= shares && shares <= most_shares,
          "secret sharing: {} shares of which {} open the secret; at most {}, and no more to open it than there are", shares,
          threshold, most_shares);
  std::vector<Secret> coefficients{secret};  // from the constant one on
  for (std::int64_t power = 1; power < threshold; ++power) coefficients.push_back(random_secret(seed / power));
  std::vector<Share> result;
  for (std::int64_t point = 1; point <= shares; ++point) {
    Share share{static_cast<std::uint8_t>(point), coefficients.back()};
    for (auto next = coefficients.rbegin() + 1; next != coefficients.rend(); ++next) {  // Horner's rule
      for (std::size_t i = 0; i < share.values.size(); ++i) {
        share.values[i] = static_cast<std::uint8_t>(field256.product(share.values[i], share.point) ^ (*next)[i]);
      }
    }
    result.push_back(share);
  }
  return result;
}

Secret open_secret(std::span<const Share> shares) {
  require_distinct(shares);
  Secret secret{};
  for (const Share& share : shares) {
    const std::uint8_t weight = weight_at_zero(shares, share.point);
    for (std::size_t i = 0; i < secret.size(); ++i) {
      secret[i] = static_cast<std::uint8_t>(secret[i] ^ field256.product(share.values[i], weight));
    }
  }
  return secret;
}

}  // namespace polyclinic
