#include <fmt/format.h>

#include <numeric>

#include "core/auxiliary/uses/use.hpp"
#include "core/auxiliary/weights/weight.hpp"
#include "core/base/error.hpp"

namespace polyclinic {
namespace {

struct Kind {
  NamedKind named;
  std::unique_ptr<const Use> (*make)();
  Content content;
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> table = {
      {{"warm_start", "the source's body initialises this chain's"}, make_warm_start, {.body = true}},
      {{"anchor", "a proximal pull of the body towards the source's"}, make_anchor, {.body = true}},
      {{"blend", "each aggregate's body is mixed with the source's"}, make_blend, {.body = true}},
      {{"prototypes", "features are pulled towards the source's class means"}, make_prototypes, {.prototypes = true}},
      {{"distill", "predictions of a public reference set are pulled towards the source's"}, make_distill, {.predictions = true}},
  };
  return table;
}

}  // namespace

Content& Content::operator|=(const Content& other) {
  body |= other.body;
  predictions |= other.predictions;
  prototypes |= other.prototypes;
  return *this;
}

void Use::change(at::Tensor&, const Lesson&, double) const {}
void Use::add_terms(LocalObjective&, const Lesson&, double) const {}

std::vector<NamedKind> auxiliary_uses() { return named_kinds(kinds()); }

std::unique_ptr<const Use> make_use(const std::string& name) { return find_kind(kinds(), "auxiliary.uses", name).make(); }

Content content_needed(const AuxiliaryConfig& config) {
  Content content{.body = weighs_body(config)};
  for (const std::string& use : config.uses) content |= find_kind(kinds(), "auxiliary.uses", use).content;
  return content;
}

std::vector<std::int64_t> shared_classes(const AuxiliaryConfig& config, std::int64_t own, std::int64_t source) {
  std::vector<std::int64_t> classes = config.classes;
  if (classes.empty()) {
    if (own != source) {
      throw UsageError(fmt::format("auxiliary.classes is empty, but this task has {} classes and that of \"{}\" has {}: name those "
                                   "that both have",
                                   own, config.source, source));
    }
    classes.resize(static_cast<std::size_t>(own));
    std::iota(classes.begin(), classes.end(), std::int64_t{0});
  }
  for (const std::int64_t label : classes) {
    if (label >= 0 && label < std::min(own, source)) continue;
    throw UsageError(fmt::format("auxiliary.classes has {}, but this task has {} classes and that of \"{}\" has {}", label, own,
                                 config.source, source));
  }
  return classes;
}

}  // namespace polyclinic
