#include "core/ledger/proof_of_work.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "core/base/error.hpp"
#include "core/ledger/proposing.hpp"

namespace polyclinic {
namespace {

constexpr TimerId mining_timer = 0;
constexpr double horizon_s = 1e12;        // what is found later is not found
constexpr double largest_retarget = 4.0;  // Bitcoin, pow.cpp: nPowTargetTimespan / 4 .. * 4
constexpr std::uint64_t default_confirmations = 6;

// Scaled to a sum of 1, one for each validator.
std::vector<double> shares_of(const ConsensusSetup& setup) {
  std::vector<double> shares = setup.rules.hash_shares;
  if (shares.empty()) shares.assign(static_cast<std::size_t>(setup.validators), 1.0);
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares) share /= sum;
  shares.resize(static_cast<std::size_t>(setup.validators), 0.0);
  return shares;
}

// Of the seed's own bits, as they are good enough and a generator's state is not needed for one number.
double exponential(Seed seed, double mean) {
  return -mean * std::log1p(-static_cast<double>(seed.value() >> 11) * 0x1.0p-53);
}

class ProofOfWork final : public Consensus {
 public:
  explicit ProofOfWork(const ConsensusSetup& setup)
      : setup_(setup),
        shares_(shares_of(setup)),
        share_(share_of(setup.self)),
        confirmations_(confirmations_by_work(setup.rules)) {}

  Actions on_work(const ConsensusView& view, double at_s) override {
    if (share_ == 0.0 || mining_on_ == view.ledger.head()) return {};
    mining_on_ = view.ledger.head();
    difficulty_ = next_difficulty(view.ledger, mining_on_->header());
    const Seed seed = next_seed(mining_on_->header().height + 1);
    found_s_ = at_s + exponential(seed, setup_.rules.block_interval_s * difficulty_ / share_);
    return found_s_ < horizon_s ? Actions{SetTimer{mining_timer, found_s_}} : Actions{};
  }

  Actions on_start(const ConsensusView&, double) override {
    mining_on_ = nullptr;
    return {};
  }

  Actions on_message(const ConsensusView&, NodeId, const ConsensusMessage&, double) override { return {}; }

  Actions on_timer(const ConsensusView& view, TimerId, double at_s) override {
    const bool is_found = mining_on_ && mining_on_ == view.ledger.head() && at_s + time_tolerance_s >= found_s_;
    if (!is_found) return {};
    const BlockPointer parent = std::exchange(mining_on_, nullptr);
    return {Publish{make_block(view.ledger.rules(), *parent, setup_.self, 0, at_s,
                               view.mempool.select(view.ledger, parent->hash()), setup_.keys, difficulty_)}};
  }

  Actions on_appended(const ConsensusView& view, const BlockPointer& block, double) override {
    const std::uint64_t height = block->header().height;
    if (view.ledger.head() != block || height < confirmations_) return {};
    const std::uint64_t final_height = height - confirmations_;
    if (final_height <= view.ledger.finalized()->header().height) return {};
    return {Finalize{view.ledger.at_height(final_height)->hash()}};
  }

  Verdict check(const KnownHeaders& known, const Header& header) const override {
    const Header* parent = known.find_header(header.parent);
    if (!parent || header.height != parent->height + 1) return {};  // check_place() says so
    if (share_of(header.proposer) == 0.0) {
      return {Rejection::wrong_turn, fmt::format("validator {} has no share in the hash power", header.proposer.value)};
    }
    if (const double right = next_difficulty(known, *parent); header.difficulty != right) {
      return {Rejection::wrong_difficulty,
              fmt::format("difficulty {} at height {}, needs {}", header.difficulty, header.height, right)};
    }
    return {};
  }

 private:
  [[nodiscard]] double share_of(NodeId node) const {
    const bool is_validator = node.value >= 0 && node.value < setup_.validators;
    return is_validator ? shares_[static_cast<std::size_t>(node.value)] : 0.0;
  }

  [[nodiscard]] double next_difficulty(const KnownHeaders& known, const Header& parent) const {
    const double now = parent.difficulty;
    const auto period = static_cast<std::uint64_t>(setup_.rules.retarget_blocks);
    const std::uint64_t last = parent.height;
    if (period == 0 || (last + 1) % period != 0 || last == 0) return now;
    const Header* first = &parent;
    for (std::uint64_t i = 0; i < period && first->height > 0; ++i) first = known.find_header(first->parent);
    const double expected_s = static_cast<double>(last - first->height) * setup_.rules.block_interval_s;
    const double actual_s = parent.time_s - first->time_s;
    return now * std::clamp(expected_s / actual_s, 1.0 / largest_retarget, largest_retarget);
  }

  // A draw of its own for each height, so that runs which differ in their interval alone draw the same luck, height by height.
  [[nodiscard]] Seed next_seed(std::uint64_t height) {
    returns_ += height <= highest_;
    highest_ = std::max(highest_, height);
    return setup_.seed / "mining" / height / returns_;
  }

  ConsensusSetup setup_;
  std::vector<double> shares_;
  double share_;
  std::uint64_t confirmations_;
  std::uint64_t highest_ = 0;  // height drawn for; with the count of returns to a lower one it survives a crash,
  std::uint64_t returns_ = 0;  // so that a draw is never repeated
  BlockPointer mining_on_;   // null: no timer is set
  double difficulty_ = 1.0;  // of the block being looked for
  double found_s_ = 0.0;
};

void check_setup(const ConsensusSetup& setup) {
  check_proposing_setup(setup);
  const ConsensusRules& rules = setup.rules;
  const auto need = [](bool fine, const char* key, auto value, const std::string& allowed) {
    if (!fine) throw UsageError(fmt::format("consensus.{} is {}, {}", key, value, allowed));
  };
  need(rules.confirmations >= 0, "confirmations", rules.confirmations, "needs 0 (for 6) or more");
  need(rules.retarget_blocks >= 0, "retarget_blocks", rules.retarget_blocks, "needs 0 (never) or more");
  const std::vector<double>& shares = rules.hash_shares;
  need(std::ssize(shares) <= setup.validators, "hash_shares", fmt::format("a list of {}", shares.size()),
       fmt::format("but there are {} validators", setup.validators));
  for (const double share : shares) {
    need(share >= 0.0 && std::isfinite(share), "hash_shares", fmt::format("a list with {}", share), "needs 0 or more");
  }
  const bool somebody_mines = shares.empty() || std::ranges::any_of(shares, [](double share) { return share > 0.0; });
  need(somebody_mines, "hash_shares", "a list of zeros", "somebody must mine");
}

}  // namespace

std::uint64_t confirmations_by_work(const ConsensusRules& rules) {
  return rules.confirmations > 0 ? static_cast<std::uint64_t>(rules.confirmations) : default_confirmations;
}

std::unique_ptr<Consensus> make_proof_of_work(const ConsensusSetup& setup) {
  check_setup(setup);
  return std::make_unique<ProofOfWork>(setup);
}

}  // namespace polyclinic
