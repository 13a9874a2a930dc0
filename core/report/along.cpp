// What is varied as a number, as the x axis of everything else.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <set>

#include "core/report/figures.hpp"
#include "core/study/axes.hpp"
#include "core/study/point_names.hpp"
#include "core/study/study_statistics.hpp"

namespace polyclinic {

namespace {

struct Choice {
  const char* label;
  const char* axis;
  const char* metric;
  bool difference;  // from the point that it is compared with
  const char* unit = "score";
};
constexpr std::array<Choice, 11> choices{
    {{"AUC", "test AUC", "test_auc", false},
     {"Difference in AUC", "final AUC minus the other's", "test_auc", true},
     {"Difference in area", "mean AUC over rounds minus the other's", "area_auc", true},
     {"Jump-start", "AUC before the first round minus the other's", "start_auc", true},
     {"Accuracy", "test accuracy", "test_accuracy", false},
     {"Difference in accuracy", "final accuracy minus the other's", "test_accuracy", true},
     {"Image leakage", "PSNR above the mean image, strongest attack (dB)", "leak_gain_db", false, "dB"},
     {"Images recovered", "images recovered, strongest attack", "leak_recovered_rate", false, "share"},
     {"Label skill", "skill of label counts, strongest attack", "leak_label_skill", false, "difference"},
     {"Membership", "membership AUC, strongest attack", "leak_membership_auc", false},
     {"Epsilon", "epsilon spent by the end", "epsilon", false, "count"}}};

// A key by whose values, numbers, the points differ.
struct Numbers {
  std::size_t key = 0;  // in Study::keys
  std::vector<double> of_point;
  std::set<double> values;
};

double number_of(const Cell& cell) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*integer);
  const auto* real = std::get_if<double>(&cell);
  return real == nullptr ? unknown : *real;
}

// That with the most values, if any has at least two and every point sets it.
std::optional<Numbers> numbers_of(const Study& study) {
  const Axes axes = axes_of(study, {});
  std::optional<Numbers> best;
  for (std::size_t key = 0; key < study.keys.size(); ++key) {
    Numbers numbers{key, {}, {}};
    for (const std::vector<Cell>& cells : axes.cells) numbers.of_point.push_back(number_of(cells[key]));
    if (std::ranges::any_of(numbers.of_point, [](double value) { return std::isnan(value); })) continue;
    numbers.values.insert(numbers.of_point.begin(), numbers.of_point.end());
    if (numbers.values.size() >= 2 && (!best || numbers.values.size() > best->values.size())) best = std::move(numbers);
  }
  return best;
}

// What a point is called without the number: "all_keep=20" is "all".
std::string arm_of(const Study& study, const StudyPoint& point, std::size_t key) {
  const std::string short_key = short_keys(study.keys)[key];
  for (const Setting& setting : point.settings) {
    if (setting.key != study.keys[key]) continue;
    std::string name = "_" + point.name + "_";
    const std::string part = "_" + name_part(short_key, setting.value) + "_";
    const std::size_t at = name.find(part);
    if (at == std::string::npos) return point.name;
    name.replace(at, part.size(), "_");
    return name == "_" ? "collaboration" : name.substr(1, name.size() - 2);
  }
  return point.name;
}

struct Arm {
  std::string name;
  std::map<double, const StudyPoint*> points;
};

std::vector<Arm> arms_of(const Study& study, const Numbers& numbers) {
  std::vector<Arm> arms;
  for (std::size_t i = 0; i < study.points.size(); ++i) {
    const std::string name = arm_of(study, study.points[i], numbers.key);
    auto arm = std::ranges::find(arms, name, &Arm::name);
    if (arm == arms.end()) arm = arms.insert(arms.end(), Arm{name, {}});
    arm->points[numbers.of_point[i]] = &study.points[i];
  }
  return arms;
}

class Along {
 public:
  Along(const ReportInput& input, std::string chain, const Numbers& numbers)
      : study_(input.result.study),
        statistics_(input.result),
        chain_(std::move(chain)),
        numbers_(numbers),
        arms_(arms_of(study_, numbers)) {}

  [[nodiscard]] Json figure() const {
    const std::string key = study_.keys[numbers_.key];
    Json panel = {{"id", "along"}, {"title", ""}, {"kind", "curves"}, {"x", Json::array({{key, "count"}})}};
    panel["log"] = *numbers_.values.begin() > 0 && *numbers_.values.rbegin() > 10 * *numbers_.values.begin();
    Json figure = {{"id", "along-" + chain_},
                   {"section", "Along what is varied"},
                   {"chain", chain_},
                   {"title", "At the end, by " + key},
                   {"caption", caption()}};
    for (std::size_t i = 0; i < arms_.size(); ++i) figure["series"].push_back({arms_[i].name, "point", i});
    for (const Choice& choice : choices) add(choice, figure, panel);
    figure["panels"].push_back(std::move(panel));
    return figure;
  }

 private:
  [[nodiscard]] std::string caption() const {
    std::string text =
        "Means over seeds with their 95 % confidence intervals. A difference is taken seed by seed from the point that "
        "each is compared with";
    if (!study_.points.front().compare_with.empty())
      text += fmt::format(": {}, with the same value on the axis", study_.compare_with);
    return text + ". Where its interval includes zero, the seeds do not show one.";
  }

  [[nodiscard]] Estimate estimate_of(const StudyPoint& point, const Choice& choice) const {
    if (!choice.difference) return statistics_.value(point.name, chain_, "collaboration", choice.metric);
    const auto found =
        statistics_.difference(point.name, chain_, Comparison::point, compared_point(study_, point), choice.metric);
    return found ? found->difference : Estimate{};
  }

  [[nodiscard]] Json curve(const Arm& arm, const Choice& choice) const {
    Band band;
    for (const auto& [x, point] : arm.points) {
      const Estimate value = estimate_of(*point, choice);
      if (value.count == 0) continue;
      band.x.push_back(x);
      band.mean.push_back(value.mean);
      band.low.push_back(value.low);
      band.high.push_back(value.high);
    }
    return band.x.empty() ? Json(nullptr) : json_band(band);
  }

  void add(const Choice& choice, Json& figure, Json& panel) const {
    Json data = Json::array();
    for (const Arm& arm : arms_) data.push_back(curve(arm, choice));
    if (std::ranges::all_of(data, [](const Json& series) { return series.is_null(); })) return;
    figure["choices"].push_back(choice.label);
    panel["y"].push_back({choice.axis, choice.difference ? "difference" : choice.unit});
    panel["data"].push_back(std::move(data));
  }

  const Study& study_;
  StudyStatistics statistics_;
  std::string chain_;
  const Numbers& numbers_;
  std::vector<Arm> arms_;
};

}  // namespace

void add_along(const ReportInput& input, const std::string& chain, Json& figures) {
  const std::optional<Numbers> numbers = numbers_of(input.result.study);
  if (!numbers) return;
  Json figure = Along(input, chain, *numbers).figure();
  if (figure.contains("choices")) figures.push_back(std::move(figure));
}

}  // namespace polyclinic
