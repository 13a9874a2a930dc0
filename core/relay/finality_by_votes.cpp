// Protocols whose validators vote have no branches: a header that a quorum attests is final, and so is all that it stands on.
#include <fmt/format.h>

#include "core/ledger/validator_set.hpp"
#include "core/relay/finality.hpp"

namespace polyclinic {
namespace {

class FinalityByVotes final : public Finality {
 public:
  FinalityByVotes(std::int64_t quorum, std::int64_t validators) : quorum_(quorum), validators_(validators) {}

  std::int64_t attestations_needed() const override { return quorum_; }

  Verdict check(const HeaderTree& tree, const Extension& headers,
                const std::vector<Attestation>& attestations) const override {
    const Header& first = headers.headers().front();
    if (first.parent != tree.final_block()) {
      return {Rejection::conflicts_with_finalized,
              fmt::format("height {} stands on {}, beside the final block {} of height {}", first.height,
                          first.parent.short_hex(), tree.final_block().short_hex(), tree.final_height())};
    }
    return count(attestations);
  }

  Digest final_block(const HeaderTree& tree) const override { return tree.best_block(); }

 private:
  [[nodiscard]] Verdict count(const std::vector<Attestation>& attestations) const {
    ValidatorSet voters(validators_);
    for (const auto& [validator, signature] : attestations) {
      if (validator.value < 0 || validator.value >= validators_) {
        return {Rejection::no_quorum, fmt::format("attested by {}, of {} validators", validator.value, validators_)};
      }
      if (!voters.insert(validator)) {
        return {Rejection::no_quorum, fmt::format("attested by validator {} twice", validator.value)};
      }
    }
    if (voters.size() >= quorum_) return {};
    return {Rejection::no_quorum,
            fmt::format("attested by {} of {} validators, needs {}", voters.size(), validators_, quorum_)};
  }

  std::int64_t quorum_;
  std::int64_t validators_;
};

}  // namespace

std::unique_ptr<const Finality> make_finality_by_votes(std::int64_t quorum, std::int64_t validators) {
  return std::make_unique<const FinalityByVotes>(quorum, validators);
}

}  // namespace polyclinic
