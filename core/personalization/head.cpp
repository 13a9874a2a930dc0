// A part of the model becomes the institution's own: trained with everything else frozen (the last step of FedPer,
// Arivazhagan et al. 2019, and of LG-FedAvg, Liang et al. 2020, for a model that was common until then), or in turn with it,
// an epoch each, beginning with the own part (as FedRep does within a round, Collins et al. 2021). Validation chooses how
// many epochs; see tuned().
#include "core/personalization/methods.hpp"
#include "core/personalization/parts.hpp"
#include "core/personalization/tuned_personalizer.hpp"

namespace polyclinic {

PersonalizerPointer make_head(const PersonalizationConfig& config, PersonalSetting setting) {
  const at::Tensor own = config.private_.empty() ? head_part(*setting.model)
                                                 : matching_part(*setting.model->layout(), config.private_, "private");
  std::vector<at::Tensor> turns{own};
  if (config.training == "alternate") turns.push_back(rest_of(own));
  return make_tuned_personalizer(config, std::move(setting), std::move(turns));
}

}  // namespace polyclinic
