#include "core/ledger/header_rules.hpp"

#include <fmt/format.h>

#include <cmath>
#include <tuple>

namespace polyclinic {

Verdict check_origin(const Header& header, ChainId chain, std::size_t validators) {
  if (header.chain != chain) {
    return {Rejection::wrong_chain, fmt::format("block of chain {} on chain {}", header.chain.value, chain.value)};
  }
  if (header.proposer.value < 0 || static_cast<std::size_t>(header.proposer.value) >= validators) {
    return {Rejection::unknown_proposer, fmt::format("proposer {} of {} validators", header.proposer.value, validators)};
  }
  return {};
}

Verdict check_place(const Header& header, const Header* parent) {
  if (!parent) return {Rejection::unknown_parent, fmt::format("parent {} is unknown", header.parent.short_hex())};
  if (header.height != parent->height + 1) {
    return {Rejection::wrong_height, fmt::format("height {} on a parent of height {}", header.height, parent->height)};
  }
  if (!(header.time_s > parent->time_s)) {
    return {Rejection::time_before_parent, fmt::format("at {} s on a parent at {} s", header.time_s, parent->time_s)};
  }
  if (!(header.difficulty > 0.0) || std::isinf(header.difficulty)) {
    return {Rejection::wrong_difficulty, fmt::format("difficulty {}", header.difficulty)};
  }
  return {};
}

bool is_better(const BranchTip& left, const BranchTip& right, const ForkChoice& choice) {
  if (left.total_difficulty != right.total_difficulty) return left.total_difficulty > right.total_difficulty;
  if (choice.first_seen) return false;
  return std::tie(left.time_s, left.hash) < std::tie(right.time_s, right.hash);
}

}  // namespace polyclinic
