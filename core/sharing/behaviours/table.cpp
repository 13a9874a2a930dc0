#include <string>

#include "core/sharing/behaviours/behaviour.hpp"
#include "core/sharing/names.hpp"

namespace polyclinic {

const std::vector<BehaviourKind>& institution_behaviour_kinds() {
  static const std::vector<BehaviourKind> kinds{
      {"label_flip", "trains on wrong labels: class c of C becomes C - 1 - c, a label of several its opposite", false,
       make_label_flip},
      {"sign_flip", "publishes its update reversed, times factor", true, make_sign_flip},
      {"scaled", "publishes its update times factor", true, make_scaled},
      {"gaussian", "publishes noise, factor times as large as its update tensor by tensor", true, make_gaussian},
      {"free_rider", "does not train and returns the global model", false, make_free_rider},
  };
  return kinds;
}

std::unique_ptr<Behaviour> make_behaviour(const BehaviourConfig& config) {
  std::vector<std::string> names;
  for (const BehaviourKind& kind : institution_behaviour_kinds()) {
    if (kind.name == config.kind) return kind.make(config);
    names.emplace_back(kind.name);
  }
  unknown_name("behaviour.kind", config.kind, names);
}

std::vector<NamedKind> institution_behaviours() {
  std::vector<NamedKind> kinds;
  for (const BehaviourKind& kind : institution_behaviour_kinds()) {
    kinds.push_back({std::string(kind.name), std::string(kind.description)});
  }
  return kinds;
}

}  // namespace polyclinic
