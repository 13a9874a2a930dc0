#include <fmt/format.h>

#include <array>
#include <set>

#include "core/report/figures.hpp"
#include "core/study/statistics.hpp"

namespace polyclinic {

namespace {

constexpr std::size_t most_lines = 40;

// Means over seeds with their intervals, on the lines of a figure of dots.
struct Dots {
  std::vector<double> x, y, low, high;
  void add(const Estimate& value, std::size_t line) {
    if (value.count == 0) return;
    x.push_back(value.mean);
    y.push_back(static_cast<double>(line));
    low.push_back(value.low);
    high.push_back(value.high);
  }
  [[nodiscard]] Json json() const {
    return x.empty() ? Json(nullptr) : Json{json_numbers(x), json_numbers(y), json_numbers(low), json_numbers(high)};
  }
};

// ---- each institution: alone, with the common model, with its own ----------------------------------------------------

struct Line {  // an institution at a point
  std::size_t point = 0;
  std::pair<std::int64_t, std::string> institution;
  auto operator<=>(const Line&) const = default;
};

struct Choice {
  const char* label;
  const char* axis;
  PersonalScores::Of local, collaborative, personal;
};
constexpr std::array<Choice, 2> choices{{{"AUC", "AUC on own test rows", &PersonalScores::local_auc,
                                          &PersonalScores::collaborative_auc, &PersonalScores::personal_auc},
                                         {"Accuracy", "accuracy on own test rows", &PersonalScores::local_accuracy,
                                          &PersonalScores::collaborative_accuracy, &PersonalScores::personal_accuracy}}};

class EachInstitution {
 public:
  EachInstitution(const ReportInput& input, const std::string& chain) : input_(input) {
    for (const RunView& run : input.runs) {
      const ChainView* view = find_chain(run, chain);
      if (view == nullptr) continue;
      for (const auto& [method, scores] : view->personal) {
        methods_.insert(method);
        for (const auto& [institution, score] : scores) {
          scores_[method][{input.result.runs[run.run].run.point, institution}].push_back(score);
        }
      }
    }
    for (const auto& [method, lines] : scores_) {
      for (const auto& [line, scores] : lines) lines_.insert(line);
    }
  }

  [[nodiscard]] bool fits() const { return !lines_.empty() && lines_.size() <= most_lines; }

  [[nodiscard]] Json series() const {
    Json series = Json::array({{"training alone", "local", -1}, {"common model", "centralized", -1}});
    for (const std::string& method : methods_) series.push_back({method, "point", series.size() - 2});
    return series;
  }
  [[nodiscard]] Json categories() const {
    Json names = Json::array();
    for (const Line& line : lines_) {
      names.push_back(several() ? fmt::format("{}, {}", line.institution.second, point_label(input_, line.point))
                                : line.institution.second);
    }
    return names;
  }
  [[nodiscard]] Json data(const Choice& choice) const {
    Json data = Json::array({dots(*methods_.begin(), choice.local), dots(*methods_.begin(), choice.collaborative)});
    for (const std::string& method : methods_) data.push_back(dots(method, choice.personal));
    return data;
  }

 private:
  [[nodiscard]] bool several() const { return lines_.begin()->point != lines_.rbegin()->point; }
  [[nodiscard]] Json dots(const std::string& method, PersonalScores::Of member) const {
    Dots dots;
    std::size_t place = 0;
    for (const Line& line : lines_) {
      std::vector<double> values;
      const auto found = scores_.at(method).find(line);
      if (found != scores_.at(method).end()) {
        for (const PersonalScores& score : found->second) values.push_back(score.*member);
      }
      dots.add(estimate(values), place++);
    }
    return dots.json();
  }

  const ReportInput& input_;
  std::set<std::string> methods_;
  std::set<Line> lines_;
  std::map<std::string, std::map<Line, std::vector<PersonalScores>>> scores_;
};

bool has_data(const Json& data) {
  return std::ranges::any_of(data, [](const Json& series) { return !series.is_null(); });
}

void add_each(const ReportInput& input, const std::string& chain, Json& figures) {
  const EachInstitution institutions(input, chain);
  if (!institutions.fits()) return;
  Json panel = {{"id", "personal"}, {"title", ""}, {"kind", "dots"}, {"categories", institutions.categories()}};
  Json figure = {
      {"id", "personal-" + chain},
      {"section", "Personal models"},
      {"chain", chain},
      {"title", "Institutions alone, together, and with models of their own"},
      {"series", institutions.series()},
      {"caption",
       "Each institution on its own test rows: trained alone, with the common model that the collaboration gave, "
       "and with the model that each method made of it. Means over seeds with 95 % confidence intervals; a seed "
       "also draws who holds which rows. No AUC without test rows of every class."}};
  for (const Choice& choice : choices) {
    Json data = institutions.data(choice);
    if (!has_data(data)) continue;
    figure["choices"].push_back(choice.label);
    panel["x"].push_back({choice.axis, "score"});
    panel["data"].push_back(std::move(data));
  }
  figure["panels"].push_back(std::move(panel));
  if (figure.contains("choices")) figures.push_back(std::move(figure));
}

// ---- what each method gains ----------------------------------------------------------------------------------------

constexpr std::array<const char*, 5> kinds{"mean over institutions", "tenth percentile", "worst institution",
                                           "share that gained", "share that was hurt"};
struct Gains {
  const char* label;
  const char* axis;
  const char* unit;
  std::array<const char*, kinds.size()> metrics;  // nullptr: not of this choice
};
constexpr std::array<Gains, 3> gains{
    {{"Gain in AUC",
      "personal minus common model, AUC",
      "difference",
      {"gain_auc", "p10_gain_auc", "worst_gain_auc", nullptr, nullptr}},
     {"Gain in accuracy",
      "personal minus common model, accuracy",
      "difference",
      {"gain_accuracy", "p10_gain_accuracy", "worst_gain_accuracy", nullptr, nullptr}},
     {"Shares", "share of institutions", "share", {nullptr, nullptr, nullptr, "share_gained", "share_hurt"}}}};

std::string line_of(const PersonalRowOverSeeds& row, bool several) {
  return several ? fmt::format("{}, {}", row.method, row.point) : row.method;
}

Json dots_of(const std::vector<PersonalRowOverSeeds>& rows, const std::vector<std::string>& lines, bool several,
             const char* metric) {
  Dots dots;
  for (const PersonalRowOverSeeds& row : rows) {
    if (metric == nullptr || row.metric != metric) continue;
    dots.add(row.value, static_cast<std::size_t>(std::ranges::find(lines, line_of(row, several)) - lines.begin()));
  }
  return dots.json();
}

void add_gains(const ReportInput& input, const std::string& chain, Json& figures) {
  std::vector<PersonalRowOverSeeds> rows = personal_statistics(input.result);
  std::erase_if(rows, [&](const PersonalRowOverSeeds& row) { return row.chain != chain; });
  if (rows.empty()) return;
  const bool several = std::ranges::any_of(rows, [&](const auto& row) { return row.point != rows.front().point; });
  std::vector<std::string> lines;
  for (const PersonalRowOverSeeds& row : rows) {
    if (std::ranges::find(lines, line_of(row, several)) == lines.end()) lines.push_back(line_of(row, several));
  }
  Json panel = {{"id", "gains"}, {"title", ""}, {"kind", "dots"}, {"categories", lines}};
  Json figure = {
      {"id", "gains-" + chain},
      {"section", "Personal models"},
      {"chain", chain},
      {"title", "What personal models gain"},
      {"caption",
       "Of each method: how much better an institution's own model is than the common one, on its own test rows. "
       "The mean over institutions, the tenth percentile and the worst institution of each run, as means over "
       "seeds with 95 % confidence intervals; and the share of institutions whose AUC (accuracy, where that is "
       "undefined) rises and falls."}};
  for (std::size_t i = 0; i < kinds.size(); ++i) figure["series"].push_back({kinds[i], "point", i});
  for (const Gains& choice : gains) {
    Json data = Json::array();
    for (const char* metric : choice.metrics) data.push_back(dots_of(rows, lines, several, metric));
    if (!has_data(data)) continue;
    figure["choices"].push_back(choice.label);
    panel["x"].push_back({choice.axis, choice.unit});
    panel["data"].push_back(std::move(data));
  }
  figure["panels"].push_back(std::move(panel));
  if (figure.contains("choices")) figures.push_back(std::move(figure));
}

}  // namespace

void add_personal(const ReportInput& input, const std::string& chain, Json& figures) {
  add_each(input, chain, figures);
  add_gains(input, chain, figures);
}

}  // namespace polyclinic
