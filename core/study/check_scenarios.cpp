#include <fmt/format.h>

#include <optional>

#include "core/base/error.hpp"
#include "core/scenario/document.hpp"
#include "core/scenario/parse.hpp"
#include "core/study/points.hpp"
#include "core/study/scenario_keys.hpp"

namespace polyclinic {
namespace {

struct Check {
  const Study& study;
  const Variation& variation;
  const KnownNames& known_names;
  std::string text = read_text(study.scenario, "scenario");

  [[nodiscard]] Scenario parse(const std::vector<std::string>& overrides) const {
    return parse_scenario(text, study.scenario.string(), overrides, known_names);
  }

  // What is wrong with the scenario as it is written; empty: nothing.
  [[nodiscard]] std::string own_complaint() const {
    try {
      static_cast<void>(parse({}));
      return "";
    } catch (const UsageError& error) {
      return error.what();
    }
  }

  // The settings that make the point, as they are written.
  [[nodiscard]] std::vector<WrittenSetting> written(const StudyPoint& point) const {
    std::vector<WrittenSetting> settings = variation.common;
    for (const Setting& setting : point.settings) settings.push_back({setting, place_of(setting)});
    return settings;
  }

  [[nodiscard]] std::string place_of(const Setting& wanted) const {
    for (const Factor& factor : variation.factors) {
      for (const Choice& choice : factor) {
        for (const WrittenSetting& written : choice.settings) {
          if (written.setting == wanted) return written.where;
        }
      }
    }
    return "";
  }

  // A message about an override, said of what the study has in its place.
  [[nodiscard]] std::optional<std::string> translated(const std::string& message, const WrittenSetting& written) const {
    const auto& [key, value] = written.setting;
    for (const std::string& override : overrides_of(written.setting, study.chains)) {
      const std::string label = fmt::format("--set {}: ", override);
      if (message.starts_with(label)) {
        return fmt::format("{}: {} = {}: {}", written.where, key, value, message.substr(label.size()));
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] std::string blame(const StudyPoint& point, const std::string& message) const {
    if (message == own_complaint()) return message;
    const std::vector<WrittenSetting> settings = written(point);
    for (const WrittenSetting& setting : settings) {
      if (const auto said = translated(message, setting)) return *said;
    }
    const std::string where = settings.empty() ? study.scenario.string() : settings.back().where;
    return fmt::format("{}: point \"{}\" makes a scenario that is refused: {}", where, point.name, message);
  }
};

}  // namespace

std::vector<std::string> check_scenarios(const Study& study, const Variation& variation, const KnownNames& known_names) {
  const Check check{study, variation, known_names};
  std::vector<std::string> digests;
  for (const StudyPoint& point : study.points) {
    try {
      digests.push_back(seedless_digest(to_toml(check.parse(point_overrides(study, point)))));
    } catch (const UsageError& error) {
      throw UsageError(check.blame(point, error.what()));
    }
  }
  return digests;
}

}  // namespace polyclinic
