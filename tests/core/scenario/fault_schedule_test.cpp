#include "core/scenario/fault_schedule.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "tests/core/scenario/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

// Institutions clinic-0, clinic-1, clinic-2 and chain "first" with four validators, and one fault as given.
Scenario with_fault(const std::string& keys, std::uint64_t seed = 7) {
  Scenario scenario = testing::parse(std::string(testing::base_text) + "[[fault]]\n" + keys);
  scenario.seed = seed;
  return scenario;
}

std::vector<FaultEvent> events_of(const Scenario& scenario, double until_s = 1e9) {
  return FaultSchedule(scenario).take(until_s);
}

TEST_CASE("a fault begins once, ends once, and hits all it names") {
  const auto events = events_of(with_fault("kind='crash'\ninstitutions=['clinic-2','clinic-0']\nvalidators=[3,1,3]\nat_s=5\nfor_s=2"));
  REQUIRE(events.size() == 2);
  CHECK(events[0].at_s == 5.0);
  CHECK(events[0].begins);
  CHECK(events[0].institutions == std::vector<InstitutionId>{{0}, {2}});
  CHECK(events[0].validators == std::vector<NodeId>{{1}, {3}});
  CHECK(events[0].chain == ChainId{0});
  CHECK(events[1].at_s == 7.0);
  CHECK_FALSE(events[1].begins);
  CHECK(events[1].institutions == events[0].institutions);
}

TEST_CASE("a fault for good has no end, and groups stand for their institutions") {
  const auto events = events_of(with_fault("kind='slow'\ninstitutions=['clinic']\nfactor=0.5\nat_s=1"));
  REQUIRE(events.size() == 1);
  CHECK(events[0].institutions.size() == 3);
  CHECK(events[0].factor == 0.5);
  CHECK(events[0].chain == ChainId{});
}

TEST_CASE("loss concerns a chain's messages, the only chain's without a name") {
  const auto events = events_of(with_fault("kind='loss'\nprobability=0.25\nfor_s=3"));
  REQUIRE(events.size() == 2);
  CHECK(events[0].chain == ChainId{0});
  CHECK(events[0].probability == 0.25);
  CHECK(events[0].institutions.empty());
}

TEST_CASE("no faults, no events") {
  FaultSchedule schedule(testing::parse(testing::base_text));
  CHECK_FALSE(schedule.next_s().has_value());
  CHECK(schedule.take(1e9).empty());
}

TEST_CASE("events come in order of time, beginnings first, however they are taken") {
  const Scenario scenario = testing::parse(std::string(testing::base_text) +
                                           "[[fault]]\nkind='crash'\ninstitutions=['clinic-0']\nat_s=1\nfor_s=4\n"
                                           "[[fault]]\nkind='crash'\ninstitutions=['clinic-0']\nat_s=5\nfor_s=1\n"
                                           "[[fault]]\nkind='churn'\ninstitutions=['clinic']\non_s=2\noff_s=1\n");
  FaultSchedule step_by_step(scenario);
  std::vector<FaultEvent> taken;
  while (*step_by_step.next_s() <= 500.0) {
    for (const FaultEvent& event : step_by_step.take(*step_by_step.next_s())) taken.push_back(event);
  }
  CHECK(taken == events_of(scenario, 500.0));
  CHECK(std::is_sorted(taken.begin(), taken.end(), [](const auto& a, const auto& b) { return a.at_s < b.at_s; }));
  std::vector<std::size_t> at_five;
  for (const FaultEvent& event : taken) if (event.at_s == 5.0) at_five.push_back(event.fault);
  CHECK(at_five == std::vector<std::size_t>{1, 0});
}

TEST_CASE("the same scenario has the same faults, another seed has others") {
  const std::string churn = "kind='churn'\ninstitutions=['clinic']\nvalidators=[0]\non_s=10\noff_s=5";
  CHECK(events_of(with_fault(churn, 1), 1e4) == events_of(with_fault(churn, 1), 1e4));
  CHECK(events_of(with_fault(churn, 1), 1e4) != events_of(with_fault(churn, 2), 1e4));
}

// Ups and downs of each target in turn; their lengths by kind, for clinic-0.
struct Lengths {
  std::vector<double> up, down;
};
Lengths lengths_of(const std::vector<FaultEvent>& events, InstitutionId institution, double from_s) {
  Lengths lengths;
  for (const FaultEvent& event : events) {
    if (event.institutions != std::vector{institution}) continue;
    (event.begins ? lengths.up : lengths.down).push_back(event.at_s - from_s);
    from_s = event.at_s;
  }
  return lengths;
}

struct Moments {
  double mean = 0.0, variance = 0.0;
};
Moments moments(const std::vector<double>& values) {
  Moments result;
  for (const double value : values) result.mean += value / static_cast<double>(values.size());
  for (const double value : values) {
    result.variance += (value - result.mean) * (value - result.mean) / static_cast<double>(values.size());
  }
  return result;
}

// Variance of an exponential with mean m: m^2; of a uniform over 0 .. 2m: (2m)^2 / 12 = m^2 / 3. With n times, the mean is
// off by a standard error of sqrt(variance / n): four of them are allowed.
void check_churn(const std::string& distribution, double variance_of_unit_mean) {
  const Scenario scenario = with_fault("kind='churn'\ninstitutions=['clinic']\non_s=30\noff_s=10\ndistribution='" +
                                       distribution + "'\nat_s=100");
  const Lengths lengths = lengths_of(events_of(scenario, 400e3), InstitutionId{0}, 100.0);
  const auto count = static_cast<double>(lengths.up.size());
  REQUIRE(count > 9000);
  for (const auto& [times, mean] : {std::pair{lengths.up, 30.0}, std::pair{lengths.down, 10.0}}) {
    const double variance = mean * mean * variance_of_unit_mean;
    CHECK(std::abs(moments(times).mean - mean) <= 4 * std::sqrt(variance / count) + 1e-6);
    CHECK(moments(times).variance == doctest::Approx(variance).epsilon(0.1));
  }
}

TEST_CASE("churn: times up and down follow the distribution named") {
  check_churn("exponential", 1.0);
  check_churn("uniform", 1.0 / 3.0);
}

TEST_CASE("churn with fixed times is a clock") {
  const auto events = events_of(with_fault("kind='churn'\ninstitutions=['clinic-1']\non_s=3\noff_s=2\ndistribution='fixed'\nat_s=10\nfor_s=11"));
  // up 10-13, down 13-15, up 15-18, down 18-20, up 20-21: the fault ends before the next crash at 23
  std::vector<double> times;
  for (const FaultEvent& event : events) times.push_back(event.at_s);
  CHECK(times == std::vector<double>{13, 15, 18, 20});
}

TEST_CASE("churn ends with everybody up") {
  const auto events = events_of(with_fault("kind='churn'\ninstitutions=['clinic']\nvalidators=[0,1,2,3]\non_s=7\noff_s=9\nat_s=2\nfor_s=100"));
  std::map<std::pair<std::vector<InstitutionId>, std::vector<NodeId>>, std::int64_t> down;
  for (const FaultEvent& event : events) {
    std::int64_t& count = down[{event.institutions, event.validators}];
    count += event.begins ? 1 : -1;
    CHECK((count == 0 || count == 1));
    CHECK(event.at_s >= 2.0);
    CHECK(event.at_s <= 102.0);
  }
  CHECK(down.size() == 7);
  for (const auto& [target, count] : down) CHECK(count == 0);
}

TEST_CASE("one churning target more changes nobody else's times") {
  const auto few = events_of(with_fault("kind='churn'\ninstitutions=['clinic-1']\non_s=5\noff_s=5"), 1000.0);
  const auto many = events_of(with_fault("kind='churn'\ninstitutions=['clinic']\nvalidators=[2]\non_s=5\noff_s=5"), 1000.0);
  CHECK(lengths_of(few, {1}, 0.0).up == lengths_of(many, {1}, 0.0).up);
  CHECK(lengths_of(many, {0}, 0.0).up != lengths_of(many, {1}, 0.0).up);
}

TEST_CASE("a schedule of one kind has that kind's events at the times that they have among all") {
  const Scenario scenario = testing::parse(std::string(testing::base_text) +
                                           "[[fault]]\nkind='churn'\ninstitutions=['clinic']\non_s=2\noff_s=1\n"
                                           "[[fault]]\nkind='slow'\ninstitutions=['clinic']\nfor_s=5\ndraws=9\nwithin_s=99\n");
  std::vector<FaultEvent> all = events_of(scenario, 200.0);
  std::erase_if(all, [](const FaultEvent& event) { return event.kind != "slow"; });
  CHECK(FaultSchedule(scenario, "slow").take(1e300) == all);
  CHECK(all.size() == 18);
}

TEST_CASE("draws: as many as asked for, each on one target, within the time given") {
  const auto events = events_of(
      with_fault("kind='crash'\ninstitutions=['clinic']\nvalidators=[0,3]\nat_s=100\nfor_s=1\ndraws=1000\nwithin_s=50"));
  CHECK(events.size() == 2000);
  std::map<std::string, int> hits;
  std::set<std::int64_t> instances;
  const Scenario scenario = testing::parse(testing::base_text);
  double sum = 0.0;
  for (const FaultEvent& event : events) {
    CHECK(event.institutions.size() + event.validators.size() == 1);
    if (!event.begins) continue;
    CHECK(event.at_s >= 100.0);
    CHECK(event.at_s < 150.0);
    sum += event.at_s - 100.0;
    instances.insert(event.instance);
    ++hits[targets_text(scenario, event)];
  }
  CHECK(instances.size() == 1000);
  CHECK(sum / 1000.0 == doctest::Approx(25.0).epsilon(0.1));  // standard error: 50 / sqrt(12 * 1000) = 0.46
  CHECK(hits.size() == 5);
  // Binomial: 200 expected, standard deviation sqrt(1000 * 0.2 * 0.8) = 12.6.
  for (const auto& [target, count] : hits) CHECK(std::abs(count - 200) < 4 * 12.7);
}

TEST_CASE("more draws leave the first as they were") {
  const std::string fault = "kind='crash'\ninstitutions=['clinic']\nwithin_s=50\ndraws=";
  const auto by_instance = [](const std::vector<FaultEvent>& events) {
    std::map<std::int64_t, double> times;
    for (const FaultEvent& event : events) times[event.instance] = event.at_s;
    return times;
  };
  const auto few = by_instance(events_of(with_fault(fault + "3"))), many = by_instance(events_of(with_fault(fault + "9")));
  for (const auto& [instance, at_s] : few) CHECK(many.at(instance) == at_s);
}

TEST_CASE("drawn losses have no target but a time") {
  const auto events = events_of(with_fault("kind='loss'\nprobability=0.5\nfor_s=1\ndraws=2\nwithin_s=9"));
  REQUIRE(events.size() == 4);
  for (const FaultEvent& event : events) CHECK(event.chain == ChainId{0});
}

TEST_CASE("targets in words") {
  const Scenario scenario = with_fault("kind='crash'\ninstitutions=['clinic-0','clinic-2']\nvalidators=[0,3]");
  CHECK(targets_text(scenario, events_of(scenario).front()) == "clinic-0, clinic-2, validators 0 and 3 of chain first");
  const Scenario three = with_fault("kind='crash'\nvalidators=[3,0,2]");
  CHECK(targets_text(three, events_of(three).front()) == "validators 0, 2 and 3 of chain first");
  const Scenario one = with_fault("kind='crash'\nvalidators=[1]");
  CHECK(targets_text(one, events_of(one).front()) == "validator 1 of chain first");
  const Scenario loss = with_fault("kind='loss'\nprobability=0.5");
  CHECK(targets_text(loss, events_of(loss).front()) == "messages of chain first");
}

}  // namespace
}  // namespace polyclinic
