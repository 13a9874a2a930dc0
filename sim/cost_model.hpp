// What simulated acts cost, in FLOPs or bytes; each constant names its source. Sizes of messages are in messages.cpp.
#pragma once

#include <cstdint>

#include "core/ledger/chain_node.hpp"
#include "core/personalization/volume.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic::cost {

// A backward pass computes two products where the forward pass computes one (gradient of input and of weights), so
// training on a sample costs three forward passes (Kaplan et al. 2020, section 2.1).
inline constexpr double training_passes = 3.0;
// DP-SGD goes back twice, first for the length of each sample's gradient: as many products again as a backward pass has.
inline constexpr double private_training_passes = 5.0;

// Cryptography is known in CPU cycles, hosts in FLOP/s: one AVX2 core does 2 FMAs of 8 float32 lanes a cycle at best and
// about half of that in convolutions, hence 16.
inline constexpr double flops_per_cycle = 16.0;
inline constexpr double signing_cycles = 87'548;         // Ed25519, Bernstein et al. 2012, table 1
inline constexpr double verification_cycles = 273'364;   // Ed25519, the same
inline constexpr double hashing_cycles_per_byte = 1.33;  // SHA-256 with SHA instructions: `openssl speed`, 1.96 GB/s at 2.6 GHz

// Secure aggregation. An agreement is one X25519 (Chou 2015, Sandy2x, which libsodium has: on Sandy Bridge); a key pair counts as
// one too. The stream of masks, added to words, and Shamir's products of bytes: measured, core/secure_aggregation with libsodium
// 1.0.18 on a Xeon at 2.3 GHz, 0.52 ns a byte and 1.6 ns a product.
inline constexpr double agreement_cycles = 159'128;
inline constexpr double mask_cycles_per_byte = 1.2;
inline constexpr double share_cycles_per_product = 3.7;

// A request for blocks or payloads: a transaction id and a range of heights.
inline constexpr std::uint64_t request_bytes = 48;
// A connection whose other end is gone is noticed, and another one tried, after so long. Chosen: keepalive settings in practice
// are between 10 s and a minute.
inline constexpr double reconnection_s = 10.0;
// A member whose transaction is not final after so many block intervals hands it to another validator.
inline constexpr double resubmission_intervals = 30.0;
// A message of at most this size is a dated delivery, a larger one a flow that contends for the links.
inline constexpr std::uint64_t largest_dated_bytes = 1000;

// Of a collaboration's own steps; baselines and personal models train without DP-SGD.
[[nodiscard]] inline double passes_of(const TrainingConfig& config) {
  return config.sample_clip_norm > 0.0 ? private_training_passes : training_passes;
}
[[nodiscard]] inline double training_flops(std::uint64_t forward_flops_per_sample, std::int64_t samples) {
  return training_passes * static_cast<double>(forward_flops_per_sample) * static_cast<double>(samples);
}
// Training passes, and a forward pass for each sample that is measured.
[[nodiscard]] inline double personal_flops(std::uint64_t forward_flops_per_sample, const PersonalVolume& volume) {
  return training_flops(forward_flops_per_sample, volume.trained) +
         static_cast<double>(forward_flops_per_sample) * static_cast<double>(volume.evaluated);
}
// Numbers in an update of so many bytes, at four bytes each: what defences take to combine them, see combination_flops().
[[nodiscard]] inline double coordinates(std::uint64_t payload_bytes) { return static_cast<double>(payload_bytes) / 4.0; }
[[nodiscard]] inline double hashing_flops(std::uint64_t bytes) {
  return flops_per_cycle * hashing_cycles_per_byte * static_cast<double>(bytes);
}
[[nodiscard]] inline double signing_flops(std::int64_t signatures) {
  return flops_per_cycle * signing_cycles * static_cast<double>(signatures);
}
[[nodiscard]] inline double verification_flops(std::int64_t signatures) {
  return flops_per_cycle * verification_cycles * static_cast<double>(signatures);
}
[[nodiscard]] inline double agreement_flops(std::int64_t agreements) {
  return flops_per_cycle * agreement_cycles * static_cast<double>(agreements);
}
[[nodiscard]] inline double masking_flops(std::int64_t masks, std::uint64_t payload_bytes) {
  return flops_per_cycle * mask_cycles_per_byte * static_cast<double>(masks) * static_cast<double>(payload_bytes);
}
// Of both secrets of one member, for so many others: polynomials of degree threshold - 1 at as many points, 32 bytes each.
[[nodiscard]] inline double sharing_flops(std::int64_t shares, std::int64_t threshold) {
  return flops_per_cycle * share_cycles_per_product * 2.0 * 32.0 * static_cast<double>(shares * (threshold - 1));
}
// Of so many secrets: the threshold's shares, each times a weight that is a product over the others.
[[nodiscard]] inline double opening_flops(std::int64_t secrets, std::int64_t threshold) {
  return flops_per_cycle * share_cycles_per_product * static_cast<double>(secrets * threshold * (32 + 2 * threshold));
}
[[nodiscard]] inline double flops(const Work& work) {
  return signing_flops(work.signatures_made) + verification_flops(work.signatures_verified) +
         hashing_flops(work.bytes_hashed);
}

}  // namespace polyclinic::cost
