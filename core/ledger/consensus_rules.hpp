// What everybody knows about how a chain's validators agree.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace polyclinic {

struct ConsensusRules {
  std::string kind = "proof_of_authority";
  double block_interval_s = 2.0;
  std::int64_t confirmations = 0;      // until final; 0: the kind's own default
  double timeout_s = 0.0;              // pbft: first round's; raft: shortest election timeout; 0: the kind's own default
  std::vector<double> hash_shares;     // proof_of_work: of the first validators, the others 0; empty: all alike
  std::int64_t retarget_blocks = 0;    // proof_of_work: blocks between changes of the difficulty; 0: it stays
};

// How a ledger chooses among branches.
struct ForkChoice {
  // Of branches of equal total difficulty: the one known first stays (true), or the one whose last block is earliest, then
  // has the smaller hash, so that everybody who knows the same blocks has the same head (false).
  bool first_seen = false;
  // Whether a heavier branch may leave out final blocks: finality is then a matter of confidence, not of votes.
  bool may_reverse = false;
};

}  // namespace polyclinic
