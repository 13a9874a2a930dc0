// Synchronous rounds whose updates are masked: keys, shares of secrets, updates and unmaskings, one phase after the other.
#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include "core/ledger/contract_mode.hpp"
#include "core/secure_aggregation/threshold.hpp"

namespace polyclinic {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

SecurePhase phase_of(const Transaction& statement) {
  switch (statement.kind) {
    case TransactionKind::keys: return SecurePhase::keys;
    case TransactionKind::key_shares: return SecurePhase::key_shares;
    case TransactionKind::unmasking: return SecurePhase::unmasking;
    default: return SecurePhase::updates;
  }
}

const char* name_of(SecurePhase phase) {
  constexpr const char* names[] = {"keys", "shares", "updates", "unmaskings"};
  return names[static_cast<std::size_t>(phase)];
}

class Secure : public ContractMode {
 public:
  explicit Secure(std::shared_ptr<const RoundRules> rules) : rules_(std::move(rules)), opened_s_(rules_->start_s) { open(); }

  [[nodiscard]] std::int64_t round() const override { return round_; }
  [[nodiscard]] const std::vector<InstitutionId>& expected() const override { return expected_; }
  [[nodiscard]] std::int64_t oldest() const override { return round_; }
  [[nodiscard]] std::optional<SecurePhase> phase() const override { return phase_; }

  [[nodiscard]] double due_s() const override {
    const bool dated = round_ < rules_->rounds && phase_ == SecurePhase::updates && rules_->deadline_s > 0.0;
    return std::min(dated ? opened_s_ + rules_->deadline_s : never, since_s_ + rules_->secure.phase_s);
  }
  [[nodiscard]] double deadline_s() const override {
    return has_quorum() && phase_ != SecurePhase::unmasking ? due_s() : never;
  }

  // One update a round, whatever its nonce.
  [[nodiscard]] UpdateKey key(const Transaction& update) const override { return {update.round, update.author, 0}; }
  [[nodiscard]] Verdict judge(const Transaction& update) const override { return admit(update); }

  void decide(const Transaction& update, bool counts) override {
    ++decided_;
    if (counts) said_.emplace(update.author, update);
  }

  [[nodiscard]] Verdict hear(const Transaction& statement) override {
    if (statement.kind == TransactionKind::unmasking && statement.round < round_) return {};  // the quorum was enough
    Verdict verdict = admit(statement);
    if (!verdict.accepted()) return verdict;
    const auto [before, is_new] = said_.emplace(statement.author, statement);
    if (is_new) {
      ++decided_;
    } else if (before->second.payload != statement.payload) {
      return {Rejection::second_update_of_round, fmt::format("institution {} has given its {} of round {}",
                                                             statement.author.value, name_of(phase_), round_ + 1)};
    }
    return {};
  }

  [[nodiscard]] std::optional<ClosedPhase> advance(const BlockPointer& block) override {
    const double now_s = block->header().time_s;
    if (since_s_ == never && has_quorum()) since_s_ = now_s;
    const bool over = has_quorum() && (decided_ == expected_.size() || now_s + time_tolerance_s >= due_s());
    if (phase_ == SecurePhase::unmasking || !over) return std::nullopt;
    ClosedPhase closed{round_, phase_, {}, block};
    std::vector<InstitutionId> next;
    for (const auto& [author, statement] : said_) {
      closed.statements.push_back(statement);
      next.push_back(author);
    }
    auto& kept = phase_ == SecurePhase::updates ? closed_.updates : closed_.statements;
    std::ranges::copy(closed.statements, std::back_inserter(kept));
    begin(static_cast<SecurePhase>(static_cast<int>(phase_) + 1), std::move(next));
    return closed;
  }

  [[nodiscard]] bool closes_within() const override { return false; }
  [[nodiscard]] bool closes_after(double /*block_s*/) const override {
    return phase_ == SecurePhase::unmasking && has_quorum();
  }

  [[nodiscard]] ClosedRound close(const BlockPointer& block) override {
    for (const auto& [author, unmasking] : said_) closed_.statements.push_back(unmasking);
    ClosedRound closed = std::exchange(closed_, {});
    closed.round = round_;
    closed.closed_by = block;
    closed.opened_s = opened_s_;
    closed.staleness.assign(closed.updates.size(), 0);
    opened_s_ = block->header().time_s;
    ++round_;
    open();
    return closed;
  }

 private:
  void open() {
    const bool ended = round_ >= rules_->rounds;
    begin(SecurePhase::keys, ended ? std::vector<InstitutionId>{} : participants(*rules_, round_));
    quorum_ = share_threshold(rules_->secure.threshold, std::ssize(expected_));
  }

  void begin(SecurePhase phase, std::vector<InstitutionId> expected) {
    phase_ = phase;
    expected_ = std::move(expected);
    said_.clear();
    decided_ = 0;
    since_s_ = never;
  }

  [[nodiscard]] bool has_quorum() const {
    const std::int64_t needed = phase_ == SecurePhase::updates ? std::max(quorum_, rules_->min_updates) : quorum_;
    return std::ssize(said_) >= needed;
  }

  [[nodiscard]] Verdict admit(const Transaction& statement) const {
    const SecurePhase phase = phase_of(statement);
    if (statement.round != round_ || phase != phase_) {
      return {Rejection::round_closed, fmt::format("{} for round {} while {} of round {} are awaited", name_of(phase),
                                                   statement.round + 1, name_of(phase_), round_ + 1)};
    }
    if (!std::ranges::binary_search(expected_, statement.author)) {
      return {Rejection::not_a_participant, fmt::format("institution {} is not asked for {} in round {}",
                                                        statement.author.value, name_of(phase), round_ + 1)};
    }
    return {};
  }

  std::shared_ptr<const RoundRules> rules_;
  double opened_s_;                              // the round
  std::int64_t round_ = 0;
  std::int64_t quorum_ = 0;
  SecurePhase phase_ = SecurePhase::keys;
  std::vector<InstitutionId> expected_;          // in this phase, sorted
  std::map<InstitutionId, Transaction> said_;    // in this phase, and counts
  std::size_t decided_ = 0;
  double since_s_ = never;                       // when the phase had its quorum
  ClosedRound closed_;                           // what the phases before have brought
};

}  // namespace

std::unique_ptr<ContractMode> make_secure(std::shared_ptr<const RoundRules> rules) {
  return std::make_unique<Secure>(std::move(rules));
}

}  // namespace polyclinic
