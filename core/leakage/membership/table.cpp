#include <ATen/ops/cat.h>

#include "core/leakage/membership/attack.hpp"

namespace polyclinic {
namespace {

struct MembershipKind {
  NamedKind named;
  MembershipSignal signal;
  std::unique_ptr<const MembershipAttack> (*make)();
};

const std::vector<MembershipKind>& kinds() {
  static const std::vector<MembershipKind> table = {
      {{"loss", "a model's loss on a record, one threshold for all (Yeom et al. 2018)"},
       MembershipSignal::confidence,
       make_loss_attack},
      {{"calibrated", "a model's confidence less that of shadow models without the record (Watson et al. 2022)"},
       MembershipSignal::confidence,
       make_calibrated},
      {{"lira_online", "likelihood ratio of shadow models with and without the record (Carlini et al. 2022)"},
       MembershipSignal::confidence,
       make_lira_online},
      {{"lira_offline", "one-sided test against shadow models without the record (Carlini et al. 2022)"},
       MembershipSignal::confidence,
       make_lira_offline},
      {{"rmia", "likelihood ratio against a population of non-members (Zarifzadeh et al. 2024), offline"},
       MembershipSignal::confidence,
       make_rmia},
      {{"update_alignment",
        "how far published updates point along a record's own gradient, less the same of shadow updates"},
       MembershipSignal::update_alignment,
       make_difference},
      {{"update_lira", "update_alignment as a likelihood ratio of shadow updates with and without the record"},
       MembershipSignal::update_alignment,
       make_lira_online},
      {{"loss_drop", "how far published updates lower a record's loss, less the same of shadow updates"},
       MembershipSignal::loss_drop,
       make_difference},
  };
  return table;
}

const MembershipKind& kind_of(const std::string& name) {
  for (const MembershipKind& kind : kinds()) {
    if (kind.named.name == name) return kind;
  }
  reject_kind("membership attack", name, named_kinds(kinds()));
}

at::Tensor without_pair(const at::Tensor& table, std::int64_t row) {
  const std::int64_t first = row - row % 2, after = std::min(first + 2, table.size(0));
  return at::cat({table.narrow(0, 0, first), table.narrow(0, after, table.size(0) - after)});
}

}  // namespace

MembershipView view_of_shadow(const MembershipView& view, std::int64_t number) {
  MembershipView trial{
      .target = view.shadows[number], .shadows = without_pair(view.shadows, number), .in = without_pair(view.in, number)};
  if (view.population_shadows.defined()) {
    trial.population_target = view.population_shadows[number];
    trial.population_shadows = without_pair(view.population_shadows, number);
  }
  return trial;
}

std::vector<NamedKind> membership_attacks() { return named_kinds(kinds()); }

std::unique_ptr<const MembershipAttack> make_membership_attack(const std::string& name) { return kind_of(name).make(); }

MembershipSignal signal_of(const std::string& attack) { return kind_of(attack).signal; }

}  // namespace polyclinic
