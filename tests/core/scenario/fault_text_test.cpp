#include "core/scenario/fault_text.hpp"

#include "tests/core/scenario/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

// What each event of the schedule leads to, in its order. Institutions clinic-0 to clinic-2, validators 0 to 3.
std::vector<std::string> consequences(const std::string& faults, const std::vector<std::string>& settings = {}) {
  const Scenario scenario = testing::parse(std::string(testing::base_text) + faults, settings);
  FaultState state(scenario);
  std::vector<std::string> texts;
  for (const FaultEvent& event : FaultSchedule(scenario).take(100.0)) {
    const FaultState::Change change = state.apply(event);
    texts.push_back(consequence_text(state, event, change));
  }
  return texts;
}
using Texts = std::vector<std::string>;

TEST_CASE("crashes: how many machines are down or up again, with validators on members' computers") {
  CHECK(consequences("[[fault]]\nvalidators=[1]\nfor_s=1") == Texts{"1 machine is down", "1 machine is up again"});
  CHECK(consequences("[[fault]]\ninstitutions=['clinic-0']\nfor_s=1",
                     {"chain.0.consensus.hosts=members", "chain.0.consensus.validators=2"}) ==
        Texts{"2 machines are down", "2 machines are up again"});
}

TEST_CASE("a crash within another changes nothing") {
  CHECK(consequences("[[fault]]\nvalidators=[1]\nfor_s=4\n[[fault]]\nvalidators=[1]\nat_s=1\nfor_s=1") ==
        Texts{"1 machine is down", "nothing: down already", "nothing: down for another fault", "1 machine is up again"});
}

// 0.5 * 0.1 = 0.05 while both last.
TEST_CASE("slow: the speed as it is now, overlaps multiplied") {
  CHECK(consequences("[[fault]]\nkind='slow'\ninstitutions=['clinic']\nfactor=0.5\nfor_s=2\n"
                     "[[fault]]\nkind='slow'\ninstitutions=['clinic-1']\nfactor=0.1\nat_s=1\nfor_s=3") ==
        Texts{"compute at 0.5 of their speed", "computes at 0.05 of its speed", "compute at 0.1 to 1 of their speed",
              "computes at its full speed"});
}

TEST_CASE("degrade: bandwidth, and latency where it changes") {
  CHECK(consequences("[[fault]]\nkind='degrade'\nvalidators=[0,1]\nfor_s=1") ==
        Texts{"their links have 0.1 of their bandwidth", "their links are as they were built"});
  CHECK(consequences("[[fault]]\nkind='degrade'\nvalidators=[0]\nlatency_factor=3").front() ==
        "its links have 0.1 of their bandwidth and 3 times their latency");
}

TEST_CASE("partition: who is cut off, and who reaches the others again") {
  CHECK(consequences("[[fault]]\nkind='partition'\ninstitutions=['clinic-0','clinic-1']\nvalidators=[0]\nfor_s=1") ==
        Texts{"2 institutions and 1 validator are cut off from the others",
              "2 institutions and 1 validator reach the others again"});
  CHECK(consequences("[[fault]]\nkind='partition'\nvalidators=[0]\nfor_s=1\n[[fault]]\nkind='partition'\nvalidators=[0,1]\nfor_s=2") ==
        Texts{"1 validator is cut off from the others", "2 validators are cut off from the others",
              "another partition goes on", "2 validators reach the others again"});
}

// Of two losses a message survives both: 1 - 0.8 * 0.5 = 0.6.
TEST_CASE("loss: the probability as it is now") {
  CHECK(consequences("[[fault]]\nkind='loss'\nprobability=0.2\nfor_s=2\n[[fault]]\nkind='loss'\nprobability=0.5\nat_s=1\nfor_s=2") ==
        Texts{"a message is lost with probability 0.2", "a message is lost with probability 0.6",
              "a message is lost with probability 0.5", "no message is lost"});
}

}  // namespace
}  // namespace polyclinic
