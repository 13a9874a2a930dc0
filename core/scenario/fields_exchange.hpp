// Keys of what chains give one another and of personalization: [[relay]], [[reference]], [[chain.auxiliary]],
// [[chain.personalization]].
#pragma once

#include "core/scenario/fields_learning.hpp"

namespace polyclinic {

template <class Visitor>
void describe(Visitor& visit, std::type_identity<RelayConfig>) {
  using C = RelayConfig;
  visit.key("from", &C::from, identifier(), "", "chain whose objects are carried");
  visit.key("to", &C::to, identifier(), "", "chain that receives them");
  visit.key("relayers", &C::relayers, anything(), "", "institutions, groups or patterns, whose machines carry; need be no members");
  visit.key("batch_blocks", &C::batch_blocks, between(0, 1e6), "blocks", "headers carried as soon as so many are final; 0: those that an object needs, with it");
  visit.key("takeover_s", &C::takeover_s, between(0, 1e6), "s", "the n-th relayer waits n times so long for the others; 0: they compete");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<ReferenceConfig>) {
  using C = ReferenceConfig;
  visit.key("name", &C::name, identifier(), "", "by which chains name it");
  visit.table("data", &C::data, "public images: their training rows are the set");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<AuxiliaryConfig>) {
  using C = AuxiliaryConfig;
  visit.key("source", &C::source, identifier(), "", "chain whose knowledge is used; a [[relay]] leads from it to this one");
  visit.key("uses", &C::uses, known(&KnownNames::auxiliary_uses), "", "what is made of it");
  visit.key("weight", &C::weight, known(&KnownNames::auxiliary_weights), "", "factors of scale, multiplied");
  visit.key("scale", &C::scale, between(0, 1e3), "", "of all uses; 0: no transfer");
  visit.key("half_life_rounds", &C::half_life_rounds, above_up_to(0, 1e9), "rounds", "weight decay: until half of it is left");
  visit.key("every", &C::every, between(1, 1e6), "rounds", "of the source, between what it publishes");
  visit.key("warm_start_below", &C::warm_start_below, between(0, 1e6), "rounds", "of this chain, in which each object initialises the body; 0: the first object alone");
  visit.key("anchor", &C::anchor, between(0, 1e6), "", "mu of the pull of the body towards the source's");
  visit.key("blend", &C::blend, between(0, 1), "share", "of the source's body in each aggregate");
  visit.key("prototypes", &C::prototypes, between(0, 1e6), "", "weight of the distance of features to the class's prototype");
  visit.key("distill", &C::distill, between(0, 1e6), "", "weight of the divergence from the source's predictions");
  visit.key("temperature", &C::temperature, above_up_to(0, 1e3), "", "distill: softens predictions");
  visit.key("prototype_min_rows", &C::prototype_min_rows, between(1, 1e9), "rows", "of a class, for an institution to publish its prototype");
  visit.key("classes", &C::classes, between(0, 1e6), "", "that both tasks have, by number; empty: all");
  visit.key("reference", &C::reference, anything(), "", "name of a [[reference]]: distill and weight cka");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<PersonalizationConfig>) {
  using C = PersonalizationConfig;
  visit.key("kind", &C::kind, known(&KnownNames::personalizations), "", "method");
  visit.key("name", &C::name, anything(), "", "of its results; empty: the kind");
  visit.key("epochs", &C::epochs, between(0, 1e6), "epochs", "of own training after the collaboration");
  visit.key("lr", &C::lr, between(0, 100), "", "learning rate; 0: the chain's");
  visit.key("patience", &C::patience, between(0, 1e6), "epochs", "without a better validation loss until it stops; 0: it does not");
  visit.key("part", &C::part, one_of({"all", "head"}), "", "fine_tune: what is trained");
  visit.key("private", &C::private_, anything(), "", "head: patterns of the tensors that become its own; empty: the model's head");
  visit.key("training", &C::training, one_of({"frozen", "alternate"}), "", "head: with the shared part frozen, or in turn with it");
  visit.key("lambda", &C::lambda, between(0, 1e6), "", "ditto: pull towards the global model");
  visit.key("alpha", &C::alpha, between(0, 1), "share", "apfl: of the own model at the start; interpolate: unless chosen");
  visit.key("adaptive", &C::adaptive, anything(), "", "apfl: alpha learns; interpolate: validation chooses it");
  visit.key("steps", &C::steps, between(1, 1000), "", "interpolate: steps of alpha from 0 to 1");
}

}  // namespace polyclinic
