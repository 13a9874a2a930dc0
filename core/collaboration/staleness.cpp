#include "core/collaboration/staleness.hpp"

#include <fmt/ranges.h>

#include <cmath>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

struct Kind {
  NamedKind named;
  double (*weight)(const CollaborationConfig& config, double age);
};

double constant(const CollaborationConfig&, double) { return 1.0; }
double polynomial(const CollaborationConfig& config, double age) { return std::pow(1.0 + age, -config.staleness_a); }
double hinge(const CollaborationConfig& config, double age) {
  return age <= config.staleness_b ? 1.0 : 1.0 / (config.staleness_a * (age - config.staleness_b) + 1.0);
}

std::vector<Kind> kinds() {
  return {{{"constant", "every update weighs 1"}, constant},
          {{"polynomial", "(1 + age)^-staleness_a"}, polynomial},
          {{"hinge", "1 up to age staleness_b, then 1 / (1 + staleness_a (age - staleness_b))"}, hinge}};
}

}  // namespace

std::vector<NamedKind> staleness_kinds() {
  std::vector<NamedKind> named;
  for (const Kind& kind : kinds()) named.push_back(kind.named);
  return named;
}

double staleness_weight(const CollaborationConfig& config, std::int64_t age) {
  std::vector<std::string> names;
  for (const Kind& kind : kinds()) {
    if (kind.named.name == config.staleness) return age == 0 ? 1.0 : kind.weight(config, static_cast<double>(age));
    names.push_back(kind.named.name);
  }
  throw UsageError(fmt::format("collaboration.staleness is \"{}\", allowed: {}", config.staleness, fmt::join(names, ", ")));
}

}  // namespace polyclinic
