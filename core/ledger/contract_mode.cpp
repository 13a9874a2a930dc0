#include "core/ledger/contract_mode.hpp"

#include <fmt/ranges.h>

#include "core/base/error.hpp"

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

std::vector<NamedKind> contract_modes() {
  std::vector<NamedKind> named;
  for (const Kind& kind : kinds()) named.push_back(kind.named);
  return named;
}

std::unique_ptr<ContractMode> make_contract_mode(std::shared_ptr<const RoundRules> rules) {
  std::vector<std::string> names;
  for (const Kind& kind : kinds()) {
    if (kind.named.name == rules->mode) return kind.make(std::move(rules));
    names.push_back(kind.named.name);
  }
  throw UsageError(fmt::format("collaboration.mode is \"{}\", allowed: {}", rules->mode, fmt::join(names, ", ")));
}

}  // namespace polyclinic
