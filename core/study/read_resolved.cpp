#include <fmt/format.h>

#include "core/scenario/read_table.hpp"
#include "core/study/read_parts.hpp"
#include "core/study/study.hpp"

namespace polyclinic {
namespace {

StudyPoint read_point(const Document& document, const toml::table& table, const std::vector<std::string>& keys) {
  const auto name = table["name"].value<std::string>();
  const auto digest = table["scenario_digest"].value<std::string>();
  if (!name || !digest) document.reject(table, "a point of a resolved study lacks its name or scenario_digest");
  StudyPoint point{*name, {}, *digest, table["compare_with"].value_or(std::string())};
  const toml::table* set = table["set"].as_table();
  for (const std::string& key : keys) {
    const toml::node* value = set == nullptr ? nullptr : set->get(key);
    if (value != nullptr) point.settings.push_back({key, toml_of(*value)});
  }
  return point;
}

}  // namespace

Study read_resolved_study(const std::filesystem::path& file) {
  const Document document(read_text(file, "study"), file.string(), {});
  const StudyHead head = read_head(document);
  StudyResolution resolution = read_members<StudyResolution>(document, {}, document.root(), "");
  Study study{.name = head.name, .points = {}, .seeds = read_seeds(document, head)};
  study.scenario = head.scenario;
  study.chains = std::move(resolution.chains);
  study.overrides = std::move(resolution.overrides);
  study.keys = std::move(resolution.keys);
  study.compare_with = head.compare_with;
  study.target = read_target(document);
  study.resources = read_resources(document);
  for (const toml::table* table : read_point_tables(document))
    study.points.push_back(read_point(document, *table, study.keys));
  if (study.points.empty()) document.reject("", "a resolved study has at least one [[point]]");
  return study;
}

}  // namespace polyclinic
