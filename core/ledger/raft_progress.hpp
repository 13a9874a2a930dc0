// What a Raft leader knows of its followers' logs, and what it sends them next.
#pragma once

#include <cstdint>
#include <vector>

#include "core/ledger/consensus.hpp"
#include "core/ledger/raft_log.hpp"
#include "core/ledger/raft_messages.hpp"

namespace polyclinic::raft {

struct Follower {
  std::uint64_t match = 0;             // the logs agree up to there, as far as is known; the genesis is everybody's
  std::uint64_t next = 1;              // the first block that was not sent
  bool is_probed = true;               // whether the log has block next - 1 is not known yet
  double repeat_at_s = 0.0;            // blocks sent and not acknowledged are sent again from then on
  double patience_s = 0.5;             // until the time after that
};

// A leader's messages of one instant; the same object goes to all who are told the same.
class Mail {
 public:
  // `committed`: up to there the log is committed, maybe a step ahead of the ledger.
  Mail(const Log& log, const Ledger& ledger, std::uint64_t term, std::uint64_t committed, double timeout_s)
      : log_(log), ledger_(ledger), term_(term), committed_(committed), timeout_s_(timeout_s) {}

  // Blocks that the follower has not got, once; again where nothing was heard of them for a timeout, then two, then four,
  // and every four: large ones take their time. A heartbeat where there are none.
  void write(NodeId to, Follower& follower, double at_s);
  // One Broadcast where `followers` all get the same.
  [[nodiscard]] Actions actions(std::int64_t followers) const;

 private:
  [[nodiscard]] std::vector<BlockPointer> batch(std::uint64_t first) const;
  void post(NodeId to, std::uint64_t previous, bool with_blocks);

  struct Letter {
    NodeId to;
    std::shared_ptr<const AppendEntries> message;
  };
  const Log& log_;
  const Ledger& ledger_;
  std::uint64_t term_;
  std::uint64_t committed_;
  double timeout_s_;
  std::vector<Letter> letters_;
};

}  // namespace polyclinic::raft
