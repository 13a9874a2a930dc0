#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "core/study/scenario_keys.hpp"
#include "core/study/study.hpp"

namespace polyclinic {

std::string settings_text(const StudyPoint& point) {
  std::vector<std::string> texts;
  for (const Setting& setting : point.settings) texts.push_back(fmt::format("{} = {}", setting.key, setting.value));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::vector<std::string> point_overrides(const Study& study, const StudyPoint& point) {
  std::vector<std::string> overrides = study.overrides;
  for (const Setting& setting : point.settings)
    std::ranges::move(overrides_of(setting, study.chains), std::back_inserter(overrides));
  return overrides;
}

const std::string& compared_point(const Study& study, const StudyPoint& point) {
  return point.compare_with.empty() ? study.compare_with : point.compare_with;
}

std::vector<StudyRun> study_runs(const Study& study) {
  std::vector<StudyRun> runs;
  runs.reserve(study.points.size() * study.seeds.size());
  for (std::size_t i = 0; i < study.points.size(); ++i) {
    const StudyPoint& point = study.points[i];
    const std::vector<std::string> overrides = point_overrides(study, point);
    for (const std::uint64_t seed : study.seeds) {
      runs.push_back(
          {.name = fmt::format("{}_seed={}", point.name, seed), .point = i, .seed = seed, .overrides = overrides});
    }
  }
  return runs;
}

}  // namespace polyclinic
