// Validators that do not follow their protocol: an honest one whose words are tampered with on their way out. Its ledger,
// mempool and gossip go on as those of others, and it notices nothing.
//
//   withhold    says nothing: no proposals, no votes; blocks that the protocol would have it publish it keeps to itself
//   equivocate  makes a second, different and valid block of each of its own (without the transactions, or where there are
//               none with a time half a microsecond later), sends one to the first half of the other validators and the other to
//               the rest, and votes in front of each for the block that it has sent there
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/ledger/consensus.hpp"

namespace polyclinic {

[[nodiscard]] std::vector<NamedKind> validator_behaviours();

// `honest` is the consensus of `setup`. Throws UsageError on an unknown `kind`, and for raft, which tolerates crashes only.
[[nodiscard]] std::unique_ptr<Consensus> make_hostile(std::unique_ptr<Consensus> honest, const std::string& kind,
                                                      const ConsensusSetup& setup);

}  // namespace polyclinic
