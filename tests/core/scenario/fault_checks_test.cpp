#include "tests/core/scenario/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using testing::complaint;
using testing::contains;

// The base scenario has institutions clinic-0 to clinic-2 and chain "first" with two rounds and validators 0 to 3.
std::string complaint_of_fault(const std::string& keys, const std::vector<std::string>& settings = {}) {
  return complaint(std::string(testing::base_text) + "[[fault]]\n" + keys, settings);
}

constexpr const char* second_chain = "[[chain]]\nname = 'second'\nmembers = ['clinic-0']\nconsensus.validators = 2\n";

TEST_CASE("faults need targets, loss has none") {
  for (const std::string kind : {"crash", "churn", "slow", "degrade", "partition"}) {
    CHECK(contains(complaint_of_fault("kind='" + kind + "'"), "fault.0.kind = \"" + kind + "\" needs institutions or validators"));
  }
  CHECK(contains(complaint_of_fault("kind='loss'\nprobability=0.1\nvalidators=[0]"), "takes neither"));
  CHECK(contains(complaint_of_fault("kind='loss'\nprobability=0.1\ninstitutions=['clinic']"), "takes neither"));
  CHECK(complaint_of_fault("kind='loss'\nprobability=0.1").empty());
  CHECK(complaint_of_fault("kind='crash'\ninstitutions=['clinic-*']\nvalidators=[0,3]").empty());
}

TEST_CASE("targets exist") {
  CHECK(complaint_of_fault("institutions=['clinik-1']") ==
        "s.toml:15: fault.0.institutions = \"clinik-1\" matches no institution and no group (did you mean \"clinic-1\"?)");
  CHECK(contains(complaint_of_fault("validators=[4]"), "fault.0.validators = 4 is no validator of chain \"first\", which has 0 to 3"));
  CHECK(contains(complaint_of_fault("chain='frist'\nvalidators=[0]"), "fault.0.chain = \"frist\" is no chain (did you mean \"first\"?)"));
}

TEST_CASE("with several chains a validator needs to say which") {
  CHECK(contains(complaint_of_fault("validators=[0]\n" + std::string(second_chain)), "must say which of the chains is meant"));
  CHECK(contains(complaint_of_fault("kind='loss'\nprobability=1\n" + std::string(second_chain)), "must say which"));
  CHECK(contains(complaint_of_fault("chain='second'\nvalidators=[2]\n" + std::string(second_chain)), "has 0 to 1"));
  CHECK(complaint_of_fault("chain='second'\nvalidators=[1]\n" + std::string(second_chain)).empty());
  CHECK(complaint_of_fault("institutions=['clinic']\n" + std::string(second_chain)).empty());
}

TEST_CASE("a partition leaves somebody on the other side") {
  CHECK(contains(complaint_of_fault("kind='partition'\ninstitutions=['*']\nvalidators=[0,1,2,3]"), "names everybody"));
  CHECK(complaint_of_fault("kind='partition'\ninstitutions=['*']\nvalidators=[0,1,1,2]").empty());
  CHECK(complaint_of_fault("kind='partition'\ninstitutions=['clinic']").empty());
  CHECK(complaint_of_fault("kind='partition'\nvalidators=[0,1,2,3]").empty());
  CHECK(contains(complaint_of_fault("kind='partition'\ninstitutions=['clinic']",
                                    {"chain.0.consensus.hosts=members", "chain.0.consensus.validators=2"}),
                 "names everybody"));
  CHECK(complaint_of_fault("kind='partition'\ninstitutions=['*']\nvalidators=[0,1,2,3]\ndraws=1").empty());  // one of them
}

TEST_CASE("a validator on a member's computer has no speed, link or place of its own") {
  const std::vector<std::string> hosted = {"chain.0.consensus.hosts=members", "chain.0.consensus.validators=2"};
  for (const std::string kind : {"slow", "degrade", "partition"}) {
    CHECK(contains(complaint_of_fault("kind='" + kind + "'\nvalidators=[1]", hosted), "name the institution"));
  }
  CHECK(complaint_of_fault("kind='crash'\nvalidators=[1]", hosted).empty());
  CHECK(contains(complaint_of_fault("kind='slow'\nvalidators=[1]", {"network.platform=p.xml"}), "the platform file's"));
}

// at_s + 1e-30 is at_s in double precision: such a schedule would never get past its beginning.
TEST_CASE("churn leaves the clock room to move") {
  const auto complaint_of_times = [](const std::string& on_s, const std::string& off_s) {
    return complaint_of_fault("kind='churn'\ninstitutions=['clinic-0']\nat_s=5\ndistribution='fixed'\non_s=" + on_s +
                              "\noff_s=" + off_s);
  };
  CHECK(complaint_of_times("1e-30", "1e-30") ==
        "s.toml:19: fault.0.on_s = 1e-30 must be at least 0.001 with kind = \"churn\": with shorter times the simulated clock "
        "would stand still");
  CHECK(contains(complaint_of_times("1.0", "0.0009"), "s.toml:20: fault.0.off_s = 0.0009 must be at least 0.001"));
  CHECK(complaint_of_times("1e-3", "1e-3").empty());
}

TEST_CASE("settings of one kind of fault under another") {
  const std::string target = "institutions=['clinic-0']\n";
  CHECK(contains(complaint_of_fault(target + "factor=0.5"), "fault.0.factor = 0.5 needs kind = \"slow\" or \"degrade\""));
  CHECK(complaint_of_fault(target + "kind='slow'\nfactor=0.5").empty());
  CHECK(contains(complaint_of_fault(target + "kind='slow'\nlatency_factor=2"), "latency_factor = 2 needs kind = \"degrade\""));
  CHECK(contains(complaint_of_fault(target + "probability=0.5"), "probability = 0.5 needs kind = \"loss\""));
  CHECK(contains(complaint_of_fault("kind='loss'"), "probability = 0 must be above 0"));
  CHECK(contains(complaint_of_fault(target + "on_s=1"), "on_s = 1 needs kind = \"churn\""));
  CHECK(contains(complaint_of_fault(target + "distribution='fixed'"), "distribution = \"fixed\" needs kind"));
  CHECK(contains(complaint_of_fault(target + "kind='churn'\noff_s=1"), "on_s = 0 must be at least 0.001"));
  CHECK(contains(complaint_of_fault(target + "kind='churn'\non_s=1"), "off_s = 0 must be at least 0.001"));
  CHECK(complaint_of_fault(target + "kind='churn'\non_s=1\noff_s=1\ndistribution='uniform'").empty());
  CHECK(contains(complaint_of_fault(target + "within_s=5"), "needs draws above 0"));
  CHECK(complaint_of_fault(target + "within_s=5\ndraws=2").empty());
  CHECK(complaint_of_fault(target + "draws=2").empty());  // all at at_s
  CHECK(contains(complaint_of_fault(target + "kind='crahs'"), "did you mean \"crash\"?"));
}

}  // namespace
}  // namespace polyclinic
