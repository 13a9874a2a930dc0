// Deep leakage from gradients (Zhu, Liu, Han 2019): images and soft labels together, L-BFGS on the squared distance.
#include "core/leakage/inversion/attack.hpp"

namespace polyclinic {
namespace {

class Dlg final : public InversionAttack {
 public:
  explicit Dlg(const InversionSettings& settings) : settings_(settings) {}

  std::string obstacle(const Evidence& evidence) const override {
    const std::string none = no_images_at_all(evidence);
    return none.empty() ? unknown_weights(evidence) : none;
  }

  Reconstruction reconstruct(const Evidence& evidence, const ImagePrior&, Seed seed) const override {
    return match_by_lbfgs(evidence, *with_open_labels(evidence), settings_, 0.0, seed);
  }

 private:
  InversionSettings settings_;
};

}  // namespace

std::unique_ptr<const InversionAttack> make_dlg(const InversionSettings& settings) { return std::make_unique<Dlg>(settings); }

}  // namespace polyclinic
