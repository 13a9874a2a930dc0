// Members' transactions on their way into the chain: none is lost without a word.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "core/ledger/chain_node.hpp"
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
  // What a member says about an update: a vote or a receipt. Nobody waits for it; as long as it is not final and the update
  // undecided it goes to another validator after a while, whether or not the member has crashed meanwhile.
  void say(InstitutionId member, NodeId validator, const Submission& statement, const UpdateName& about);
  // What a member says in a phase of secure aggregation: likewise, until is_moot().
  void say_until(InstitutionId member, NodeId validator, const Submission& statement, const std::function<bool()>& is_moot);
  // What a member publishes for other chains. Nobody waits for it; as long as it is not final it goes to another validator after a
  // while, until the chain has ended.
  void offer(InstitutionId member, NodeId validator, const Submission& submission);
  // At the end: counts the updates that are in the chain as `node` has it, and records those that are not as expired.
  void settle(const ChainNode& node, ChainSummaryRow& summary) const;

 private:
  void check_later(InstitutionId member, const Digest& transaction);
  // To one validator after another until it is final, or moot, or the chain has ended.
  void repeat(InstitutionId member, NodeId validator, const Submission& submission, const std::function<bool()>& is_moot);
  [[nodiscard]] double patience_s() const;
  void count(InstitutionId member, NodeId validator, std::uint64_t bytes);

  LearningWorld& world_;
  std::map<UpdateName, std::vector<Digest>> transactions_;  // of all updates that were ever submitted
};

}  // namespace polyclinic
