// What nodes of a Raft chain say to each other (the RPCs of figure 2 of Ongaro & Ousterhout 2014). Nothing is signed but the
// blocks: crashes are the only faults, and connections are authenticated. Sizes are of a compact binary encoding: 1 byte for
// the kind, 8 for terms and heights, 32 for hashes.
#pragma once

#include <cstdint>
#include <vector>

#include "core/ledger/consensus_message.hpp"

namespace polyclinic::raft {

class Message : public ConsensusMessage {
 public:
  explicit Message(std::uint64_t term_) : term(term_) {}
  [[nodiscard]] std::int64_t signatures() const override { return 0; }

  std::uint64_t term;                  // of the sender
};

// From the leader: `blocks` follow the one of `previous_height` in its log, and up to `committed` the log is committed. A
// heartbeat has no blocks, and 61 bytes.
class AppendEntries final : public Message {
 public:
  AppendEntries(std::uint64_t term_, std::uint64_t previous_height_, const Digest& previous_,
                std::vector<BlockPointer> blocks_, std::uint64_t committed_)
      : Message(term_), previous_height(previous_height_), previous(previous_), blocks(std::move(blocks_)),
        committed(committed_) {}
  [[nodiscard]] std::uint64_t bytes() const override;

  std::uint64_t previous_height;
  Digest previous;                     // hash; it stands for the term as well, a block's view
  std::vector<BlockPointer> blocks;
  std::uint64_t committed;
};

// `accepted`: the logs agree up to `height`. Else the sender lacks the previous block; `height` is what it knows committed,
// which the leader's log has too.
class AppendReply final : public Message {
 public:
  AppendReply(std::uint64_t term_, bool accepted_, std::uint64_t height_)
      : Message(term_), accepted(accepted_), height(height_) {}
  [[nodiscard]] std::uint64_t bytes() const override { return 1 + 8 + 1 + 8; }

  bool accepted;
  std::uint64_t height;
};

class VoteRequest final : public Message {
 public:
  VoteRequest(std::uint64_t term_, std::uint64_t last_height_, std::uint64_t last_term_)
      : Message(term_), last_height(last_height_), last_term(last_term_) {}
  [[nodiscard]] std::uint64_t bytes() const override { return 1 + 8 + 8 + 8; }

  std::uint64_t last_height;           // of the candidate's log
  std::uint64_t last_term;
};

class VoteReply final : public Message {
 public:
  VoteReply(std::uint64_t term_, bool granted_) : Message(term_), granted(granted_) {}
  [[nodiscard]] std::uint64_t bytes() const override { return 1 + 8 + 1; }

  bool granted;
};

// "I know this block to be committed": to those who catch up, enough where nobody lies.
class Committed final : public Message {
 public:
  Committed(std::uint64_t term_, const Digest& block_) : Message(term_), block(block_) {}
  [[nodiscard]] std::uint64_t bytes() const override { return 1 + 8 + 32; }

  Digest block;
};

}  // namespace polyclinic::raft
