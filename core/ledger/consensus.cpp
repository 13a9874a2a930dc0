#include "core/ledger/consensus.hpp"

#include "core/ledger/equivocation_watch.hpp"
#include "core/ledger/pbft.hpp"
#include "core/ledger/proof_of_authority.hpp"
#include "core/ledger/proof_of_work.hpp"
#include "core/ledger/raft.hpp"

namespace polyclinic {
namespace {

struct Kind {
  NamedKind named;
  std::unique_ptr<Consensus> (*make)(const ConsensusSetup& setup);
  ForkChoice fork_choice;
};

std::vector<Kind> kinds() {
  return {
      {{"proof_of_authority",
        "validators take turns as in Clique, others step in; final once enough others have built on a block"},
       make_proof_of_authority,
       ForkChoice{.first_seen = false, .may_reverse = true}},
      {{"pbft", "validators vote on each block, as in IBFT 2.0; final at once, with less than a third of them faulty"},
       make_pbft,
       ForkChoice{.first_seen = false, .may_reverse = false}},
      {{"raft", "an elected leader orders blocks, final once a majority has them; tolerates crashes only"},
       make_raft,
       ForkChoice{.first_seen = false, .may_reverse = false}},
      {{"proof_of_work", "blocks are found by chance in proportion to hash power; final under a number of blocks"},
       make_proof_of_work,
       ForkChoice{.first_seen = true, .may_reverse = true}},
  };
}

Kind kind_of(const ConsensusRules& rules) { return find_kind(kinds(), "consensus.kind", rules.kind); }

}  // namespace

std::vector<NamedKind> consensus_kinds() { return named_kinds(kinds()); }

std::unique_ptr<Consensus> make_consensus(const ConsensusSetup& setup) {
  return watch_equivocation(kind_of(setup.rules).make(setup));
}

ForkChoice fork_choice(const ConsensusRules& rules) { return kind_of(rules).fork_choice; }

ConsensusMessagePointer Consensus::finality_proof(const Digest&) const { return nullptr; }
bool Consensus::proves_finality(const ConsensusMessage&, const Header&) const { return false; }

}  // namespace polyclinic
