// Notices validators that sign two blocks where they may sign one, whatever the protocol.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "core/ledger/consensus.hpp"

namespace polyclinic {

// Two different blocks of one proposer on the same parent, in the same view, prove that it equivocates: an honest proposer of
// whatever protocol builds on its own block or on a better one.
class EquivocationWatch {
 public:
  // Null unless `block` is the second of such a pair; a third one is passed over. What lies below `final_height` is forgotten.
  [[nodiscard]] std::optional<Notice> see(const Block& block, std::uint64_t final_height);

 private:
  struct Place {
    std::uint64_t height = 0;
    std::uint64_t view = 0;
    NodeId proposer;
    Digest parent;
    auto operator<=>(const Place&) const = default;
  };
  struct Seen {
    Digest first;
    bool noticed = false;
  };
  std::map<Place, Seen> seen_;
};

// `consensus`, with a Notice {"equivocation", "conflicting_blocks", ...} for what the watch sees among the blocks that enter
// the ledger and those that proposers send.
[[nodiscard]] std::unique_ptr<Consensus> watch_equivocation(std::unique_ptr<Consensus> consensus);

}  // namespace polyclinic
