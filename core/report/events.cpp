#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "core/report/figures.hpp"

namespace polyclinic {

namespace {

constexpr std::size_t most_events = 2000;  // of one point
constexpr std::string_view begins = " begins", ends = " ends";

std::string base_kind(const std::string& kind) {
  for (const std::string_view suffix : {begins, ends}) {
    if (kind.ends_with(suffix)) return kind.substr(0, kind.size() - suffix.size());
  }
  return kind;
}

// What a reader is told of an event that he points at.
std::string text_of(const EventRow& event, std::uint64_t seed, bool single) {
  std::string text = single ? std::string() : fmt::format("seed {}: ", seed);
  text += event.consequence.empty() ? event.detail : event.consequence;
  if (!event.chain.empty()) text += fmt::format(" (chain {})", event.chain);
  return text;
}

struct Marks {
  std::vector<double> x, until, y;  // until: NaN for what has no duration, or never ended
  std::vector<std::string> text;
  [[nodiscard]] Json json() const {
    return x.empty() ? Json(nullptr) : Json{json_numbers(x), json_numbers(y), text, json_numbers(until)};
  }
};

class EventMarks {
 public:
  explicit EventMarks(const std::map<std::string, std::size_t>& places) : places_(places) {}

  void add_run(const std::vector<EventRow>& events, std::uint64_t seed, bool single) {
    open_.clear();
    for (const EventRow& event : events) {
      if (event.kind.ends_with(ends) && end(event)) continue;
      if (faults_.x.size() + effects_.x.size() >= most_events) return;
      Marks& marks = event.kind.ends_with(begins) ? faults_ : effects_;
      if (event.kind.ends_with(begins)) open_[identity(event)] = faults_.x.size();
      marks.x.push_back(event.sim_time_s);
      marks.until.push_back(unknown);
      marks.y.push_back(static_cast<double>(places_.at(base_kind(event.kind))));
      marks.text.push_back(text_of(event, seed, single));
    }
  }
  [[nodiscard]] Json json() const { return Json::array({faults_.json(), effects_.json()}); }

 private:
  using Identity = std::tuple<std::string, std::string, std::int64_t, std::int64_t, std::string>;
  static Identity identity(const EventRow& event) {
    return {base_kind(event.kind), event.chain, event.institution, event.validator, event.detail};
  }
  // Whether the fault that ends here had been seen to begin.
  bool end(const EventRow& event) {
    const auto begun = open_.find(identity(event));
    if (begun == open_.end()) return false;
    faults_.until[begun->second] = event.sim_time_s;
    open_.erase(begun);
    return true;
  }
  const std::map<std::string, std::size_t>& places_;
  std::map<Identity, std::size_t> open_;  // their places among faults_
  Marks faults_, effects_;
};

std::map<std::string, std::size_t> places_of(const ReportInput& input) {
  std::map<std::string, std::size_t> places;
  for (const RunView& run : input.runs) {
    for (const EventRow& event : run.events) places[base_kind(event.kind)] = 0;
  }
  std::size_t next = 0;
  for (auto& [kind, place] : places) place = next++;
  return places;
}

}  // namespace

void add_events(const ReportInput& input, Json& figures) {
  const std::map<std::string, std::size_t> places = places_of(input);
  if (places.empty()) return;
  Json panel = {{"id", "events"}, {"title", ""}, {"kind", "marks"}, {"x", Json::array({{"simulated time", "s"}})}};
  for (const auto& [kind, place] : places) panel["categories"].push_back(kind);
  Json figure = {{"id", "events"},
                 {"section", "The chain"},
                 {"title", "Faults and what followed"},
                 {"series", {{"fault", "fault", -1}, {"what followed", "effect", -1}}}};
  std::map<std::size_t, EventMarks> by_point;
  for (const RunView& run : input.runs) {
    const StudyRun& of = input.result.runs[run.run].run;
    by_point.try_emplace(of.point, places).first->second.add_run(run.events, of.seed, input.single);
  }
  for (const auto& [point, marks] : by_point) {
    if (!input.single) figure["choices"].push_back(point_label(input, point));
    panel["data"].push_back(marks.json());
  }
  const auto has_faults = [](const Json& choice) { return !choice[0].is_null(); };
  if (std::ranges::none_of(panel["data"], has_faults)) figure["title"] = "Events, none of them a fault";
  figure["caption"] = fmt::format(
      "What was recorded under /events, along simulated time; a bar is how long a fault lasted.{} At most {} a "
      "picture.",
      input.single ? "" : " All seeds of a point together.", most_events);
  figure["panels"].push_back(std::move(panel));
  figures.push_back(std::move(figure));
}

}  // namespace polyclinic
