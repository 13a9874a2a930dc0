// What a chain with probes has made public of each closed round: for those who read it later.
#pragma once

#include <cstdint>
#include <vector>

#include "core/collaboration/model_history.hpp"

namespace polyclinic {

struct PublishedRound {
  struct Update {
    Transaction transaction;
    SharedUpdatePointer update;
    ModelSource before;              // the public model that it was trained from; null where that was not kept any more
    MemberState start;               // the author's own, secret, from which it trained: for what it knows itself, and for T3; empty where
                                     // members keep nothing that the model depends on
  };
  std::int64_t round = 0;
  std::vector<Update> updates;       // in order of author; masked ones cannot be read by themselves
  SumSource sum;                     // of masked updates: all that can be read of them; null: each update is in the clear
  ModelSource after;                 // the model that the round made
};

}  // namespace polyclinic
