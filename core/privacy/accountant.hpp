// How the losses of privacy of many releases add up to one epsilon. A new accountant is a class of its own and a line in the
// table.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/privacy/rdp.hpp"
#include "core/privacy/releases.hpp"
#include "core/scenario/leakage.hpp"

namespace polyclinic {

class Accountant {
 public:
  virtual ~Accountant() = default;
  // The least epsilon with which all of `releases` together are (epsilon, delta)-differentially private, as far as this accountant
  // can tell: what was published about the same records over steps, rounds and chains is put together first and converted once.
  // 0 for no releases. Of pure mechanisms alone it is never above the sum of their epsilons, which needs no delta.
  // An accountant remembers what it has computed for a step: it belongs to one thread.
  [[nodiscard]] virtual FoundEpsilon epsilon(const Releases& releases, double delta) = 0;
};

[[nodiscard]] std::vector<NamedKind> accountants();

// privacy.accountant with privacy.conversion. Throws UsageError for an unknown name.
[[nodiscard]] std::unique_ptr<Accountant> make_accountant(const PrivacyConfig& config);

}  // namespace polyclinic
