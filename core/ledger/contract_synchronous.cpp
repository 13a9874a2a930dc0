// Rounds with named participants, closed by the last of their updates or by quorum and deadline.
#include <algorithm>
#include <limits>
#include <set>

#include "core/ledger/contract_mode.hpp"

namespace polyclinic {
namespace {

class Synchronous : public ContractMode {
 public:
  explicit Synchronous(std::shared_ptr<const RoundRules> rules) : rules_(std::move(rules)), opened_s_(rules_->start_s) { open(); }

  [[nodiscard]] std::int64_t round() const override { return round_; }
  [[nodiscard]] const std::vector<InstitutionId>& expected() const override { return expected_; }
  [[nodiscard]] std::int64_t oldest() const override { return round_; }

  [[nodiscard]] double due_s() const override {
    const bool dated = round_ < rules_->rounds && rules_->deadline_s > 0.0;
    return dated ? opened_s_ + rules_->deadline_s : std::numeric_limits<double>::infinity();
  }
  [[nodiscard]] double deadline_s() const override {
    return has_quorum() ? due_s() : std::numeric_limits<double>::infinity();
  }

  // One update a round, whatever its nonce.
  [[nodiscard]] UpdateKey key(const Transaction& update) const override { return {update.round, update.author, 0}; }

  [[nodiscard]] Verdict judge(const Transaction& update) const override {
    if (update.round != round_) {
      return {Rejection::round_closed,
              fmt::format("update for round {} while round {} is open", update.round + 1, round_ + 1)};
    }
    if (!std::ranges::binary_search(expected_, update.author)) {
      return {Rejection::not_a_participant,
              fmt::format("institution {} does not take part in round {}", update.author.value, round_ + 1)};
    }
    return {};
  }

  void decide(const Transaction& update, bool counts) override {
    ++decided_;
    if (counts) accepted_.emplace(update.author, update);
  }

  // Within a block nothing closes: whatever else it brings can only be for this round.
  [[nodiscard]] bool closes_within() const override { return false; }
  [[nodiscard]] bool closes_after(double block_s) const override {
    return decided_ == expected_.size() || block_s + time_tolerance_s >= deadline_s();
  }

  [[nodiscard]] ClosedRound close(const BlockPointer& block) override {
    ClosedRound closed{round_, {}, block, opened_s_, {}};
    for (const auto& [author, update] : accepted_) closed.updates.push_back(update);
    closed.staleness.assign(closed.updates.size(), 0);
    opened_s_ = block->header().time_s;
    ++round_;
    open();
    return closed;
  }

 private:
  void open() {
    accepted_.clear();
    decided_ = 0;
    expected_ = round_ < rules_->rounds ? participants(*rules_, round_) : std::vector<InstitutionId>{};
  }

  // Without a quorum of its own a round waits for everybody, whatever its deadline.
  [[nodiscard]] bool has_quorum() const {
    return rules_->min_updates > 0 && static_cast<std::int64_t>(accepted_.size()) >= rules_->min_updates;
  }

  std::shared_ptr<const RoundRules> rules_;
  double opened_s_;
  std::int64_t round_ = 0;
  std::vector<InstitutionId> expected_;  // sorted
  std::map<InstitutionId, Transaction> accepted_;
  std::size_t decided_ = 0;
};

}  // namespace

std::unique_ptr<ContractMode> make_synchronous(std::shared_ptr<const RoundRules> rules) {
  return std::make_unique<Synchronous>(std::move(rules));
}

}  // namespace polyclinic
