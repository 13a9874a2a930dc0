#include "core/ledger/synthetic_load.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "core/ledger/block.hpp"

namespace polyclinic {
namespace {

// Sizes of Bitcoin's blocks in kB, every 5 % of the blocks from the smallest to the largest; between them sizes are uniform.
// From the histogram with bins of 5 kB in bitcoin-miner.cc of the simulator by Gervais et al. (Bitcoin-Simulator, 2016),
// which was taken from blockchain.info. Its peaks are the soft limits of the time, at 250, 750 and 1000 kB.
constexpr std::array<double, 21> bitcoin_kb = {0.0,   6.0,   80.9,  128.4, 176.3, 227.9, 257.7, 313.2, 373.2, 443.4, 520.2,
                                               616.0, 722.8, 747.2, 759.9, 888.6, 928.5, 945.8, 989.7, 994.2, 1000.0};

constexpr double mean_of(const std::array<double, 21>& quantiles) {
  double sum = 0.0;
  for (std::size_t i = 1; i < quantiles.size(); ++i) sum += 0.5 * (quantiles[i - 1] + quantiles[i]);
  return sum / static_cast<double>(quantiles.size() - 1);
}
constexpr double bitcoin_mean_kb = mean_of(bitcoin_kb);

double quantile(const std::array<double, 21>& quantiles, double share) {
  const double position = share * static_cast<double>(quantiles.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  return std::lerp(quantiles[below], quantiles[below + 1], position - static_cast<double>(below));
}

// Of the seed's own bits: an engine for a single draw would cost more than everything else about a block.
double uniform(Seed seed) { return static_cast<double>(seed.value() >> 11) * 0x1.0p-53; }

std::uint64_t whole(double bytes) { return static_cast<std::uint64_t>(std::llround(bytes)); }

}  // namespace

std::uint64_t payload_bytes(const SyntheticLoad& load, std::uint64_t height) {
  if (load.sizes == LoadSizes::fixed) return whole(load.block_bytes);
  return whole(load.block_bytes * quantile(bitcoin_kb, uniform(load.seed / height)) / bitcoin_mean_kb);
}

std::uint64_t largest_payload_bytes(const SyntheticLoad& load) {
  if (load.sizes == LoadSizes::fixed) return whole(load.block_bytes);
  return whole(load.block_bytes * bitcoin_kb.back() / bitcoin_mean_kb);
}

Transaction synthetic_transaction(const SyntheticLoad& load, ChainId chain, std::uint64_t height) {
  Transaction transaction;
  transaction.chain = chain;
  transaction.kind = TransactionKind::synthetic;
  transaction.round = static_cast<std::uint32_t>(height);
  transaction.payload_bytes = payload_bytes(load, height);
  return transaction;
}

Verdict check_load(const Block& block, const SyntheticLoad& load) {
  const Header& header = block.header();
  const Transaction expected = synthetic_transaction(load, header.chain, header.height);
  if (block.transactions().size() == 1 && block.transactions().front() == expected) return {};
  return {Rejection::tampered_payload, fmt::format("is not the load of {} bytes that belongs to height {}",
                                                   expected.payload_bytes, header.height)};
}

}  // namespace polyclinic
