#include "sim/speed_levels.hpp"

#include "core/scenario/parse.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

std::map<Party, std::vector<double>> levels_of(const std::string& faults) {
  const std::string base = "schema = 1\nname = 's'\n[[institution]]\nname = 'clinic'\ncount = 2\n[[chain]]\nname = 'c'\n";
  return speed_levels(parse_scenario(base + faults, "s.toml", {}));
}

TEST_CASE("nobody is slowed down") {
  CHECK(levels_of("").empty());
  CHECK(levels_of("[[fault]]\nkind='crash'\ninstitutions=['clinic']\n").empty());
}

using Levels = std::map<Party, std::vector<double>>;

// 1; 0.5 alone; 0.5 * 0.25 together; 0.25 alone.
TEST_CASE("slow faults that overlap multiply") {
  const auto levels = levels_of(
      "[[fault]]\nkind='slow'\ninstitutions=['clinic-1']\nfactor=0.5\nfor_s=2\n"
      "[[fault]]\nkind='slow'\ninstitutions=['clinic-1']\nfactor=0.25\nat_s=1\nfor_s=2\n");
  const Levels expected{{Party(InstitutionId{1}), {1.0, 0.5, 0.125, 0.25}}};
  CHECK((levels == expected));
}

// Some 1e15 of them would otherwise be played until the last machine is slow.
TEST_CASE("churn is left out of account") {
  const auto levels = levels_of(
      "[[fault]]\nkind='churn'\ninstitutions=['clinic-0']\non_s=1e-3\noff_s=1e-3\n"
      "[[fault]]\nkind='slow'\nvalidators=[2]\nfactor=0.5\nat_s=1e12\n");
  const Levels expected{{Party(ChainId{0}, NodeId{2}), {1.0, 0.5}}};
  CHECK((levels == expected));
}

}  // namespace
}  // namespace polyclinic
