#include <fmt/format.h>

#include <array>
#include <cmath>
#include <set>

#include "core/record/block_statistics.hpp"
#include "core/report/figures.hpp"
#include "core/study/statistics.hpp"

namespace polyclinic {

namespace {

constexpr std::size_t most_lines = 40;  // beyond that, institutions are told as a distribution

using Member = double OwnScores::*;
using Group = Grouped<InstitutionScores>;

struct Choice {
  const char* label;
  const char* axis;
  Member member;
  bool gain;  // together minus alone
};
constexpr std::array<Choice, 4> choices{
    {{"AUC", "AUC on own test rows", &OwnScores::auc, false},
     {"Accuracy", "accuracy on own test rows", &OwnScores::accuracy, false},
     {"Gain in AUC", "AUC together minus alone", &OwnScores::auc, true},
     {"Gain in accuracy", "accuracy together minus alone", &OwnScores::accuracy, true}}};

InstitutionScores gain_of(const ChainView& chain) {
  InstitutionScores gains;
  for (const auto& [name, together] : chain.together) {
    const auto alone = chain.alone.find(name);
    if (alone == chain.alone.end()) continue;
    gains[name] = {together.accuracy - alone->second.accuracy, together.auc - alone->second.auc};
  }
  return gains;
}

// The series of scores, and those of gains in the same places; training alone, which comes last, has none.
struct Groups {
  std::vector<Group> scores, gains;
};

Groups groups_of(const ReportInput& input, const std::string& chain) {
  const auto with = [&](auto scores_of) {
    return [&chain, scores_of](const RunView& run) -> std::optional<InstitutionScores> {
      const ChainView* view = find_chain(run, chain);
      return view == nullptr || view->together.empty() ? std::nullopt : std::optional(scores_of(*view));
    };
  };
  Groups groups{by_point<InstitutionScores>(input, "point", with([](const ChainView& view) { return view.together; })),
                by_point<InstitutionScores>(input, "point", with(gain_of))};
  for (Group& alone :
       of_baseline<InstitutionScores>(input, "local", with([](const ChainView& view) { return view.alone; }))) {
    groups.scores.push_back(std::move(alone));
  }
  groups.gains.resize(groups.scores.size());
  return groups;
}

using Institution = InstitutionScores::key_type;

std::vector<Institution> institutions_of(const std::vector<Group>& groups) {
  std::set<Institution> institutions;
  for (const Group& group : groups) {
    for (const InstitutionScores& scores : group.runs) {
      for (const auto& [institution, score] : scores) institutions.insert(institution);
    }
  }
  return {institutions.begin(), institutions.end()};
}

Estimate estimate_of(const Group& group, const Institution& institution, Member member) {
  std::vector<double> values;
  for (const InstitutionScores& scores : group.runs) {
    const auto found = scores.find(institution);
    if (found != scores.end() && !std::isnan(found->second.*member)) values.push_back(found->second.*member);
  }
  return estimate(values);
}

Json dots_of(const Group& group, const std::vector<Institution>& institutions, Member member) {
  std::vector<double> means, places, lows, highs;
  for (std::size_t i = 0; i < institutions.size(); ++i) {
    const Estimate value = estimate_of(group, institutions[i], member);
    if (value.count == 0) continue;
    means.push_back(value.mean);
    places.push_back(static_cast<double>(i));
    lows.push_back(value.low);
    highs.push_back(value.high);
  }
  if (means.empty()) return nullptr;
  return {json_numbers(means), json_numbers(places), json_numbers(lows), json_numbers(highs)};
}

Json box_of(const Group& group, const std::vector<Institution>& institutions, Member member) {
  std::vector<double> means;
  for (const Institution& institution : institutions) {
    const double mean = estimate_of(group, institution, member).mean;
    if (!std::isnan(mean)) means.push_back(mean);
  }
  if (means.empty()) return nullptr;
  Json box = Json::array();
  for (const double q : {1e-12, 0.25, 0.5, 0.75, 1.0}) box.push_back(json_number(nearest_rank(means, q)));
  box.push_back(means.size());
  return box;
}

bool has_data(const Json& data) {
  return std::ranges::any_of(data, [](const Json& series) { return !series.is_null(); });
}

std::string caption_of(std::size_t institutions, bool boxes, bool several) {
  std::string text =
      fmt::format("{} institutions, each on its own test rows: trained alone, and with the collaboration's final model. ",
                  institutions);
  if (boxes)
    return text + "Boxes: least, quartiles and most over institutions" + (several ? ", each its mean over seeds." : ".");
  if (several) {
    text +=
        "Means over seeds with 95 % confidence intervals, where more than one seed has the score; a seed also draws who "
        "holds which rows. ";
  }
  text += "No AUC without test rows of every class. ";
  return text + "The gain is taken within each run.";
}

}  // namespace

void add_institutions(const ReportInput& input, const std::string& chain, Json& figures) {
  const Groups groups = groups_of(input, chain);
  const std::vector<Institution> institutions = institutions_of(groups.scores);
  if (institutions.empty()) return;
  const bool boxes = institutions.size() > most_lines;
  Json panel = {{"id", "institutions"}, {"title", ""}, {"kind", boxes ? "boxes" : "dots"}};
  for (const Institution& institution : institutions) {
    if (!boxes) panel["categories"].push_back(institution.second);
  }
  Json figure = {{"id", "institutions-" + chain},
                 {"section", "Institutions"},
                 {"chain", chain},
                 {"title", "Institutions, alone and together"},
                 {"caption", caption_of(institutions.size(), boxes, input.result.study.seeds.size() > 1)}};
  for (const Group& group : groups.scores) figure["series"].push_back(json_of(group.series));
  for (const Choice& choice : choices) {
    Json data = Json::array();
    for (const Group& group : choice.gain ? groups.gains : groups.scores) {
      data.push_back(boxes ? box_of(group, institutions, choice.member) : dots_of(group, institutions, choice.member));
    }
    if (!has_data(data)) continue;
    figure["choices"].push_back(choice.label);
    panel["x"].push_back({choice.axis, choice.gain ? "difference" : "score"});
    panel["data"].push_back(std::move(data));
  }
  figure["panels"].push_back(std::move(panel));
  figures.push_back(std::move(figure));
}

}  // namespace polyclinic
