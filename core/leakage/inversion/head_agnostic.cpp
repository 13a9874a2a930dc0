// Images without the head: for any head and label, the body's gradient is that of the features times some numbers, which are guessed
// together with the images. L-BFGS on the squared distance of the body's published numbers.
#include "core/leakage/inversion/attack.hpp"

namespace polyclinic {
namespace {

class HeadAgnostic final : public InversionAttack {
 public:
  explicit HeadAgnostic(const InversionSettings& settings) : settings_(settings) {}

  std::string obstacle(const Evidence& evidence) const override {
    const std::string none = no_images_at_all(evidence);
    return none.empty() ? no_body(evidence) : none;
  }

  Reconstruction reconstruct(const Evidence& evidence, const ImagePrior&, Seed seed) const override {
    const Evidence part = first_and_last(evidence);
    return match_by_lbfgs(part, *with_open_head(part), settings_, smoothness_or(settings_, 0.0), seed);
  }

 private:
  InversionSettings settings_;
};

}  // namespace

std::unique_ptr<const InversionAttack> make_head_agnostic(const InversionSettings& settings) {
  return std::make_unique<HeadAgnostic>(settings);
}

}  // namespace polyclinic
