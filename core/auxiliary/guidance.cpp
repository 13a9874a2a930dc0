#include "core/auxiliary/guidance.hpp"

#include <algorithm>

#include "core/auxiliary/uses/use.hpp"
#include "core/auxiliary/weights/weight.hpp"
#include "core/base/error.hpp"

namespace polyclinic {
namespace {

const SourceGuidance* find_source(const GuidancePointer& guidance, std::size_t source) {
  if (!guidance) return nullptr;
  const auto found = std::ranges::find(guidance->sources, source, &SourceGuidance::source);
  return found == guidance->sources.end() ? nullptr : &*found;
}

// One source after another.
class Teaching {
 public:
  Teaching(const Classroom& classroom, const ParameterSet& parameters, std::int64_t rounds, const GuidancePointer& before,
           const Pool& pool)
      : classroom_(classroom), parameters_(parameters), rounds_(rounds), before_(before), pool_(pool),
        guidance_(std::make_shared<Guidance>()) {}

  void learn(std::size_t source, const std::vector<const ReceivedObject*>& objects) {
    SourceGuidance told = remembered(source);
    const std::int64_t known_model = told.model_round;
    const Lesson lesson = prepare(source, objects, told, known_model);
    const Weight weight =
        weight_of(lesson, parameters_, classroom_.seed / "weight" / static_cast<std::int64_t>(source) / rounds_, pool_);
    told.weight = weight.value;
    told.similarity = weight.similarity;
    at::Tensor flat = parameters_.flat();
    for (const std::string& name : lesson.config.uses) {
      const std::unique_ptr<const Use> use = make_use(name);
      use->change(flat, lesson, weight.value);
      use->add_terms(guidance_->objective, lesson, weight.value);
    }
    if (!flat.is_same(parameters_.flat())) parameters_ = ParameterSet(parameters_.layout(), flat);
    guidance_->sources.push_back(told);
  }

  [[nodiscard]] Guided take() { return {std::move(parameters_), std::move(guidance_)}; }

 private:
  [[nodiscard]] SourceGuidance remembered(std::size_t source) const {
    const SourceGuidance* known = find_source(before_, source);
    if (known != nullptr) return *known;
    return {.source = source, .first_round = rounds_};
  }

  Lesson prepare(std::size_t source, const std::vector<const ReceivedObject*>& objects, SourceGuidance& told,
                 std::int64_t known_model) const {
    Lesson lesson{.config = classroom_.configs[source],
                  .pupil = classroom_.pupil,
                  .reference = classroom_.references[source],
                  .rounds = rounds_,
                  .rounds_taught = rounds_ - told.first_round};
    std::vector<WeightedPrototypes> prototypes;
    for (const ReceivedObject* received : objects) {
      const AuxiliaryObject& object = *received->object;
      if (object.prototypes.classes > 0) {
        prototypes.push_back({&object.prototypes, received->samples});
        continue;
      }
      told.model_round = received->source_round;
      if (!object.body.empty()) lesson.body = lay_over(object.body, *classroom_.pupil.model);
      lesson.predictions = object.predictions;
    }
    lesson.is_first = known_model < 0 && told.model_round >= 0;
    lesson.is_new = told.model_round > known_model;
    if (!prototypes.empty()) lesson.prototypes = merge(prototypes, classroom_.sharing[source]);
    require_fit(lesson);
    return lesson;
  }

  void require_fit(const Lesson& lesson) const {
    if (lesson.predictions.defined()) {
      require(lesson.predictions.size(0) == lesson.reference.size(),
              "auxiliary information from {}: predictions of {} rows, the reference set has {}", lesson.config.source,
              lesson.predictions.size(0), lesson.reference.size());
    }
  }

  const Classroom& classroom_;
  ParameterSet parameters_;
  std::int64_t rounds_;
  const GuidancePointer& before_;
  const Pool& pool_;
  std::shared_ptr<Guidance> guidance_;
};

}  // namespace

Guided guide(const Classroom& classroom, const ParameterSet& parameters, std::int64_t rounds, const Received& received,
             const GuidancePointer& before, const Pool& pool) {
  if (!received) return {parameters, before};
  Teaching teaching(classroom, parameters, rounds, before, pool);
  for (std::size_t source = 0; source < classroom.configs.size(); ++source) {
    std::vector<const ReceivedObject*> objects;
    for (const ReceivedObject& object : *received) {
      if (object.source == source) objects.push_back(&object);
    }
    if (!objects.empty()) teaching.learn(source, objects);
  }
  return teaching.take();
}

void add_guidance(LocalObjective& objective, const GuidancePointer& guidance) {
  if (!guidance) return;
  const LocalObjective& terms = guidance->objective;
  objective.anchors.insert(objective.anchors.end(), terms.anchors.begin(), terms.anchors.end());
  objective.prototypes.insert(objective.prototypes.end(), terms.prototypes.begin(), terms.prototypes.end());
  objective.distillations.insert(objective.distillations.end(), terms.distillations.begin(), terms.distillations.end());
}

}  // namespace polyclinic
