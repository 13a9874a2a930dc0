// Versions of the global model, each made by the next few updates that count, whatever versions these were trained from
// (Nguyen et al. 2022, Federated learning with buffered asynchronous aggregation); with a buffer of one, asynchronous
// federated optimisation (Xie, Koyejo and Gupta 2019).
#include <algorithm>
#include <limits>

#include "core/base/error.hpp"
#include "core/ledger/contract_mode.hpp"

namespace polyclinic {
namespace {

class Buffered : public ContractMode {
 public:
  Buffered(std::shared_ptr<const RoundRules> rules, std::int64_t buffer)
      : rules_(std::move(rules)),
        opened_s_(rules_->start_s),
        buffer_(static_cast<std::size_t>(buffer)),
        expected_(rules_->members) {}

  [[nodiscard]] std::int64_t round() const override { return version_; }
  [[nodiscard]] const std::vector<InstitutionId>& expected() const override { return expected_; }
  [[nodiscard]] double deadline_s() const override { return std::numeric_limits<double>::infinity(); }
  [[nodiscard]] double due_s() const override { return std::numeric_limits<double>::infinity(); }

  [[nodiscard]] UpdateKey key(const Transaction& update) const override {
    return {update.round, update.author, update.nonce};
  }
  [[nodiscard]] std::int64_t oldest() const override {
    return rules_->max_staleness > 0 ? std::max(version_ - rules_->max_staleness, std::int64_t{0}) : 0;
  }

  [[nodiscard]] Verdict judge(const Transaction& update) const override {
    if (update.round > version_) {
      return {Rejection::round_closed,
              fmt::format("update from version {} while version {} is the latest", update.round, version_)};
    }
    if (update.round < oldest()) {
      return {Rejection::too_stale, fmt::format("update from version {}, {} behind, where {} are allowed", update.round,
                                                version_ - update.round, rules_->max_staleness)};
    }
    if (!std::ranges::binary_search(expected_, update.author)) {
      return {Rejection::not_a_participant, fmt::format("institution {} is no member", update.author.value)};
    }
    return {};
  }

  void decide(const Transaction& update, bool counts) override {
    if (counts) accepted_.emplace(Place{update.author, update.round, update.nonce}, update);
  }

  [[nodiscard]] bool closes_within() const override { return accepted_.size() >= buffer_; }
  [[nodiscard]] bool closes_after(double) const override { return false; }

  [[nodiscard]] ClosedRound close(const BlockPointer& block) override {
    ClosedRound closed{version_, {}, block, opened_s_, {}};
    for (const auto& [place, update] : accepted_) {
      closed.updates.push_back(update);
      closed.staleness.push_back(version_ - static_cast<std::int64_t>(update.round));
    }
    accepted_.clear();
    opened_s_ = block->header().time_s;
    if (++version_ >= rules_->rounds) expected_.clear();
    return closed;
  }

 private:
  // An update's place among those of its version.
  struct Place {
    InstitutionId author;
    std::uint32_t round = 0;
    std::uint32_t nonce = 0;
    auto operator<=>(const Place&) const = default;
  };

  std::shared_ptr<const RoundRules> rules_;
  double opened_s_;
  std::size_t buffer_;
  std::vector<InstitutionId> expected_;  // sorted
  std::int64_t version_ = 0;
  std::map<Place, Transaction> accepted_;
};

}  // namespace

std::unique_ptr<ContractMode> make_asynchronous(std::shared_ptr<const RoundRules> rules) {
  return std::make_unique<Buffered>(std::move(rules), 1);
}

std::unique_ptr<ContractMode> make_buffered(std::shared_ptr<const RoundRules> rules) {
  require(rules->buffer >= 1, "collaboration.buffer is {}, needs at least 1", rules->buffer);
  const std::int64_t buffer = rules->buffer;
  return std::make_unique<Buffered>(std::move(rules), buffer);
}

}  // namespace polyclinic
