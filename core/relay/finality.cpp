#include "core/relay/finality.hpp"

#include "core/base/named_kind.hpp"
#include "core/ledger/pbft_state.hpp"
#include "core/ledger/proof_of_authority.hpp"
#include "core/ledger/proof_of_work.hpp"
#include "core/ledger/raft.hpp"

namespace polyclinic {
namespace {

std::int64_t validators_of(const SourceRules& rules) { return static_cast<std::int64_t>(rules.validators.size()); }

ConfirmedBlock confirmed_by_signers(const SourceRules& rules) {
  return [confirmations = confirmations_by_authority(rules.consensus, validators_of(rules))](const HeaderTree& tree) {
    const auto confirmed = confirmed_by_authority(tree, tree.best_block(), tree.final_height(), confirmations);
    return confirmed.value_or(tree.final_block());
  };
}

ConfirmedBlock confirmed_by_blocks(const SourceRules& rules) {
  return [confirmations = confirmations_by_work(rules.consensus)](const HeaderTree& tree) {
    const bool is_higher = tree.best_height() > tree.final_height() + confirmations;
    return is_higher ? tree.at_height(tree.best_height() - confirmations) : tree.final_block();
  };
}

struct Kind {
  NamedKind named;
  std::unique_ptr<const Finality> (*make)(const SourceRules& rules);
};

std::vector<Kind> kinds() {
  return {
      {{"proof_of_authority", "final under blocks by enough other signers"},
       [](const SourceRules& rules) { return make_finality_by_weight(confirmed_by_signers(rules)); }},
      {{"pbft", "final by the attestations of a quorum"},
       [](const SourceRules& rules) {
         return make_finality_by_votes(pbft::quorum(validators_of(rules)), validators_of(rules));
       }},
      {{"raft", "final by the attestations of a majority"},
       [](const SourceRules& rules) {
         return make_finality_by_votes(raft::majority(validators_of(rules)), validators_of(rules));
       }},
      {{"proof_of_work", "final under enough blocks"},
       [](const SourceRules& rules) { return make_finality_by_weight(confirmed_by_blocks(rules)); }},
  };
}

}  // namespace

std::unique_ptr<const Finality> make_finality(const SourceRules& rules) {
  return find_kind(kinds(), "consensus.kind", rules.consensus.kind).make(rules);
}

}  // namespace polyclinic
