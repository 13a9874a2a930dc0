// What is asked of every header, whatever the protocol: by who keeps blocks, and by light clients, who keep headers alone.
#pragma once

#include <cstddef>

#include "core/ledger/block.hpp"
#include "core/ledger/consensus_rules.hpp"
#include "core/ledger/rejection.hpp"

namespace polyclinic {

// Headers by the hash of their block, as a ledger or a light client knows them: with each one its ancestors, or as many of them
// as protocols look back.
class KnownHeaders {
 public:
  // Null when unknown; otherwise good as long as the header is known.
  [[nodiscard]] virtual const Header* find_header(const Digest& block) const = 0;

 protected:
  KnownHeaders() = default;
  KnownHeaders(const KnownHeaders&) = default;
  KnownHeaders& operator=(const KnownHeaders&) = default;
  ~KnownHeaders() = default;
};

// wrong_chain, unknown_proposer.
[[nodiscard]] Verdict check_origin(const Header& header, ChainId chain, std::size_t validators);
// unknown_parent where that is null, wrong_height, time_before_parent, wrong_difficulty where that is no positive number.
[[nodiscard]] Verdict check_place(const Header& header, const Header* parent);

// A branch by its last block.
struct BranchTip {
  double total_difficulty = 0.0;
  double time_s = 0.0;
  Digest hash;
};
// Whether `left`, which came to be known later, goes before `right`: see ForkChoice.
[[nodiscard]] bool is_better(const BranchTip& left, const BranchTip& right, const ForkChoice& choice);

}  // namespace polyclinic
