#include "core/ledger/contract_proposal.hpp"

#include <fmt/format.h>

namespace polyclinic {

Verdict Proposal::add(const Transaction& part, const Digest& id) {
  const bool first = seen_.empty();
  if (!first && (!belongs(part) || seen_[part.part])) {
    return {Rejection::second_update_of_round,
            fmt::format("institution {} has given its update of round {}", part.author.value, part.round)};
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

Verdict Proposal::vote(InstitutionId scorer, bool in_favour, std::size_t scorers) {
  if (!voters_.insert(scorer).second) {
    return {Rejection::second_score, fmt::format("institution {} has voted on it", scorer.value)};
  }
  in_favour_ += in_favour;
  if (decision_ != Decision::open) return {};
  if (2 * in_favour_ > scorers) decide(true);
  if (2 * (scorers - against()) <= scorers) decide(false);
  return {};
}

std::string Proposal::progress() const {
  if (whole()) return fmt::format("{} votes had come", voters_.size());
  return fmt::format("{} of {} parts had come", seen_.size() - missing_, seen_.size());
}

}  // namespace polyclinic
