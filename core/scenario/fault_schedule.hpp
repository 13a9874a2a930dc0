// When what goes wrong: the scenario's [[fault]] tables as dated events, a pure function of the scenario and its seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/named_kind.hpp"
#include "core/base/seed.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

// The kinds of fault, with what each does to its targets between its beginning and its end.
[[nodiscard]] const std::vector<NamedKind>& fault_kinds();
[[nodiscard]] std::vector<std::string> fault_kind_names();

// A fault begins or ends.
struct FaultEvent {
  double at_s = 0.0;
  bool begins = true;                      // false: it ends
  std::size_t fault = 0;                   // index into Scenario::faults
  std::int64_t instance = 0;               // which of the fault's draws; 0 without draws
  std::string kind;                        // as FaultConfig::kind
  std::vector<InstitutionId> institutions; // targets, sorted
  ChainId chain;                           // whose validators, whose messages are lost; -1: neither concerns this fault
  std::vector<NodeId> validators;          // targets, sorted
  double factor = 1.0;
  double latency_factor = 1.0;
  double probability = 0.0;
  bool operator==(const FaultEvent&) const = default;
};

// The events of a valid scenario, in order of time and without end where churn has none. At one time what begins comes
// before what ends (a target of two faults that follow one another is not up in between), then in the order of the
// scenario, of the draws, of the targets.
//
// Churn: each target by itself is up for a time drawn around on_s, then down for one around off_s, and so on until the
// fault ends, when it is up. Times come from seed / "fault" / index / draw / target's name, so that one target more or
// less changes nobody else's. Draws: target and beginning from seed / "fault" / index / "draw" / number.
class FaultSchedule {
 public:
  // `only`: faults of this kind alone, at the times that they have among all; empty: every kind.
  explicit FaultSchedule(const Scenario& scenario, std::string_view only = {});
  // Of the next event; nothing where there is none any more.
  [[nodiscard]] std::optional<double> next_s() const;
  // Every event at or before `until_s` that was not taken yet. `until_s` is finite: churn may never end.
  [[nodiscard]] std::vector<FaultEvent> take(double until_s);

 private:
  struct Churn {
    Random random;
    double on_s = 0.0, off_s = 0.0;
    std::string distribution;
    [[nodiscard]] double draw(double mean);
  };
  // One fault on targets that share its beginning and end.
  struct Stream {
    FaultEvent next;
    double ends_s = 0.0;                   // infinity: never
    std::optional<Churn> churn;
    [[nodiscard]] bool advance();          // to the event after `next`; false where there is none
  };
  using Order = std::tuple<double, bool, std::size_t, std::int64_t, std::size_t>;

  void add_fault(const Scenario& scenario, std::size_t index);
  void add_instance(const Scenario& scenario, const FaultEvent& first, Seed seed);
  void add_churn(const Scenario& scenario, const FaultEvent& target, Seed seed);
  void add(Stream stream);

  std::map<Order, Stream> streams_;        // by their next event
  std::size_t added_ = 0;
};

// The targets in words, "clinic-1, clinic-2, validators 0 and 3 of chain mnist", for messages and /events.
[[nodiscard]] std::string targets_text(const Scenario& scenario, const FaultEvent& event);

}  // namespace polyclinic
