#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "core/base/counted.hpp"
#include "core/record/text_table.hpp"
#include "core/report/answer.hpp"
#include "core/report/figures.hpp"
#include "core/report/report.hpp"
#include "core/report/tables.hpp"
#include "core/study/point_names.hpp"

namespace polyclinic {

namespace {

std::string joined(const auto& texts) { return fmt::format("{}", fmt::join(texts, ", ")); }

// Each key's values in the order of the points, each once.
std::string values_of(const Study& study, const std::string& key) {
  std::vector<std::string> values;
  for (const StudyPoint& point : study.points) {
    for (const Setting& setting : point.settings) {
      if (setting.key == key && std::ranges::find(values, setting.value) == values.end()) values.push_back(setting.value);
    }
  }
  return joined(values);
}

std::string point_text(const StudyPoint& point) {
  return point.settings.empty() ? "the scenario as it is" : settings_text(point);
}

bool is_named_by_settings(const Study& study, const StudyPoint& point) {
  const std::vector<std::string> shorts = short_keys(study.keys);
  std::vector<std::string> parts;
  for (const Setting& setting : point.settings) {
    const auto key = std::ranges::find(study.keys, setting.key) - study.keys.begin();
    parts.push_back(name_part(shorts.at(static_cast<std::size_t>(key)), setting.value));
  }
  return point.name == point_name(parts);
}

// What stands behind the names of points: one as an example where all are made of what they vary.
std::vector<std::pair<std::string, std::string>> points_asked(const Study& study) {
  const auto is_plain = [&](const StudyPoint& point) { return is_named_by_settings(study, point); };
  if (std::ranges::all_of(study.points, is_plain)) {
    const StudyPoint& first = study.points.front();
    return {{"Points",
             fmt::format("{}, named by what they vary: {} is {}", study.points.size(), first.name, point_text(first))}};
  }
  std::vector<std::pair<std::string, std::string>> lines;
  for (const StudyPoint& point : study.points) lines.emplace_back("Point " + point.name, point_text(point));
  return lines;
}

std::string target_text(const StudyTarget& target) {
  return fmt::format("test {} of {:g}", target.metric == "auc" ? "AUC" : target.metric, target.value);
}

std::size_t complete_runs(const ReportInput& input) { return count_runs(input.result, StudyRunState::complete); }

std::string chain_text(const ChainView& chain) {
  std::vector<std::string> parts;
  const std::size_t institutions = std::max(chain.alone.size(), chain.together.size());
  if (institutions > 0) parts.push_back(counted(institutions, "institution"));
  if (chain.summary) {
    std::string consensus = chain.summary->consensus;
    std::ranges::replace(consensus, '_', ' ');
    parts.push_back(fmt::format("{} with {}", consensus, counted(chain.summary->validators, "validator")));
  }
  if (!chain.dataset.empty()) parts.push_back("data " + std::filesystem::path(chain.dataset).filename().string());
  if (chain.parameters > 0) parts.push_back(fmt::format("model of {} parameters", chain.parameters));
  return joined(parts);
}

Json asked(const ReportInput& input) {
  const Study& study = input.result.study;
  Json lines = Json::array();
  const auto add = [&](const std::string& label, const std::string& text) {
    if (!text.empty()) lines.push_back(Json::array({label, text}));
  };
  if (!input.single) add("Scenario", study.scenario.filename().string());
  for (const std::string& key : study.keys) add("Varied: " + key, values_of(study, key));
  if (!input.single) {
    for (const auto& [label, text] : points_asked(study)) add(label, text);
  }
  add("In every run", joined(study.overrides));
  add(study.seeds.size() == 1 ? "Seed" : "Seeds", joined(study.seeds));
  if (!input.single) {
    add("Runs", fmt::format("{} of {} complete", complete_runs(input), input.result.runs.size()));
    add("Compared with", study.points.size() > 1 ? study.compare_with : "");
  }
  if (study.target) add("Target", target_text(*study.target));
  for (const ChainView& chain : input.runs.front().chains) add("Chain " + chain.name, chain_text(chain));
  return lines;
}

std::string subtitle(const ReportInput& input) {
  const Study& study = input.result.study;
  if (input.single) return "One run of the simulator Polyclinic";
  return fmt::format("A study of {}: {}, each with {}", counted(input.result.runs.size(), "run"),
                     counted(study.points.size(), "point"), counted(study.seeds.size(), "seed"));
}

std::string missing_note(const ReportInput& input) {
  std::string text = fmt::format("{} of {} runs are not complete; all figures are of the others.",
                                 input.result.runs.size() - complete_runs(input), input.result.runs.size());
  std::vector<std::string> without;
  for (std::size_t point = 0; point < input.result.study.points.size(); ++point) {
    const auto counts = [&](const StudyRunResult& run) {
      return run.run.point == point && run.state == StudyRunState::complete;
    };
    if (std::ranges::none_of(input.result.runs, counts)) without.push_back(input.result.study.points[point].name);
  }
  if (!without.empty()) text += fmt::format(" Without a single complete run: {}.", joined(without));
  return text;
}

Json notes(const ReportInput& input) {
  Json notes = Json::array();
  const StudyRunState first = input.result.runs.front().state;
  if (input.single && first != StudyRunState::complete) {
    notes.push_back(fmt::format("This run {}: the page shows what it had recorded.",
                                first == StudyRunState::running ? "is still going on" : "did not come to its end"));
  }
  if (!input.single && complete_runs(input) < input.result.runs.size()) notes.push_back(missing_note(input));
  if (input.result.study.seeds.size() == 1)
    notes.push_back("One seed: no confidence intervals, and another seed may end otherwise.");
  if (!input.single && !input.result.study.target)
    notes.push_back("The study names no target, so there are no times to one.");
  return notes;
}

// How to read the answer's numbers, where they have intervals.
std::string answer_note(const StudyResult& result) {
  if (result.study.seeds.size() == 1) return "";
  const std::string best = result.study.points.size() > 1 ? " The best point is the one whose mean is highest." : "";
  return "± is half of the 95 % confidence interval of a mean over seeds. Where a difference is smaller than that, the "
         "seeds do not show it, which is no proof that there is none." +
         best;
}

Json answers(const StudyResult& result) {
  Json chains = Json::array();
  for (const ChainAnswer& told : answer(result)) chains.push_back(Json::array({told.chain, told.sentences}));
  return chains;
}

Json figures(const ReportInput& input) {
  Json figures = Json::array();
  const std::vector<std::string> chains = chain_names(input);
  for (const auto add :
       {add_convergence, add_along, add_institutions, add_personal, add_auxiliary, add_leakage, add_trade_offs,
        add_membership, add_reconstructions, add_targets, add_chain}) {
    for (const std::string& chain : chains) add(input, chain, figures);
  }
  add_events(input, figures);
  return figures;
}

}  // namespace

std::string label_of(const std::string& role) {
  if (role == "full_sharing") return "everything shared";
  return role == "local" ? "training alone" : role;
}

std::vector<std::string> chain_names(const ReportInput& input) {
  std::set<std::string> names;
  for (const RunView& run : input.runs) {
    for (const ChainView& chain : run.chains) names.insert(chain.name);
  }
  return {names.begin(), names.end()};
}

Json report_document(const ReportInput& input) {
  return {{"title", input.result.study.name},
          {"subtitle", subtitle(input)},
          {"version", POLYCLINIC_VERSION},
          {"asked", asked(input)},
          {"scenario", input.runs.front().scenario},
          {"notes", notes(input)},
          {"answer", answers(input.result)},
          {"answer_note", answer_note(input.result)},
          {"figures", figures(input)},
          {"tables", report_tables(input)}};
}

}  // namespace polyclinic
