#include "core/ledger/contract_mode.hpp"

namespace polyclinic {
namespace {

struct Kind {
  NamedKind named;
  std::unique_ptr<ContractMode> (*make)(std::shared_ptr<const RoundRules> rules);
};

std::vector<Kind> kinds() {
  return {
      {{"synchronous", "a round's updates make a new global model together, by quorum and deadline"}, make_synchronous},
      {{"asynchronous", "each update makes a new version of the global model when it is final"}, make_asynchronous},
      {{"buffered", "every few updates make a new version of the global model"}, make_buffered},
      {{"gossip", "no global model: neighbours average, the chain records what a round exchanged"}, make_synchronous},
  };
}

}  // namespace

std::vector<NamedKind> contract_modes() { return named_kinds(kinds()); }

std::unique_ptr<ContractMode> make_contract_mode(std::shared_ptr<const RoundRules> rules) {
  const Kind kind = find_kind(kinds(), "collaboration.mode", rules->mode);
  if (rules->secure.enabled()) return make_secure(std::move(rules));
  return kind.make(std::move(rules));
}

}  // namespace polyclinic
