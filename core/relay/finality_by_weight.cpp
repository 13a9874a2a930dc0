// Protocols that let the heaviest branch win: headers count if they are that branch's, and are final under enough others.
#include <fmt/format.h>

#include <utility>

#include "core/relay/finality.hpp"

namespace polyclinic {
namespace {

class FinalityByWeight final : public Finality {
 public:
  explicit FinalityByWeight(ConfirmedBlock confirmed) : confirmed_(std::move(confirmed)) {}

  std::int64_t attestations_needed() const override { return 0; }

  Verdict check(const HeaderTree& tree, const Extension& headers, const std::vector<Attestation>&) const override {
    const BranchTip tip = headers.tip();
    if (is_better(tip, tree.best_tip(), tree.fork_choice())) return {};
    return {Rejection::stale_fork,
            fmt::format("ends on {} of weight {}, where {} of weight {} is known", tip.hash.short_hex(),
                        tip.total_difficulty, tree.best_block().short_hex(), tree.best_tip().total_difficulty)};
  }

  Digest final_block(const HeaderTree& tree) const override { return confirmed_(tree); }

 private:
  ConfirmedBlock confirmed_;
};

}  // namespace

std::unique_ptr<const Finality> make_finality_by_weight(ConfirmedBlock confirmed) {
  return std::make_unique<const FinalityByWeight>(std::move(confirmed));
}

}  // namespace polyclinic
