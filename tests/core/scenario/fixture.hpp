// A small valid scenario as text, and what the parser says to changes of it.
#pragma once

#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/scenario/parse.hpp"

namespace polyclinic::testing {

// Line numbers matter to some tests: 5 is [[institution]], 9 is [[chain]].
inline const char* const base_text = R"(schema = 1
name = "small"
seed = 7

[[institution]]
name = "clinic"
count = 3

[[chain]]
name = "first"
rounds = 2
[chain.training]
lr = 0.5
)";

inline KnownNames names() {
  return {.datasets = {"phantom", "mnist"},
          .models = {"logistic", "mlp", "cnn"},
          .sharing_steps = {"full", "layers", "top_k"},
          .consensus = {"proof_of_authority", "pbft", "raft", "proof_of_work"},
          .auxiliary_uses = {"warm_start", "anchor", "blend", "prototypes", "distill"},
          .auxiliary_weights = {"fixed", "decay", "cka", "cosine"},
          .behaviours = {"label_flip", "sign_flip", "scaled", "equivocate", "withhold", "forged_proof"},
          .validator_behaviours = {"equivocate", "withhold"},
          .scaled_behaviours = {"sign_flip", "scaled"},
          .relayer_behaviours = {"forged_proof"}};
}

inline Scenario parse(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return parse_scenario(text, "s.toml", overrides, names());
}

inline Scenario parse_with(const std::vector<std::string>& overrides) { return parse(base_text, overrides); }

// The message of the UsageError; empty when there is none.
inline std::string complaint(const std::string& text, const std::vector<std::string>& overrides = {}) {
  try {
    static_cast<void>(parse(text, overrides));
    return "";
  } catch (const UsageError& error) {
    return error.what();
  }
}

inline std::string complaint_about(const std::string& override_text) { return complaint(base_text, {override_text}); }

// The base scenario has one chain, with three members and four validators.
inline std::string complaint_of_chain(const std::vector<std::string>& settings) {
  std::vector<std::string> overrides;
  for (const std::string& setting : settings) overrides.push_back("chain.0." + setting);
  return complaint(base_text, overrides);
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace polyclinic::testing
