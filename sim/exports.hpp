// What a chain gives to others: objects that its members publish, and the relayers that listen for them.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/auxiliary/publication.hpp"
#include "core/base/ids.hpp"
#include "core/ledger/ledger.hpp"

namespace polyclinic {

class LearningWorld;
class Relayer;

class Exports {
 public:
  explicit Exports(LearningWorld& world) : world_(world) {}

  // A member that knows the model after `round` rounds: whether it is the one to publish it. Of each round one is told so, once.
  [[nodiscard]] bool takes(InstitutionId member, std::int64_t round);
  // It publishes: on the way to the chain from now on. Gives the transaction's id.
  Digest offer(InstitutionId member, std::int64_t round, const Publication& publication);
  // A block is final, for the first time.
  void finalized(const Block& block);

  // ---- for relayers
  void listen(Relayer& relayer) { listeners_.push_back(&relayer); }
  // New blocks are final at an honest validator.
  void reacted(NodeId node, const Ledger& ledger);
  // Whether an honest validator that is up has the block among its final ones.
  [[nodiscard]] bool attests(NodeId node, const Block& block) const;
  // The bytes of what was published, by their digest.
  [[nodiscard]] const SharedUpdatePointer& object(const Digest& payload) const { return objects_.at(payload); }
  // When the object's transaction was final first; NaN: not yet.
  [[nodiscard]] double final_s(const Digest& transaction) const;

 private:
  LearningWorld& world_;
  std::vector<Relayer*> listeners_;
  std::map<Digest, SharedUpdatePointer> objects_;  // by payload
  std::map<Digest, double> final_s_;               // by transaction; NaN: not yet
  std::int64_t round_ = 0;                         // up to which the model was published
};

}  // namespace polyclinic
