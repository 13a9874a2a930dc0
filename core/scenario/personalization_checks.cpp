#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "core/scenario/table_check.hpp"

namespace polyclinic {
namespace {

// One [[chain.personalization]].
class Method {
 public:
  Method(const ChainCheck& check, std::size_t place)
      : check_(check), config_(check.chain().personalization[place]), prefix_(fmt::format("personalization.{}.", place)) {}

  void check_name(std::set<std::string>& taken) const {
    need(config_.name.empty() || is_identifier(config_.name), "name", config_.name,
         "must consist of letters, digits, '-', '_' and '.', and begin with neither '-' nor '.'");
    need(taken.insert(config_.result_name()).second, config_.name.empty() ? "kind" : "name", config_.result_name(),
         "names the results of an earlier method of this chain: give one of the two another name");
  }

  void check_keys() const {
    const PersonalizationConfig otherwise;
    const bool tunes = is_any_of({"fine_tune", "head", "bn"});
    need(tunes || config_.epochs == otherwise.epochs, "epochs", config_.epochs,
         needs("fine_tune, head, bn", otherwise.epochs));
    need(!tunes || config_.epochs > 0, "epochs", config_.epochs, "leaves nothing to learn: it must be above 0");
    need(!is_any_of({"interpolate"}) || config_.lr == 0.0, "lr", config_.lr, needs("fine_tune, head, ditto, apfl, bn", 0));
    need(tunes || config_.patience == 0, "patience", config_.patience, needs("fine_tune, head, bn", 0));
    need(is_any_of({"fine_tune"}) || config_.part == otherwise.part, "part", config_.part, needs("fine_tune", "\"all\""));
    need(is_any_of({"head"}) || config_.private_.empty(), "private", config_.private_, needs("head", "[]"));
    need(is_any_of({"head"}) || config_.training == otherwise.training, "training", config_.training,
         needs("head", "\"frozen\""));
    need(is_any_of({"ditto"}) || config_.lambda == otherwise.lambda, "lambda", config_.lambda,
         needs("ditto", otherwise.lambda));
    check_mixing(otherwise);
  }

 private:
  void check_mixing(const PersonalizationConfig& otherwise) const {
    const bool mixes = is_any_of({"apfl", "interpolate"});
    need(mixes || config_.alpha == otherwise.alpha, "alpha", config_.alpha, needs("apfl, interpolate", otherwise.alpha));
    need(mixes || config_.adaptive, "adaptive", config_.adaptive, needs("apfl, interpolate", true));
    need(is_any_of({"interpolate"}) || config_.steps == otherwise.steps, "steps", config_.steps,
         needs("interpolate", otherwise.steps));
    if (!is_any_of({"interpolate"}) || !config_.adaptive) return;
    need(config_.alpha == otherwise.alpha, "alpha", config_.alpha,
         fmt::format("is chosen by validation: it needs adaptive = false, or {}", otherwise.alpha));
    need(check_.chain().partition.validation > 0.0, "adaptive", config_.adaptive,
         "needs partition.validation above 0: alpha is chosen on validation rows");
  }

  [[nodiscard]] bool is_any_of(std::initializer_list<const char*> kinds) const {
    return std::ranges::any_of(kinds, [this](const char* kind) { return config_.kind == kind; });
  }

  template <class Default>
  static std::string needs(const char* kinds, const Default& otherwise) {
    return fmt::format("needs kind = {}, or must be {}", kinds, otherwise);
  }

  template <class Value>
  void need(bool fine, const char* key, const Value& value, const std::string& problem) const {
    check_.need(fine, prefix_ + key, value, problem);
  }

  const ChainCheck& check_;
  const PersonalizationConfig& config_;
  std::string prefix_;
};

}  // namespace

// Gossip fits every method: what a member starts a round from is its own model there.
void check_personalization(const ChainCheck& check) {
  const ChainConfig& chain = check.chain();
  check.need(
      chain.personalization.empty() || chain.load.blocks == 0, "load.blocks", chain.load.blocks,
      "makes a chain without learning, which has no models to personalize: it must be 0, or [[chain.personalization]] go");
  std::set<std::string> taken;
  for (std::size_t place = 0; place < chain.personalization.size(); ++place) {
    const Method method(check, place);
    method.check_name(taken);
    method.check_keys();
  }
}

}  // namespace polyclinic
