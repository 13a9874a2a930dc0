#include "core/leakage/inversion/attack.hpp"

namespace polyclinic {
namespace {

struct AttackKind {
  NamedKind named;
  std::unique_ptr<const InversionAttack> (*make)(const InversionSettings&);
};

const std::vector<AttackKind>& attacks() {
  static const std::vector<AttackKind> table{
      {{"dlg", "images and soft labels together, L-BFGS on squared differences (Zhu, Liu, Han 2019)"}, make_dlg},
      {{"idlg", "labels from the head, then DLG for the images (Zhao, Mopuri, Bilen 2020)"}, make_idlg},
      {{"inverting_gradients", "cosine, total variation, signed Adam within black and white (Geiping et al. 2020)"},
       make_inverting_gradients},
      {{"head_agnostic", "images and the gradient of their features together: needs neither head nor labels"}, make_head_agnostic},
      {{"prior_assisted", "from the mean public image, smooth and within black and white: for small fractions"}, make_prior_assisted},
      {{"analytic", "a published linear first layer solved for its input"}, make_analytic},
  };
  return table;
}

}  // namespace

std::vector<NamedKind> inversion_attacks() { return named_kinds(attacks()); }

std::unique_ptr<const InversionAttack> make_inversion_attack(const std::string& name, const InversionSettings& settings) {
  return find_kind(attacks(), "probe.attacks", name).make(settings);
}

}  // namespace polyclinic
