#include <fmt/format.h>

#include "core/scenario/write_value.hpp"
#include "core/study/study.hpp"

namespace polyclinic {
namespace {

std::string write_target(const StudyTarget& target) {
  return fmt::format("target = {{ metric = {}, value = {} }}\n", write_value(target.metric), write_value(target.value));
}

// Keys in quotes: a point's table stays flat.
std::string write_point(const StudyPoint& point) {
  std::string text = fmt::format("\n[[point]]\nname = {}\nscenario_digest = {}\n", write_value(point.name),
                                 write_value(point.scenario_digest));
  if (!point.compare_with.empty()) text += fmt::format("compare_with = {}\n", write_value(point.compare_with));
  if (!point.settings.empty()) text += "[point.set]\n";
  for (const Setting& setting : point.settings) text += fmt::format("{} = {}\n", write_value(setting.key), setting.value);
  return text;
}

std::string write_seeds(const std::vector<std::uint64_t>& seeds) {
  return write_value(std::vector<std::int64_t>(seeds.begin(), seeds.end()));
}

// All but where the scenario lies and what its runs are given: neither changes a result.
std::string write_contents(const Study& study) {
  std::string text;
  text += fmt::format("chains = {}\n", write_value(study.chains));
  text += fmt::format("overrides = {}\n", write_value(study.overrides));
  text += fmt::format("keys = {}\n", write_value(study.keys));
  text += fmt::format("seeds = {}\n", write_seeds(study.seeds));
  text += fmt::format("compare_with = {}\n", write_value(study.compare_with));
  if (study.target) text += write_target(*study.target);
  for (const StudyPoint& point : study.points) text += write_point(point);
  return text;
}

std::string write_resources(const RunResources& resources) {
  return fmt::format("resources = {{ threads = {}, memory = {}, time_limit_s = {}, runs_per_task = {}, partition = {} }}\n",
                     resources.threads, write_value(resources.memory_bytes), write_value(resources.time_limit_s),
                     resources.runs_per_task, write_value(resources.partition));
}

}  // namespace

std::string to_toml(const Study& study) {
  return fmt::format("schema = 1\nname = {}\nscenario = {}\n{}{}", write_value(study.name),
                     write_value(study.scenario.string()), write_resources(study.resources), write_contents(study));
}

Digest study_digest(const Study& study) {
  return blake2b(view_of(fmt::format("name = {}\n{}", write_value(study.name), write_contents(study))));
}

// The first line that begins so: keys of tables come later.
std::string seedless_digest(const std::string& resolved_scenario) {
  std::string text = resolved_scenario;
  const std::size_t begin = text.find("\nseed = ");
  if (begin != std::string::npos) text.erase(begin, text.find('\n', begin + 1) - begin);
  return blake2b(view_of(text)).hex();
}

}  // namespace polyclinic
