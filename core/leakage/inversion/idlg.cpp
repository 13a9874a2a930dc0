// Improved deep leakage from gradients (Zhao, Mopuri, Bilen 2020): labels are read off the head, then DLG for the images alone.
#include "core/leakage/inversion/attack.hpp"
#include "core/leakage/inversion/labels.hpp"

namespace polyclinic {
namespace {

class Idlg final : public InversionAttack {
 public:
  explicit Idlg(const InversionSettings& settings) : settings_(settings) {}

  std::string obstacle(const Evidence& evidence) const override {
    std::string why = no_images_at_all(evidence);
    if (why.empty()) why = unknown_weights(evidence);
    if (why.empty() && !labels_behind(evidence).defined()) why = "nothing that is published of the head tells the labels";
    return why;
  }

  Reconstruction reconstruct(const Evidence& evidence, const ImagePrior&, Seed seed) const override {
    return match_by_lbfgs(evidence, *with_labels(evidence, labels_behind(evidence)), settings_, 0.0, seed);
  }

 private:
  InversionSettings settings_;
};

}  // namespace

std::unique_ptr<const InversionAttack> make_idlg(const InversionSettings& settings) { return std::make_unique<Idlg>(settings); }

}  // namespace polyclinic
