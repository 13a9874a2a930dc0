// What a hostile institution does instead of its honest part, before the share policy. A new kind is a new file beside this
// one and a line in table.cpp.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string_view>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/base/seed.hpp"
#include "core/data/dataset.hpp"
#include "core/scenario/scenario.hpp"
#include "core/sharing/update.hpp"

namespace polyclinic {

class Behaviour {
 public:
  virtual ~Behaviour() = default;
  // False: it does not train at all, costs no simulated time, and its update is zero before alter().
  [[nodiscard]] virtual bool trains() const { return true; }
  // The rows that it trains on instead of its own.
  [[nodiscard]] virtual Rows training_rows(Rows rows, const Task& /*task*/) const { return rows; }
  // What it hands to the policy instead of `update`. Buffers stay those of its training: a running variance must not turn
  // negative, and hostile weights alone do what is to be shown. SCAFFOLD's control variate is altered as the weights are;
  // what the institution itself remembers of it stays honest.
  [[nodiscard]] virtual PrivateUpdate alter(PrivateUpdate update, Seed /*seed*/) const { return update; }
};

struct BehaviourKind {
  std::string_view name;
  std::string_view description;
  bool reads_factor;                   // whether BehaviourConfig::factor changes what it does
  std::unique_ptr<Behaviour> (*make)(const BehaviourConfig& config);
};

[[nodiscard]] const std::vector<BehaviourKind>& institution_behaviour_kinds();

// The behaviours of institutions that BehaviourConfig::kind may name, with a line of description each.
[[nodiscard]] std::vector<NamedKind> institution_behaviours();

// Throws UsageError for a kind that is no institution's.
[[nodiscard]] std::unique_ptr<Behaviour> make_behaviour(const BehaviourConfig& config);

// Trains on wrong labels: class c becomes C - 1 - c, and so 0 and 1 change places where there are two; each of several
// labels y becomes 1 - y. (Tolpegin et al. 2020, Data poisoning attacks against federated learning systems, flip chosen
// pairs.)
[[nodiscard]] std::unique_ptr<Behaviour> make_label_flip(const BehaviourConfig& config);
// The update reversed: its weights times -factor.
[[nodiscard]] std::unique_ptr<Behaviour> make_sign_flip(const BehaviourConfig& config);
// Its weights times factor (Bagdasaryan et al. 2020, How to backdoor federated learning: model replacement).
[[nodiscard]] std::unique_ptr<Behaviour> make_scaled(const BehaviourConfig& config);
// Noise instead of the update: each tensor's weights independent normal numbers of mean 0, their deviation `factor` times
// the root mean square of the honest update of that tensor (Blanchard et al. 2017, section 5, with a deviation of 200).
[[nodiscard]] std::unique_ptr<Behaviour> make_gaussian(const BehaviourConfig& config);
// Returns the global model as it came: an update of zeros, without training (Lin et al. 2019, Free-riders in federated
// learning). Its private part and control variate never change.
[[nodiscard]] std::unique_ptr<Behaviour> make_free_rider(const BehaviourConfig& config);

}  // namespace polyclinic
