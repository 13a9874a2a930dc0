#include "core/scenario/fault_state.hpp"

#include "tests/core/scenario/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

constexpr InstitutionId clinic0{0}, clinic1{1}, clinic2{2};
constexpr ChainId first{0};

Party validator(std::int32_t node) { return {first, NodeId{node}}; }

// The base scenario (three clinics; chain "first" with four validators of its own) and the faults given.
Scenario with_faults(const std::string& faults, const std::vector<std::string>& settings = {}) {
  return testing::parse(std::string(testing::base_text) + faults, settings);
}

// What is wrong at a time.
FaultState state_at(const Scenario& scenario, double at_s) {
  FaultState state(scenario);
  for (const FaultEvent& event : FaultSchedule(scenario).take(at_s)) state.apply(event);
  return state;
}

TEST_CASE("nothing is wrong without faults") {
  const FaultState state(with_faults(""));
  CHECK(state.healthy());
  CHECK_FALSE(state.is_down(clinic0));
  CHECK_FALSE(state.is_down(validator(3)));
  CHECK(state.speed_factor(clinic1) == 1.0);
  CHECK(state.bandwidth_factor(validator(0)) == 1.0);
  CHECK(state.latency_factor(clinic2) == 1.0);
  CHECK(state.loss_probability(first) == 0.0);
  CHECK_FALSE(state.are_separated(clinic0, validator(0)));
}

TEST_CASE("who is down for two reasons is up when both have ended") {
  const Scenario scenario = with_faults(
      "[[fault]]\nkind='crash'\ninstitutions=['clinic-0']\nat_s=1\nfor_s=4\n"
      "[[fault]]\nkind='crash'\ninstitutions=['clinic-0','clinic-1']\nat_s=3\nfor_s=7\n");
  CHECK_FALSE(state_at(scenario, 0.9).is_down(clinic0));
  CHECK(state_at(scenario, 1.0).is_down(clinic0));
  CHECK(state_at(scenario, 6.0).is_down(clinic0));
  CHECK(state_at(scenario, 6.0).is_down(clinic1));
  CHECK_FALSE(state_at(scenario, 10.0).is_down(clinic0));
  CHECK(state_at(scenario, 10.0).healthy());
}

TEST_CASE("apply says who went down and who came up, and is silent about those who stay down") {
  const Scenario scenario = with_faults(
      "[[fault]]\nkind='crash'\ninstitutions=['clinic-0']\nat_s=1\nfor_s=4\n"
      "[[fault]]\nkind='crash'\ninstitutions=['clinic-0','clinic-1']\nat_s=3\nfor_s=7\n"
      "[[fault]]\nkind='slow'\ninstitutions=['clinic-0']\nat_s=20\n");
  FaultState state(scenario);
  const auto events = FaultSchedule(scenario).take(100.0);
  REQUIRE(events.size() == 5);
  const auto begun = state.apply(events[0]);
  CHECK(begun.down == std::vector<Party>{clinic0});
  CHECK(begun.up.empty());
  CHECK(state.apply(events[1]).down == std::vector<Party>{clinic1});
  CHECK(state.apply(events[2]).up.empty());
  CHECK(state.apply(events[3]).up == std::vector<Party>{clinic0, clinic1});
  const auto slow = state.apply(events[4]);
  CHECK((slow.down.empty() && slow.up.empty()));
}

TEST_CASE("a fault that follows another at once leaves its target down") {
  const Scenario scenario = with_faults(
      "[[fault]]\nkind='crash'\nvalidators=[2]\nat_s=1\nfor_s=4\n[[fault]]\nkind='crash'\nvalidators=[2]\nat_s=5\nfor_s=4\n");
  FaultState state(scenario);
  std::size_t came_up = 0;
  for (const FaultEvent& event : FaultSchedule(scenario).take(8.0)) came_up += state.apply(event).up.size();
  CHECK(came_up == 0);
  CHECK(state.is_down(validator(2)));
  CHECK_FALSE(state.is_down(validator(1)));
}

TEST_CASE("a validator on a member's computer goes down with it, but not the other way round") {
  const std::vector<std::string> hosted = {"chain.0.consensus.hosts=members", "chain.0.consensus.validators=2"};
  const Scenario institution = with_faults("[[fault]]\nkind='crash'\ninstitutions=['clinic-1']\nfor_s=1\n", hosted);
  FaultState state(institution);
  CHECK(state.apply(FaultSchedule(institution).take(0.0).front()).down == std::vector<Party>{clinic1, validator(1)});
  CHECK_FALSE(state.is_down(validator(0)));
  const Scenario process = with_faults("[[fault]]\nkind='crash'\nvalidators=[1]\n", hosted);
  CHECK(state_at(process, 0.0).is_down(validator(1)));
  CHECK_FALSE(state_at(process, 0.0).is_down(clinic1));
}

TEST_CASE("a member named together with its validator goes down and comes up once") {
  const Scenario scenario =
      with_faults("[[fault]]\nkind='crash'\ninstitutions=['clinic-0']\nvalidators=[0]\nfor_s=1\n",
                  {"chain.0.consensus.hosts=members", "chain.0.consensus.validators=2"});
  CHECK(state_at(scenario, 0.5).is_down(validator(0)));
  CHECK_FALSE(state_at(scenario, 1.0).is_down(validator(0)));
}

TEST_CASE("factors multiply while faults overlap and return to one exactly") {
  const Scenario scenario = with_faults(
      "[[fault]]\nkind='slow'\ninstitutions=['clinic-0']\nfactor=0.1\nfor_s=10\n"
      "[[fault]]\nkind='slow'\ninstitutions=['clinic']\nfactor=0.3\nat_s=5\nfor_s=10\n"
      "[[fault]]\nkind='degrade'\ninstitutions=['clinic-0']\nvalidators=[1]\nfactor=0.5\nlatency_factor=4\nat_s=2\nfor_s=20\n");
  CHECK(state_at(scenario, 1.0).speed_factor(clinic0) == 0.1);
  CHECK(state_at(scenario, 6.0).speed_factor(clinic0) == doctest::Approx(0.03));
  CHECK(state_at(scenario, 6.0).speed_factor(clinic1) == 0.3);
  CHECK(state_at(scenario, 12.0).speed_factor(clinic0) == 0.3);
  CHECK(state_at(scenario, 16.0).speed_factor(clinic0) == 1.0);
  CHECK(state_at(scenario, 16.0).bandwidth_factor(clinic0) == 0.5);
  CHECK(state_at(scenario, 16.0).latency_factor(validator(1)) == 4.0);
  CHECK(state_at(scenario, 16.0).speed_factor(validator(1)) == 1.0);
  CHECK(state_at(scenario, 22.0).healthy());
}

TEST_CASE("messages survive each loss independently") {
  const Scenario scenario = with_faults(
      "[[fault]]\nkind='loss'\nprobability=0.5\nfor_s=2\n[[fault]]\nkind='loss'\nprobability=0.2\nat_s=1\nfor_s=2\n");
  CHECK(state_at(scenario, 0.0).loss_probability(first) == 0.5);
  CHECK(state_at(scenario, 1.0).loss_probability(first) == doctest::Approx(1.0 - 0.5 * 0.8));
  CHECK(state_at(scenario, 2.0).loss_probability(first) == doctest::Approx(0.2));
  CHECK(state_at(scenario, 3.0).loss_probability(first) == 0.0);
}

TEST_CASE("a partition has two sides, and two partitions four") {
  const Scenario scenario = with_faults(
      "[[fault]]\nkind='partition'\ninstitutions=['clinic-0']\nvalidators=[0,1]\nfor_s=10\n"
      "[[fault]]\nkind='partition'\nvalidators=[1,2]\nat_s=5\nfor_s=10\n");
  const FaultState one = state_at(scenario, 1.0);
  CHECK(one.are_separated(clinic0, clinic1));
  CHECK(one.are_separated(validator(2), validator(1)));
  CHECK_FALSE(one.are_separated(clinic0, validator(1)));
  CHECK_FALSE(one.are_separated(clinic1, validator(3)));
  const FaultState two = state_at(scenario, 6.0);
  CHECK(two.are_separated(validator(0), validator(1)));
  CHECK(two.are_separated(validator(1), validator(2)));
  CHECK(two.are_separated(validator(2), validator(3)));
  CHECK_FALSE(two.are_separated(validator(3), clinic2));
  CHECK_FALSE(state_at(scenario, 12.0).are_separated(validator(0), validator(3)));
  CHECK(state_at(scenario, 12.0).are_separated(validator(2), validator(3)));
  CHECK(state_at(scenario, 15.0).healthy());
}

TEST_CASE("a partition of institutions takes the validators on their computers along") {
  const Scenario scenario =
      with_faults("[[fault]]\nkind='partition'\ninstitutions=['clinic-0']\n",
                  {"chain.0.consensus.hosts=members", "chain.0.consensus.validators=3"});
  const FaultState state = state_at(scenario, 0.0);
  CHECK_FALSE(state.are_separated(clinic0, validator(0)));
  CHECK(state.are_separated(validator(0), validator(1)));
}

TEST_CASE("churn of many targets at once") {
  const Scenario scenario =
      with_faults("[[fault]]\nkind='churn'\ninstitutions=['clinic']\nvalidators=[0,1]\non_s=1\noff_s=2\nfor_s=50\n");
  FaultState state(scenario);
  for (const FaultEvent& event : FaultSchedule(scenario).take(1000.0)) {
    const auto change = state.apply(event);
    CHECK(change.down.size() == (event.begins ? 1 : 0));
    CHECK(change.up.size() == (event.begins ? 0 : 1));
  }
  CHECK(state.healthy());
}

TEST_CASE("validators of two chains are told apart") {
  const Scenario scenario =
      with_faults("[[chain]]\nname='second'\n[[fault]]\nkind='crash'\nchain='second'\nvalidators=[1]\n");
  const FaultState state = state_at(scenario, 0.0);
  CHECK_FALSE(state.is_down(validator(1)));
  CHECK(state.is_down({ChainId{1}, NodeId{1}}));
}

}  // namespace
}  // namespace polyclinic
