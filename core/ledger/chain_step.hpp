// One input at a chain node and all that follows from it there: actions queue up and are carried out in their order.
#pragma once

#include <optional>
#include <string>

#include "core/ledger/chain_node.hpp"

namespace polyclinic {

class ChainNode::Step {
 public:
  Step(ChainNode& node, double at_s) : node_(node), at_s_(at_s) {}

  void submit(const Submission& submission);

  void receive(NodeId from, const ConsensusMessagePointer& message);
  void receive(NodeId from, const Submission& submission);
  void receive(NodeId from, const BlockMessage& message);
  void receive(NodeId from, const CompactBlock& message);
  void receive(NodeId from, const Inventory& inventory);
  void receive(NodeId from, const Request& request);
  void receive(NodeId from, const CatchUpRequest& request);
  void receive(NodeId from, const CatchUpAnswer& answer);

  void fire(TimerId timer);
  void start();
  void catch_up();

  // What a consensus does in on_work() may itself be work for it.
  [[nodiscard]] Effects finish();

 private:
  [[nodiscard]] static std::string describe(const Transaction& transaction);
  [[nodiscard]] ConsensusView view() const;
  void push(Actions actions);
  void carry_out_pending();

  // Whether the transaction is new and accepted.
  bool offer(const Submission& submission, const Digest& id);
  void arrive(const BlockPointer& block, NodeId from);
  void append(const BlockPointer& block, std::optional<NodeId> from);
  void carry_out(const Send& send);
  void carry_out(const Broadcast& broadcast);
  void carry_out(const SetTimer& timer);
  void carry_out(const Publish& publish);
  void carry_out(const PublishTo& publish);
  void carry_out(const Append& append);
  void carry_out(const Examine& examine);
  void carry_out(const Finalize& finalize);
  void carry_out(const CatchUp& catch_up);
  void carry_out(const Notice& notice);

  void wait_for_parent(const BlockPointer& block, std::optional<NodeId> from);
  [[nodiscard]] bool is_examined(const Block& block) const;
  void charge(const Block& block, Examine::By by);
  void charge_signature(const ConsensusMessagePointer& message);
  // What a block in the tree entails: transactions it may have brought, finality, and the blocks that waited for it.
  void follow(const BlockPointer& block);
  void take_back(const std::vector<BlockPointer>& reversed);
  void apply(const BlockPointer& block);
  [[nodiscard]] bool is_on_head_chain(const Digest& hash) const;  // of a known block
  void note_reorganisation(const Block& before);
  void reject(const std::string& kind, const Verdict& verdict, const std::string& what, InstitutionId institution,
              const std::string& consequence);

  ChainNode& node_;
  double at_s_;
  Effects effects_;
  ConsensusMessagePointer signed_;  // the last one, which may go to several
};

}  // namespace polyclinic
