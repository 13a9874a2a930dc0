// Own epochs from the collaborative model: of all its tensors (buffers too), or of the last layer alone. Validation chooses how
// many; see tuned().
#include "core/personalization/methods.hpp"
#include "core/personalization/parts.hpp"
#include "core/personalization/tuned_personalizer.hpp"

namespace polyclinic {

PersonalizerPointer make_fine_tune(const PersonalizationConfig& config, PersonalSetting setting) {
  const at::Tensor part = config.part == "head" ? head_part(*setting.model) : at::Tensor();
  return make_tuned_personalizer(config, std::move(setting), {part});
}

}  // namespace polyclinic
