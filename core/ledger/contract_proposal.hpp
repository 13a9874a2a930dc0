// An update that the chain is bringing: first its parts, then what the scorers say of it.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/ledger/rejection.hpp"
#include "core/ledger/transaction.hpp"

namespace polyclinic {

enum class Decision { open, counts, refused };

class Proposal {
 public:
  // Adds a part, or the whole update where it is not split; `id` is the transaction's own. Rejects, as
  // second_update_of_round, what is no part of the update that came first, and a part that has come already.
  [[nodiscard]] Verdict add(const Transaction& part, const Digest& id);
  [[nodiscard]] bool whole() const { return missing_ == 0; }
  // Part 0 with the payload bytes of all parts so far; another part while part 0 has not come.
  [[nodiscard]] const Transaction& update() const { return update_; }
  [[nodiscard]] const Digest& id() const { return id_; }

  // Rejects a scorer's second vote. A vote that comes after the decision changes nothing.
  [[nodiscard]] Verdict vote(InstitutionId scorer, bool in_favour, std::size_t scorers);
  [[nodiscard]] Decision decision() const { return decision_; }
  void decide(bool counts) { decision_ = counts ? Decision::counts : Decision::refused; }

  // How far it has come, for events.
  [[nodiscard]] std::string progress() const;
  [[nodiscard]] std::size_t against() const { return voters_.size() - in_favour_; }

 private:
  [[nodiscard]] bool belongs(const Transaction& part) const;

  Transaction update_;
  Digest id_;
  std::vector<bool> seen_;             // by part; empty: nothing has come
  std::size_t missing_ = 0;
  std::set<InstitutionId> voters_;
  std::size_t in_favour_ = 0;
  Decision decision_ = Decision::open;
};

}  // namespace polyclinic
