// What a scenario key allows, as data: the reader enforces it, error messages and the key reference print it.
#pragma once

#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace polyclinic {

// Names that other rooms own. The program fills them from their registries; an empty list is not checked.
struct KnownNames {
  std::vector<std::string> datasets = {};
  std::vector<std::string> models = {};
  std::vector<std::string> sharing_steps = {};
  std::vector<std::string> consensus = {};
  std::vector<std::string> modes = {};
  std::vector<std::string> staleness = {};
  std::vector<std::string> topologies = {};
  std::vector<std::string> servers = {};
  std::vector<std::string> defences = {};
  std::vector<std::string> auxiliary_uses = {};
  std::vector<std::string> auxiliary_weights = {};
  std::vector<std::string> personalizations = {};
  std::vector<std::string> accountants = {};
  std::vector<std::string> attacks = {};
  std::vector<std::string> observers = {};
  std::vector<std::string> behaviours = {};
  std::vector<std::string> validator_behaviours = {};  // those of them that validators do, and not institutions
  std::vector<std::string> scaled_behaviours = {};     // those of them that read `factor`
  std::vector<std::string> relayer_behaviours = {};    // those of them that relayers do
};

// A number (or each number of a list) lies in low .. high, or (low, high] where `above`. A text (or each text of a list) is
// one of `names`, or of the `registry`'s names, or an identifier: letters, digits, '-', '_' and '.', at most 63 of them.
struct Limits {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool above = false;
  std::vector<std::string> names = {};
  const std::vector<std::string> KnownNames::*registry = nullptr;
  bool identifier = false;
  bool required = false;  // the key must be given: it has no default

  [[nodiscard]] bool allow(double number) const { return (above ? number > low : number >= low) && number <= high; }
};

inline Limits anything() { return {}; }
inline Limits at_least(double low) { return {.low = low}; }
inline Limits above(double low) { return {.low = low, .above = true}; }
inline Limits between(double low, double high) { return {.low = low, .high = high}; }
inline Limits above_up_to(double low, double high) { return {.low = low, .high = high, .above = true}; }
inline Limits one_of(std::vector<std::string> names) { return {.names = std::move(names)}; }
inline Limits known(const std::vector<std::string> KnownNames::*registry) { return {.registry = registry}; }
inline Limits identifier() { return {.identifier = true, .required = true}; }

// " from 0 to 1", " of at least 2", " above 0", or nothing.
[[nodiscard]] std::string describe_range(const Limits& limits);

// The texts that may be written; empty: others than these are allowed too.
[[nodiscard]] const std::vector<std::string>& names_allowed(const Limits& limits, const KnownNames& known_names);

// "one of "a", "b"", or "letters, digits, ...", or "a text in quotes".
[[nodiscard]] std::string describe_text(const Limits& limits, const KnownNames& known_names);

// True for what may name a chain, an institution or a run: it becomes part of file names and of paths in the result file.
[[nodiscard]] bool is_identifier(const std::string& text);

}  // namespace polyclinic
