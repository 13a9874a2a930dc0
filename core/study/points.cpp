#include "core/study/points.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "core/base/error.hpp"
#include "core/study/point_names.hpp"

namespace polyclinic {
namespace {

void check_count(const std::vector<Factor>& factors, std::size_t seeds, const std::string& file_name) {
  double runs = static_cast<double>(seeds);
  std::vector<std::size_t> sizes;
  for (const Factor& factor : factors) {
    sizes.push_back(factor.size());
    runs *= static_cast<double>(factor.size());
  }
  if (runs <= most_runs) return;
  throw UsageError(fmt::format("{}: {} points and {} seeds make {:.6g} runs: a study may have at most {:.6g}", file_name,
                               fmt::join(sizes, " x "), seeds, runs, most_runs));
}

// The choices that make point number `index`, the last factor's varying fastest.
std::vector<const Choice*> choices_of(const std::vector<Factor>& factors, std::size_t index) {
  std::vector<const Choice*> choices(factors.size());
  for (std::size_t i = factors.size(); i-- > 0;) {
    choices[i] = &factors[i][index % factors[i].size()];
    index /= factors[i].size();
  }
  return choices;
}

StudyPoint point_of(const std::vector<const Choice*>& choices, const std::vector<std::string>& keys) {
  std::vector<std::string> parts;
  std::map<std::string, std::string> values;
  for (const Choice* choice : choices) {
    parts.push_back(choice->name);
    for (const WrittenSetting& written : choice->settings) values[written.setting.key] = written.setting.value;
  }
  StudyPoint point{.name = point_name(parts), .settings = {}};
  for (const std::string& key : keys) {
    if (const auto found = values.find(key); found != values.end()) point.settings.push_back({key, found->second});
  }
  return point;
}

// Where the second of two points of one name differs from the first.
std::string place_of_difference(const std::vector<Factor>& factors, std::size_t first, std::size_t second) {
  const auto before = choices_of(factors, first), after = choices_of(factors, second);
  return (*std::mismatch(before.begin(), before.end(), after.begin()).second)->where;
}

void check_names(const std::vector<StudyPoint>& points, const Variation& variation) {
  std::map<std::string, std::size_t> numbers;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto [first, fresh] = numbers.emplace(points[i].name, i);
    if (fresh) continue;
    throw UsageError(fmt::format("{}: two points are called \"{}\": number {} ({}) and number {} ({})",
                                 place_of_difference(variation.factors, first->second, i), points[i].name,
                                 first->second + 1, settings_text(points[first->second]), i + 1, settings_text(points[i])));
  }
}

// How far apart points lie that differ in factor `place` by one choice: combinations of what varies faster.
std::size_t stride_of(const std::vector<Factor>& factors, std::size_t place) {
  std::size_t stride = 1;
  for (std::size_t i = place + 1; i < factors.size(); ++i) stride *= factors[i].size();
  return stride;
}

}  // namespace

std::vector<std::string> points_with_choice(const Variation& variation, const std::vector<StudyPoint>& points,
                                            const std::string& wanted) {
  for (std::size_t place = 0; place < variation.factors.size(); ++place) {
    const Factor& factor = variation.factors[place];
    const auto choice = std::ranges::find(factor, wanted, &Choice::name);
    if (choice == factor.end()) continue;
    const std::size_t stride = stride_of(variation.factors, place),
                      chosen = static_cast<std::size_t>(choice - factor.begin());
    std::vector<std::string> names;
    for (std::size_t i = 0; i < points.size(); ++i) {
      const std::size_t own = i / stride % factor.size();
      names.push_back(points[i + chosen * stride - own * stride].name);
    }
    return names;
  }
  return {};
}

std::vector<StudyPoint> combine(const Variation& variation, std::size_t seeds, const std::string& file_name) {
  if (variation.factors.empty()) return {{.name = "base", .settings = {}}};
  check_count(variation.factors, seeds, file_name);
  std::size_t count = 1;
  for (const Factor& factor : variation.factors) count *= factor.size();
  std::vector<StudyPoint> points;
  for (std::size_t i = 0; i < count; ++i) points.push_back(point_of(choices_of(variation.factors, i), variation.keys));
  check_names(points, variation);
  return points;
}

}  // namespace polyclinic
