#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/scenario/nearest.hpp"
#include "core/scenario/read_table.hpp"
#include "core/study/points.hpp"
#include "core/study/read_parts.hpp"
#include "core/study/scenario_keys.hpp"
#include "core/study/study.hpp"

namespace polyclinic {
namespace {

void check_keys(const Document& document) {
  std::vector<std::string> names = key_names<StudyHead>();
  for (const char* table : {"target", "set", "axes", "zip", "point", "quick", "resources"}) names.emplace_back(table);
  reject_unknown_keys(document, document.root(), "", names);
}

std::filesystem::path find_scenario(const Document& document, const std::filesystem::path& file,
                                    const std::string& written) {
  const std::filesystem::path found = (std::filesystem::absolute(file).parent_path() / written).lexically_normal();
  if (!std::filesystem::is_regular_file(found)) {
    document.reject("scenario",
                    fmt::format("scenario = \"{}\" must be a scenario file, relative to the study's folder, but {} "
                                "is none",
                                written, found.string()));
  }
  return found;
}

std::vector<std::string> chain_names(const std::filesystem::path& scenario) {
  const Document document(read_text(scenario, "scenario"), scenario.string(), {});
  std::vector<std::string> names;
  const toml::array* chains = document.root()["chain"].as_array();
  for (std::size_t i = 0; chains != nullptr && i < chains->size(); ++i) {
    names.push_back(document.root()["chain"][i]["name"].value_or(std::string()));
  }
  return names;
}

// Of the points, and of the choices that make them.
void put_comparison(const Document& document, const Variation& variation, const std::string& wanted, Study& study) {
  study.compare_with = wanted.empty() ? study.points.front().name : wanted;
  std::vector<std::string> names;
  for (const StudyPoint& point : study.points) names.push_back(point.name);
  if (std::find(names.begin(), names.end(), study.compare_with) != names.end()) return;
  const std::vector<std::string> compared = points_with_choice(variation, study.points, wanted);
  for (std::size_t i = 0; i < compared.size(); ++i) study.points[i].compare_with = compared[i];
  if (!compared.empty()) return;
  constexpr std::size_t most_listed = 10;
  const std::size_t listed = std::min(names.size(), most_listed);
  const std::string more = names.size() > listed ? fmt::format(" and {} more", names.size() - listed) : "";
  names.resize(listed);
  document.reject("compare_with", fmt::format("compare_with = \"{}\" is no point of the study{}; points are \"{}\"{}",
                                              wanted, did_you_mean(wanted, names), fmt::join(names, "\", \""), more));
}

}  // namespace

Study load_study(const std::filesystem::path& file, const KnownNames& known_names, StudyPart part) {
  const Document document(read_text(file, "study"), file.string(), {});
  check_keys(document);
  const StudyHead head = read_head(document);
  Study study{.name = head.name, .points = {}, .seeds = read_seeds(document, head)};
  study.target = read_target(document);
  study.resources = read_resources(document);
  const Variation whole = read_variation(document);
  Variation variation = whole;
  std::vector<std::uint64_t> seeds = study.seeds;
  keep_quick_part(document, variation, seeds);
  if (part == StudyPart::quick) {
    study.seeds = std::move(seeds);
  } else {
    variation = whole;
  }
  study.keys = variation.keys;
  study.points = combine(variation, study.seeds.size(), file.string());
  put_comparison(document, variation, head.compare_with, study);
  study.scenario = find_scenario(document, file, head.scenario);
  study.chains = chain_names(study.scenario);
  for (const WrittenSetting& common : variation.common) {
    std::ranges::move(overrides_of(common.setting, study.chains), std::back_inserter(study.overrides));
  }
  check_overlaps(variation, study.chains);
  const std::vector<std::string> digests = check_scenarios(study, variation, known_names);
  for (std::size_t i = 0; i < digests.size(); ++i) study.points[i].scenario_digest = digests[i];
  return study;
}

}  // namespace polyclinic
