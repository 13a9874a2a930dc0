// How a mode of the round contract counts updates: what RoundContract asks once an update is on the chain whole. A new mode
// is a new file beside this one and a line in contract_mode.cpp.
#pragma once

#include <fmt/format.h>

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/ledger/contract.hpp"

namespace polyclinic {

// What tells updates apart. Ordered by round first, so that what is too old is a prefix.
struct UpdateKey {
  std::int64_t round = 0;
  InstitutionId author;
  std::uint32_t nonce = 0;
  auto operator<=>(const UpdateKey&) const = default;
};

class ContractMode {
 public:
  virtual ~ContractMode() = default;

  [[nodiscard]] virtual std::int64_t round() const = 0;
  [[nodiscard]] virtual const std::vector<InstitutionId>& expected() const = 0;
  [[nodiscard]] virtual double deadline_s() const = 0;  // see RoundContract, as is the next
  [[nodiscard]] virtual double due_s() const = 0;

  // An author's updates with the same key are the same one, or all but the first are rejected.
  [[nodiscard]] virtual UpdateKey key(const Transaction& update) const = 0;
  // No update trained before this round can count any more.
  [[nodiscard]] virtual std::int64_t oldest() const = 0;
  // Whether an update may still count, its author's other updates aside. Asked while rounds are open.
  [[nodiscard]] virtual Verdict judge(const Transaction& update) const = 0;
  // A whole update that passed judge() is decided: whether it counts, or was voted down.
  virtual void decide(const Transaction& update, bool counts) = 0;

  // A statement of secure aggregation that is no update.
  [[nodiscard]] virtual Verdict hear(const Transaction& statement) {
    return {Rejection::not_a_participant, fmt::format("institution {}: no masks are agreed on here", statement.author.value)};
  }
  [[nodiscard]] virtual std::optional<SecurePhase> phase() const { return std::nullopt; }
  // At the end of each block: the phase that is over with it.
  [[nodiscard]] virtual std::optional<ClosedPhase> advance(const BlockPointer& /*block*/) { return std::nullopt; }

  // Whether the round closes now, within a block, and at the end of a block of that time.
  [[nodiscard]] virtual bool closes_within() const = 0;
  [[nodiscard]] virtual bool closes_after(double block_s) const = 0;
  [[nodiscard]] virtual ClosedRound close(const BlockPointer& block) = 0;
};

[[nodiscard]] std::unique_ptr<ContractMode> make_contract_mode(std::shared_ptr<const RoundRules> rules);
[[nodiscard]] std::unique_ptr<ContractMode> make_synchronous(std::shared_ptr<const RoundRules> rules);
// With masked updates.
[[nodiscard]] std::unique_ptr<ContractMode> make_secure(std::shared_ptr<const RoundRules> rules);
[[nodiscard]] std::unique_ptr<ContractMode> make_asynchronous(std::shared_ptr<const RoundRules> rules);
[[nodiscard]] std::unique_ptr<ContractMode> make_buffered(std::shared_ptr<const RoundRules> rules);

}  // namespace polyclinic
