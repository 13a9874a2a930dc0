#include "core/ledger/consensus.hpp"

#include <fmt/ranges.h>

#include "core/base/error.hpp"
#include "core/ledger/proof_of_authority.hpp"

namespace polyclinic {
namespace {

struct Kind {
  NamedKind named;
  std::unique_ptr<Consensus> (*make)(const ConsensusSetup& setup);
};

std::vector<Kind> kinds() {
  return {
      {{"proof_of_authority", "validators take turns at a fixed interval; final once enough others have built on a block"},
       make_proof_of_authority},
  };
}

}  // namespace

std::vector<NamedKind> consensus_kinds() {
  std::vector<NamedKind> named;
  for (const Kind& kind : kinds()) named.push_back(kind.named);
  return named;
}

std::unique_ptr<Consensus> make_consensus(const std::string& kind, const ConsensusSetup& setup) {
  std::vector<std::string> names;
  for (const Kind& known : kinds()) {
    if (known.named.name == kind) return known.make(setup);
    names.push_back(known.named.name);
  }
  throw UsageError(fmt::format("consensus.kind is \"{}\", allowed: {}", kind, fmt::join(names, ", ")));
}

}  // namespace polyclinic
