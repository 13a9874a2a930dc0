#include "core/personalization/tuned_personalizer.hpp"

#include "core/personalization/tuning.hpp"

namespace polyclinic {
namespace {

class TunedPersonalizer final : public Personalizer {
 public:
  TunedPersonalizer(const PersonalizationConfig& config, PersonalSetting setting, std::vector<at::Tensor> parts)
      : setting_(std::move(setting)), plan_(tuning_plan(config, setting_, std::move(parts))) {}

  PersonalModel finish(const PersonalEnd& end, const Pool& pool) const override {
    return tuned(plan_, setting_, end, pool);
  }
  PersonalVolume final_volume(const OwnRows& rows) const override { return tuning_volume(plan_, rows); }

 private:
  PersonalSetting setting_;
  TuningPlan plan_;
};

}  // namespace

PersonalizerPointer make_tuned_personalizer(const PersonalizationConfig& config, PersonalSetting setting,
                                            std::vector<at::Tensor> parts) {
  return std::make_shared<const TunedPersonalizer>(config, std::move(setting), std::move(parts));
}

}  // namespace polyclinic
