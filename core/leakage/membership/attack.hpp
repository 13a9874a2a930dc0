// Who was trained on: scores for records, from what a target and other, known models say of them. An attack never sees who is a
// member of the target. A new attack is a new file beside this one and a line in table.cpp.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/named_kind.hpp"

namespace polyclinic {

// A number for each record and model. Higher speaks for membership.
enum class MembershipSignal {
  confidence,                        // Confidence::phi of a model that can be asked
  update_alignment,                  // of a sequence of published updates: update_signals.hpp
  loss_drop
};

// n records, N shadow models, which the attacker trained as the target was, on records of its own choice out of the n. All
// signals are of one kind, float64.
struct MembershipView {
  at::Tensor target;                 // (n)
  at::Tensor shadows = {};           // (N, n); undefined: none
  at::Tensor in = {};                // bool (N, n): which records each shadow was trained on; of shadows 2k and 2k + 1 each on what the
                                     // other was not
  at::Tensor population_target = {}; // (z): of other records, known to be nobody's members and not among the n; undefined: none
  at::Tensor population_shadows = {};  // (N, z)
  [[nodiscard]] std::int64_t records() const { return target.size(0); }
  [[nodiscard]] std::int64_t shadow_models() const { return shadows.defined() ? shadows.size(0) : 0; }
};

// The view of somebody who attacks shadow `number` with the help of the others: its records are known to that shadow's trainer,
// so that this trial can be scored. The shadow with the complementary records leaves too, since what is missing among the others would
// give it away. Population and the others stay; needs four shadows.
[[nodiscard]] MembershipView view_of_shadow(const MembershipView& view, std::int64_t number);

class MembershipAttack {
 public:
  virtual ~MembershipAttack() = default;
  // Empty: it can be tried; else why not ("there are no shadow models").
  [[nodiscard]] virtual std::string obstacle(const MembershipView& view) const = 0;
  // float64 (n), higher for likelier members. A pure function. Needs that there be no obstacle.
  [[nodiscard]] virtual at::Tensor scores(const MembershipView& view) const = 0;
};

// -loss, one threshold for all records (Yeom et al. 2018, Privacy risk in machine learning, adversary 1).
[[nodiscard]] std::unique_ptr<const MembershipAttack> make_loss_attack();
// phi less its mean over shadows that were not trained on the record (Watson et al. 2022, On the importance of difficulty
// calibration).
[[nodiscard]] std::unique_ptr<const MembershipAttack> make_calibrated();
// log N(phi; in) - log N(phi; out), of normal distributions that fit the shadows with and without the record (Carlini et al.
// 2022, algorithm 1): lira.hpp says how.
[[nodiscard]] std::unique_ptr<const MembershipAttack> make_lira_online();
// (phi - mean of out) / deviation of out: the one-sided test of formula 4 there, whose Phi() keeps the order and would only
// round large scores to 1.
[[nodiscard]] std::unique_ptr<const MembershipAttack> make_lira_offline();
// Zarifzadeh, Liu, Shokri 2024, Low-cost high-power membership inference attacks, offline: the share of the population that the
// record's likelihood ratio exceeds (gamma 1). p(x) of an average model is half of (1 + a) x the mean of shadows without x
// + (1 - a); of a = 0, 0.1, ... 1 that one counts with which shadow models are attacked best, or 0.3 with fewer than two of
// them.
[[nodiscard]] std::unique_ptr<const MembershipAttack> make_rmia();
// The signal itself, less its mean over shadows without the record where there are such: of published updates.
[[nodiscard]] std::unique_ptr<const MembershipAttack> make_difference();

[[nodiscard]] std::vector<NamedKind> membership_attacks();
// These throw UsageError for an attack that does not exist.
[[nodiscard]] std::unique_ptr<const MembershipAttack> make_membership_attack(const std::string& name);
[[nodiscard]] MembershipSignal signal_of(const std::string& attack);

}  // namespace polyclinic
