// What is spent of the records' privacy while updates leave, and what will have been spent at the end.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/collaboration/protection.hpp"
#include "core/privacy/accountant.hpp"
#include "core/privacy/statement.hpp"

namespace polyclinic {

// Counts the updates of a run's chains. What is published of the same records composes over chains, by the accountant of the chain that is
// asked about. Where a record is protected, another chain that shares records (share_records()) may have dealt it to any of its members: it
// counts as sampled at the highest rate, and in as many steps, as that of any of them. Where an institution is protected as a whole, its own
// updates on that chain count, and not what others publish of the same records. Upper bounds: not all records are on both chains.
class PrivacySpending {
 public:
  // Plans by ChainId.
  explicit PrivacySpending(std::vector<ChainPlanPointer> plans);

  // Another update of `member` left on that chain, whether it will count or not. The epsilon that has been spent of its records since the
  // beginning, over all chains that hold them; NaN where none holds or no noise is added.
  double spend(ChainId chain, InstitutionId member);

  // What the plan comes to, for the member with the largest epsilon; none where the chain adds no noise.
  struct Planned {
    InstitutionId member;
    PrivacyStatement statement;
  };
  [[nodiscard]] std::optional<Planned> planned(ChainId chain);

 private:
  using Count = std::function<std::int64_t(const ChainPlan&, InstitutionId)>;  // of updates

  [[nodiscard]] const ChainPlan& plan(ChainId chain) const { return *plans_[static_cast<std::size_t>(chain.value)]; }
  // Who may have published the same records as `member` on `chain`, on another chain.
  struct Holders {
    ChainId chain;
    std::vector<InstitutionId> institutions;
  };
  [[nodiscard]] std::vector<Holders> elsewhere(ChainId chain, InstitutionId member) const;
  [[nodiscard]] std::string reason_against(ChainId chain, InstitutionId member) const;
  // Of one record of `member`, or of all together, whatever the chain's unit is.
  [[nodiscard]] Releases released(ChainId chain, InstitutionId member, const Count& updates) const;
  [[nodiscard]] FoundEpsilon epsilon(ChainId chain, const Releases& releases);
  [[nodiscard]] PrivacyStatement statement_of(ChainId chain, InstitutionId member);

  std::vector<ChainPlanPointer> plans_;
  std::vector<std::unique_ptr<Accountant>> accountants_;              // by ChainId; null where nothing is accounted for
  std::map<std::pair<ChainId, InstitutionId>, std::int64_t> updates_;
  std::map<std::pair<ChainId, Releases>, FoundEpsilon> known_;        // many members have published alike
};

}  // namespace polyclinic
