// What is spent of the records' privacy while updates leave, and what will have been spent at the end.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/collaboration/protection.hpp"
#include "core/privacy/accountant.hpp"
#include "core/privacy/statement.hpp"

namespace polyclinic {

// Counts the updates of a run's chains. Two chains in which an institution is a member and whose data are shares of one data set
// that overlap ([chain.data] dataset, path, from, to) hold the same records of it: what it shares on both composes, by the accountant
// of the chain that is asked about. (Each chain deals its rows out by its own seed, so that not all of them are the same: an upper
// bound. Records that another institution holds on another chain are not followed. Phantoms are every chain's own.)
class PrivacySpending {
 public:
  // Plans by ChainId.
  explicit PrivacySpending(std::vector<ChainPlanPointer> plans);

  // Another update of `member` left on that chain, whether it will count or not. The epsilon that it has spent since the
  // beginning, over all chains that hold the same records; NaN where none holds or no noise is added.
  double spend(ChainId chain, InstitutionId member);

  // What the plan comes to, for the member with the largest epsilon; none where the chain adds no noise.
  struct Planned {
    InstitutionId member;
    PrivacyStatement statement;
  };
  [[nodiscard]] std::optional<Planned> planned(ChainId chain);

 private:
  [[nodiscard]] const ChainPlan& plan(ChainId chain) const { return *plans_[static_cast<std::size_t>(chain.value)]; }
  // The chains that hold the same records of `member` as `chain` does, with that one.
  [[nodiscard]] std::vector<ChainId> together(ChainId chain, InstitutionId member) const;
  [[nodiscard]] std::string reason_against(ChainId chain, InstitutionId member) const;
  [[nodiscard]] FoundEpsilon epsilon(ChainId chain, const Releases& releases);
  [[nodiscard]] PrivacyStatement statement_of(ChainId chain, InstitutionId member);

  std::vector<ChainPlanPointer> plans_;
  std::vector<std::unique_ptr<Accountant>> accountants_;              // by ChainId; null where nothing is accounted for
  std::map<std::pair<ChainId, InstitutionId>, std::int64_t> updates_;
  std::map<std::pair<ChainId, Releases>, FoundEpsilon> known_;        // many members have published alike
};

}  // namespace polyclinic
