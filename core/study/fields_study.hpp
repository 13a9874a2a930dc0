// The keys of a study that are values, described once as fields.hpp does for a scenario's.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "core/scenario/limits.hpp"
#include "core/study/study.hpp"

namespace polyclinic {

struct StudyHead {
  std::int64_t schema = 1;
  std::string name;
  std::string scenario;
  std::vector<std::int64_t> seeds;
  std::string compare_with;
};

// What only a resolved study has.
struct StudyResolution {
  std::vector<std::string> chains;
  std::vector<std::string> overrides;
  std::vector<std::string> keys;
};

[[nodiscard]] inline Limits needed(Limits limits) {
  limits.required = true;
  return limits;
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<StudyHead>) {
  using C = StudyHead;
  visit.key("schema", &C::schema, needed(between(1, 1)), "", "version of this format");
  visit.key("name", &C::name, identifier(), "", "names the study");
  visit.key("scenario", &C::scenario, needed(anything()), "", "file that is varied, relative to the study's");
  visit.key("seeds", &C::seeds, needed(at_least(0)), "", "each point runs once with each");
  visit.key("compare_with", &C::compare_with, anything(), "", "the point, or the choice, that others are compared with; empty: the first point");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<StudyResolution>) {
  using C = StudyResolution;
  visit.key("chains", &C::chains, needed(anything()), "", "of the scenario, by name");
  visit.key("overrides", &C::overrides, needed(anything()), "", "of every run");
  visit.key("keys", &C::keys, needed(anything()), "", "that the points vary");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<StudyTarget>) {
  using C = StudyTarget;
  visit.key("metric", &C::metric, one_of({"accuracy", "auc"}), "", "on the global test rows");
  visit.key("value", &C::value, needed(above_up_to(0, 1)), "", "to be reached");
}

// `memory` is read apart: it may be a text.
template <class Visitor>
void describe(Visitor& visit, std::type_identity<RunResources>) {
  using C = RunResources;
  visit.key("threads", &C::threads, between(0, 1024), "threads", "of one run; 0: the cores divided by the runs side by side");
  visit.key("time_limit_s", &C::time_limit_s, above_up_to(0, 1e8), "s", "of one run on a cluster");
  visit.key("runs_per_task", &C::runs_per_task, between(1, 1e5), "runs", "one after another in one task of a job array");
  visit.key("partition", &C::partition, anything(), "", "of the cluster; empty: its default");
}

}  // namespace polyclinic
