// An honest chain of any consensus, whose headers and objects are carried to the tests' light clients.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/ledger/consensus.hpp"
#include "core/relay/light_client.hpp"

namespace polyclinic::testing {

inline constexpr ChainId source{1};
inline constexpr ChainId destination{0};

struct SourcePlan {
  std::string kind = "proof_of_authority";
  ChainId chain = source;
  std::int64_t validators = 4;
  std::int32_t members = 3;
  std::int64_t confirmations = 0;
  std::int64_t retarget_blocks = 0;
};

inline constexpr double interval_s = 2.0;

[[nodiscard]] KeyPair validator_keys(std::int32_t node);
[[nodiscard]] KeyPair member_keys(std::int32_t institution);
[[nodiscard]] KeyPair stranger_keys();
[[nodiscard]] SourceRules source_rules(const SourcePlan& plan);
[[nodiscard]] LightClient light_client(const SourcePlan& plan);
[[nodiscard]] std::vector<std::string> all_kinds();

// What a block has otherwise than usual.
struct Unusual {
  double delay_s = interval_s;              // after its parent
  // Else whose turn it is; validator 0 of proof of work, validator 1 of raft, in term 1.
  std::optional<std::int32_t> proposer = std::nullopt;
  double difficulty = 1.0;                  // of proof of work
  std::uint64_t view = 0;                   // of pbft
};

class SourceChain {
 public:
  explicit SourceChain(SourcePlan plan);

  // A transaction that offers 50 bytes of which `number` is the first.
  Transaction offer(std::int32_t author, std::uint8_t number, TransactionKind kind = TransactionKind::auxiliary);

  // Blocks that a ledger of this chain accepts, or the test fails.
  BlockPointer add_on(const Block& parent, const Unusual& unusual = {}, std::vector<Transaction> transactions = {});
  BlockPointer add(std::vector<Transaction> transactions = {});  // on the head
  BlockPointer grow(int blocks);                                // returns the last
  [[nodiscard]] const BlockPointer& head() const { return ledger_->head(); }

  // The blocks that lead to `last`, from `height` on, with a quorum's attestations of it where the protocol has some.
  [[nodiscard]] RelayPacket packet(std::uint64_t height, const Block& last) const;
  [[nodiscard]] RelayPacket packet(std::uint64_t height) const { return packet(height, *head()); }
  // The block's transaction of that index with its proof and payload; and a packet with it alone.
  [[nodiscard]] RelayedObject object(const Block& block, std::size_t index = 0) const;
  [[nodiscard]] RelayPacket carry(const std::vector<RelayedObject>& objects) const;

  [[nodiscard]] const SourcePlan& plan() const { return plan_; }
  [[nodiscard]] bool votes() const { return plan_.kind == "pbft" || plan_.kind == "raft"; }
  // As many as the protocol asks for.
  [[nodiscard]] std::int32_t quorum() const;

 private:
  SourcePlan plan_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<Consensus> judge_;
  std::map<Digest, Bytes> payloads_;
};

// The last header is `header`, attested by these validators.
[[nodiscard]] std::vector<Attestation> attestations(const Header& header, const std::vector<std::int32_t>& validators);
// The one reason why something was refused; none where nothing was. Fails the test where there are several.
[[nodiscard]] Rejection reason(const LightClient::Result& result);
// Of what is carried to a copy of `client`, which is left as it was.
[[nodiscard]] Rejection reason(LightClient client, const RelayPacket& packet);

}  // namespace polyclinic::testing
