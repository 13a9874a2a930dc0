#include "core/probing/attacks.hpp"

#include <algorithm>
#include <iterator>

#include "core/leakage/inversion/inversion.hpp"
#include "core/leakage/labels/label_attack.hpp"
#include "core/leakage/membership/attack.hpp"
#include "core/leakage/properties/property_attack.hpp"

namespace polyclinic {
namespace {

struct Family {
  AttackFamily family;
  std::vector<NamedKind> (*kinds)();
};

constexpr Family families[] = {{AttackFamily::inversion, inversion_attacks},
                               {AttackFamily::labels, label_attacks},
                               {AttackFamily::membership, membership_attacks},
                               {AttackFamily::properties, property_attacks}};

}  // namespace

std::vector<NamedKind> attack_kinds() {
  std::vector<NamedKind> all;
  for (const Family& family : families) std::ranges::move(family.kinds(), std::back_inserter(all));
  return all;
}

AttackFamily family_of(const std::string& attack) {
  for (const Family& family : families) {
    const std::vector<NamedKind> kinds = family.kinds();
    if (std::ranges::find(kinds, attack, &NamedKind::name) != kinds.end()) return family.family;
  }
  reject_kind("probe.attacks", attack, attack_kinds());
}

}  // namespace polyclinic
