// Own normalisation, after the idea of FedBN (Li et al. 2021, Federated learning on non-IID features via local batch
// normalization) that what differs between scanners is first of all the distribution of features: scales and shifts are trained
// on own rows and running statistics follow them, all else stays the collaborative model's. Validation chooses how many epochs;
// see tuned().
#include "core/base/error.hpp"
#include "core/personalization/methods.hpp"
#include "core/personalization/parts.hpp"
#include "core/personalization/tuned_personalizer.hpp"

namespace polyclinic {

PersonalizerPointer make_own_normalization(const PersonalizationConfig& config, PersonalSetting setting) {
  const at::Tensor part = normalization_part(*setting.model->layout());
  if (!part.defined()) {
    throw UsageError("kind is \"bn\", which needs a model with normalisation: model.norm = \"batch\" or \"group\"");
  }
  return make_tuned_personalizer(config, std::move(setting), {part});
}

}  // namespace polyclinic
