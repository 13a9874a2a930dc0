// An update that the chain is bringing: first its parts, then what keepers and scorers say of it.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/ledger/rejection.hpp"
#include "core/ledger/transaction.hpp"

namespace polyclinic {

enum class Decision { open, counts, refused };

// What an update needs, once whole, in order to count.
struct Conditions {
  std::size_t scorers = 0;  // of whom more than half must be for it; 0: no votes are held
  bool receipt = false;     // of one keeper
};

class Proposal {
 public:
  explicit Proposal(const Conditions& conditions) : conditions_(conditions) {}

  // Adds a part, or the whole update where it is not split; `id` is the transaction's own. Rejects, as
  // second_update_of_round, what is no part of the update that came first, and a part that has come already.
  [[nodiscard]] Verdict add(const Transaction& part, const Digest& id);
  [[nodiscard]] bool whole() const { return missing_ == 0; }
  // Part 0 with the payload bytes of all parts so far; another part while part 0 has not come.
  [[nodiscard]] const Transaction& update() const { return update_; }
  [[nodiscard]] const Digest& id() const { return id_; }

  // Rejects a scorer's second vote. A vote or a receipt that comes after the decision changes nothing.
  [[nodiscard]] Verdict vote(InstitutionId scorer, bool in_favour);
  void vouch() { vouched_ = true; }
  // Decides, as far as the conditions allow it by now; a decision is for good.
  Decision decide();
  [[nodiscard]] Decision decision() const { return decision_; }

  [[nodiscard]] bool lacks_receipt() const { return whole() && conditions_.receipt && !vouched_; }
  // How far it has come, for events.
  [[nodiscard]] std::string progress() const;
  [[nodiscard]] std::size_t against() const { return voters_.size() - in_favour_; }

 private:
  [[nodiscard]] bool belongs(const Transaction& part) const;

  Conditions conditions_;
  Transaction update_;
  Digest id_;
  std::vector<bool> seen_;  // by part; empty: nothing has come
  std::size_t missing_ = 0;
  std::set<InstitutionId> voters_;
  std::size_t in_favour_ = 0;
  bool vouched_ = false;
  Decision decision_ = Decision::open;
};

}  // namespace polyclinic
