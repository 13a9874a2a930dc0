// What is made of a source's knowledge: a change of the common model, or a term in the members' local objective. A new use is a
// new file beside this one and a line in table.cpp.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "core/auxiliary/lesson.hpp"
#include "core/base/named_kind.hpp"
#include "core/learning/trainer.hpp"

namespace polyclinic {

// What a source has to publish for a use.
struct Content {
  bool body = false;
  bool predictions = false;
  bool prototypes = false;
  Content& operator|=(const Content& other);
  [[nodiscard]] bool any() const { return body || predictions || prototypes; }
  bool operator==(const Content&) const = default;
};

class Use {
 public:
  virtual ~Use() = default;
  // In place, `flat` over the layout: what all members' next round starts from. Weight 0 changes no bit.
  virtual void change(at::Tensor& flat, const Lesson& lesson, double weight) const;
  // Adds to what every member trains for in the round. Weight 0 adds nothing.
  virtual void add_terms(LocalObjective& objective, const Lesson& lesson, double weight) const;
};

// The body of the source's model replaces the own one in the proportion `weight` (1 and more: wholly): once, when its first model
// arrives, or with warm_start_below in every round below that bound in which a new one has arrived.
[[nodiscard]] std::unique_ptr<const Use> make_warm_start();
// AnchorTerm towards the source's body with mu = anchor x weight.
[[nodiscard]] std::unique_ptr<const Use> make_anchor();
// Each aggregate's body becomes (1 - l) own + l source's, l = blend x weight, at most 1.
[[nodiscard]] std::unique_ptr<const Use> make_blend();
// PrototypeTerm towards the source's prototypes of the classes that the tasks share, by prototypes x weight.
[[nodiscard]] std::unique_ptr<const Use> make_prototypes();
// DistillationTerm from the source's predictions of the reference rows, by distill x weight.
[[nodiscard]] std::unique_ptr<const Use> make_distill();

// The names that AuxiliaryConfig::uses may hold, with a line of description each.
[[nodiscard]] std::vector<NamedKind> auxiliary_uses();
// Throws UsageError for an unknown name.
[[nodiscard]] std::unique_ptr<const Use> make_use(const std::string& name);
// What the configured uses and weight need of the source.
[[nodiscard]] Content content_needed(const AuxiliaryConfig& config);

// Classes that both tasks have, by number: the configured ones, or all of them. Throws UsageError where one is beyond either task,
// or, with none configured, the tasks have different numbers of classes.
[[nodiscard]] std::vector<std::int64_t> shared_classes(const AuxiliaryConfig& config, std::int64_t own, std::int64_t source);

}  // namespace polyclinic
