#include "core/personalization/methods.hpp"

namespace polyclinic {
namespace {

struct Kind {
  NamedKind named;
  PersonalizerPointer (*make)(const PersonalizationConfig&, PersonalSetting);
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> table{
      {{"fine_tune", "own epochs from the collaborative model, all of it or its head"}, make_fine_tune},
      {{"head", "own tensors trained with the others frozen, or in turn with them"}, make_head},
      {{"ditto", "a model of its own, pulled towards the global one in each round (Li et al. 2021)"}, make_ditto},
      {{"apfl", "an own and the global model mixed by a share that adapts (Deng et al. 2020)"}, make_apfl},
      {{"bn", "own normalisation: scales, shifts and running statistics on own rows"}, make_own_normalization},
      {{"interpolate", "between the model trained alone and the collaborative one, by validation"}, make_interpolation},
  };
  return table;
}

}  // namespace

PersonalState Personalizer::follow(const PersonalRound& round, const Pool&) const { return round.state; }
PersonalVolume Personalizer::round_volume(const OwnRows&) const { return {}; }
PersonalVolume Personalizer::final_volume(const OwnRows&) const { return {}; }

std::vector<NamedKind> personalization_kinds() { return named_kinds(kinds()); }

PersonalizerPointer make_personalizer(const PersonalizationConfig& config, PersonalSetting setting) {
  setting.collection.train = setting.collection.validation = setting.collection.test = nullptr;
  return find_kind(kinds(), "kind", config.kind).make(config, std::move(setting));
}

}  // namespace polyclinic
