// Members' transactions on their way into the chain: none is lost without a word.
#pragma once

#include <map>
#include <vector>

#include "core/ledger/node_message.hpp"
#include "sim/round_book.hpp"

namespace polyclinic {

class LearningWorld;

class Submissions {
 public:
  explicit Submissions(LearningWorld& world) : world_(world) {}

  // A member is about to send these to its home. What is not final there after a while it hands to another validator.
  void add(InstitutionId member, const std::vector<Submission>& submissions);
  // The calling actor waits until its home has it; lost where the home is out of reach by then.
  void send_home(InstitutionId member, const Submission& submission);
  // Nobody waits for it.
  void send_again(InstitutionId member, NodeId validator, const Submission& submission);
  // At the end: counts what is in the chain, and records what is not as expired.
  void settle(ChainSummaryRow& summary) const;

 private:
  void check_later(InstitutionId member, const Digest& transaction);
  void count(InstitutionId member, NodeId validator, std::uint64_t bytes);

  LearningWorld& world_;
  std::map<Digest, UpdateName> transactions_;  // all that were ever submitted
};

}  // namespace polyclinic
