#include "core/ledger/contract_proposal.hpp"

#include <fmt/format.h>

namespace polyclinic {

Verdict Proposal::add(const Transaction& part, const Digest& id) {
  const bool first = seen_.empty();
  if (!first && (!belongs(part) || seen_[part.part])) {
    return {Rejection::second_update_of_round,
            fmt::format("institution {} has given its update of round {}", part.author.value, part.round + 1)};
  }
  if (first) {
    seen_.resize(part.parts);
    missing_ = part.parts;
  }
  const std::uint64_t bytes = (first ? 0 : update_.payload_bytes) + part.payload_bytes;
  if (first || part.part == 0) {
    update_ = part;
    id_ = id;
  }
  update_.payload_bytes = bytes;
  seen_[part.part] = true;
  --missing_;
  return {};
}

bool Proposal::belongs(const Transaction& part) const {
  return part.payload == update_.payload && part.nonce == update_.nonce && part.parts == update_.parts &&
         part.samples == update_.samples && part.base == update_.base;
}

Verdict Proposal::vote(InstitutionId scorer, bool in_favour) {
  if (!voters_.insert(scorer).second) {
    return {Rejection::second_score, fmt::format("institution {} has voted on it", scorer.value)};
  }
  in_favour_ += in_favour;
  return {};
}

Decision Proposal::decide() {
  if (decision_ != Decision::open) return decision_;
  const std::size_t scorers = conditions_.scorers;
  const bool is_lost = scorers > 0 && 2 * (scorers - against()) <= scorers;
  const bool is_won = scorers == 0 || 2 * in_favour_ > scorers;
  if (is_lost) decision_ = Decision::refused;
  if (is_won && !lacks_receipt()) decision_ = Decision::counts;
  return decision_;
}

std::string Proposal::progress() const {
  if (!whole()) return fmt::format("{} of {} parts had come", seen_.size() - missing_, seen_.size());
  const std::string votes = conditions_.scorers > 0 ? fmt::format("{} votes had come", voters_.size()) : "";
  if (!lacks_receipt()) return votes;
  return votes + (votes.empty() ? "" : ", ") + "no keeper has vouched for its payload";
}

}  // namespace polyclinic
