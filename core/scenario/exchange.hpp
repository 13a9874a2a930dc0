// What chains give one another, and what an institution makes of the common model for itself: the parts of a Scenario beyond a
// single chain's collaboration.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace polyclinic {

struct RelayConfig {                   // key [[relay]]: who carries what one chain publishes to another
  std::string from, to;                // chains
  std::vector<std::string> relayers;   // institutions (names, groups, patterns) whose machines do it; need be no members
  std::int64_t batch_blocks = 0;       // final headers that are carried as soon as there are so many; 0: those that an
                                       // object needs, with the object
  double takeover_s = 5.0;             // the n-th relayer (from 0) sends n times so much later, unless another one has
  bool operator==(const RelayConfig&) const = default;
};

struct AuxiliaryConfig {               // key [[chain.auxiliary]]: what this chain learns from another one
  std::string source;                  // a chain from which a [[relay]] leads here
  std::vector<std::string> uses;       // warm_start, anchor, blend, prototypes, distill
  std::vector<std::string> weight = {"fixed"};  // factors that multiply `scale`: fixed (1), decay, cka, cosine
  double scale = 1.0;                  // of everything below; 0: no transfer
  double half_life_rounds = 10.0;      // decay
  std::int64_t every = 1;              // rounds of the source between what it publishes
  std::int64_t warm_start_below = 0;   // rounds of this chain below which each object initialises the body anew; 0: the first
                                       // object alone does, whenever it comes
  double anchor = 0.1;                 // mu of the proximal pull of the body
  double blend = 0.5;                  // the source's share of the body at each aggregation
  double prototypes = 1.0;             // weight of the squared distance between features and the class's prototype
  double distill = 1.0;                // weight of the divergence from the source's predictions
  double temperature = 2.0;            // distill
  std::int64_t prototype_min_rows = 5; // rows of a class that an institution needs to publish its prototype
  std::vector<std::int64_t> classes;   // that the tasks share, by number; empty: all, which needs equally many
  std::string reference;               // a [[reference]]: distill; weight cka
  bool operator==(const AuxiliaryConfig&) const = default;
};

struct PersonalizationConfig {         // key [[chain.personalization]]: a method, applied by every member for itself
  std::string kind = "fine_tune";      // fine_tune, head, ditto, apfl, bn, interpolate
  std::string name;                    // of its results; empty: the kind
  std::int64_t epochs = 5;             // of own training after the collaboration
  double lr = 0.0;                     // 0: the chain's training.lr
  std::int64_t patience = 0;           // epochs without a better validation loss until it stops; 0: it does not
  std::string part = "all";            // fine_tune: all, head
  std::vector<std::string> private_;   // head (key "private"): patterns of tensors that become its own; empty: the model's head
  std::string training = "frozen";     // head: frozen, alternate
  double lambda = 0.1;                 // ditto: pull of the personal model towards the global one
  double alpha = 0.5;                  // apfl: share of the own model at the start; interpolate: unless chosen
  bool adaptive = true;                // apfl: alpha learns; interpolate: alpha chosen by validation
  std::int64_t steps = 10;             // interpolate: candidates of alpha between 0 and 1
  bool operator==(const PersonalizationConfig&) const = default;
  [[nodiscard]] const std::string& result_name() const { return name.empty() ? kind : name; }
};

}  // namespace polyclinic
