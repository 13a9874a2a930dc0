#include "tests/core/scenario/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using testing::complaint;
using testing::contains;

// The base scenario has institutions clinic-0 to clinic-2 and chain "first" with two rounds and validators 0 to 3.
std::string complaint_of_behaviour(const std::string& keys, const std::vector<std::string>& settings = {}) {
  return complaint(std::string(testing::base_text) + "[[behaviour]]\n" + keys, settings);
}

constexpr const char* second_chain = "[[chain]]\nname = 'second'\nmembers = ['clinic-0']\nconsensus.validators = 2\n";

TEST_CASE("hostile institutions: named, there, and members of the chain") {
  CHECK(contains(complaint_of_behaviour("kind='scaled'"), "behaviour.0.kind = \"scaled\" needs institutions: who does it?"));
  CHECK(contains(complaint_of_behaviour("institutions=['clinic-7']"), "behaviour.0.institutions = \"clinic-7\" matches no"));
  CHECK(contains(complaint_of_behaviour("institutions=['clinic-0']\nvalidators=[0]"), "takes no validators"));
  CHECK(complaint_of_behaviour("institutions=['clinic-0']\nfactor=4").empty());
  CHECK(contains(complaint_of_behaviour("chain='second'\ninstitutions=['clinic-1']\n" + std::string(second_chain)),
                 "institutions = \"clinic-1\" and the others named are no members of the chain"));
  CHECK(complaint_of_behaviour("chain='second'\ninstitutions=['clinic']\n" + std::string(second_chain)).empty());
  CHECK(contains(complaint_of_behaviour("chain='x'\ninstitutions=['clinic']"), "is no chain"));
}

TEST_CASE("hostile validators: named, there, and not under raft") {
  CHECK(complaint_of_behaviour("kind='equivocate'\nvalidators=[3]").empty());
  CHECK(contains(complaint_of_behaviour("kind='equivocate'"), "needs validators: who does it?"));
  CHECK(contains(complaint_of_behaviour("kind='withhold'\nvalidators=[4]"), "behaviour.0.validators = 4 is no validator"));
  CHECK(contains(complaint_of_behaviour("kind='withhold'\ninstitutions=['clinic']"), "takes no institutions"));
  CHECK(contains(complaint_of_behaviour("kind='withhold'\nvalidators=[0]", {"chain.0.consensus.kind=raft"}), "raft is made for crashes"));
  CHECK(contains(complaint_of_behaviour("kind='withhold'\nvalidators=[2]\n" + std::string(second_chain)),
                 "no validator of chain \"second\""));  // no chain named: on every chain
  CHECK(complaint_of_behaviour("kind='withhold'\nchain='first'\nvalidators=[2]\n" + std::string(second_chain)).empty());
}

// Clinics 0 and 1 carry from "first" to "second", whose only member is clinic-0.
TEST_CASE("hostile relayers: named, carrying, from the beginning") {
  const std::string relay = std::string(second_chain) + "[[relay]]\nfrom='first'\nto='second'\nrelayers=['clinic-0','clinic-1']\n";
  const auto said = [&](const std::string& keys) { return complaint_of_behaviour("kind='forged_proof'\n" + keys + relay); };
  CHECK(said("institutions=['clinic-1']\n").empty());
  CHECK(said("institutions=['clinic']\nchain='first'\n").empty());
  CHECK(contains(said("institutions=['clinic-2']\n"),
                 "institutions = \"clinic-2\" and the others named are relayers of no [[relay]]"));
  CHECK(contains(said("institutions=['clinic-1']\nchain='second'\n"), "behaviour.0.chain = \"second\" has no [[relay]] from it"));
  CHECK(contains(said(""), "needs institutions: who does it?"));
  CHECK(contains(said("validators=[0]\n"), "is done by relayers, and takes no validators"));
  CHECK(contains(said("institutions=['clinic-1']\nfrom_round=1\n"), "must be 0 for relayers, which know no rounds"));
  CHECK(contains(said("institutions=['clinic-1']\nfactor=2\n"), "factor = 2 needs kind"));
}

TEST_CASE("settings of one behaviour under another, and what begins too late") {
  CHECK(contains(complaint_of_behaviour("kind='label_flip'\ninstitutions=['clinic']\nfactor=2"), "behaviour.0.factor = 2 needs kind = \"sign_flip\" or \"scaled\", or 1"));
  CHECK(contains(complaint_of_behaviour("kind='equivocate'\nvalidators=[0]\nfrom_round=1"), "must be 0 for validators"));
  CHECK(contains(complaint_of_behaviour("institutions=['clinic']\nfrom_round=2"), "from_round = 2 is after the last round"));
  CHECK(complaint_of_behaviour("institutions=['clinic']\nfrom_round=1").empty());
}

TEST_CASE("a validator has one behaviour") {
  const std::string first = "kind='withhold'\nvalidators=[0,1]\n[[behaviour]]\n";
  CHECK(complaint_of_behaviour(first + "kind='equivocate'\nvalidators=[2,1]") ==
        "s.toml:19: behaviour.1.validators = 1 does \"withhold\" already, by behaviour.0: a validator has one behaviour");
  CHECK(contains(complaint_of_behaviour(first + "kind='withhold'\nvalidators=[0]"), "validators = 0 does \"withhold\" already"));
  CHECK(complaint_of_behaviour(first + "kind='equivocate'\nvalidators=[2,3]").empty());
}

TEST_CASE("validators of the same number on different chains are different ones") {
  const auto complaint_of_chains = [](const std::string& one, const std::string& other) {
    return complaint_of_behaviour("kind='withhold'\nvalidators=[0]\n" + one + "[[behaviour]]\nkind='equivocate'\nvalidators=[0]\n" +
                                  other + second_chain);
  };
  CHECK(complaint_of_chains("chain='first'\n", "chain='second'\n").empty());
  CHECK(contains(complaint_of_chains("chain='first'\n", ""), "does \"withhold\" already"));
  CHECK(contains(complaint_of_chains("", "chain='second'\n"), "does \"withhold\" already"));
}

TEST_CASE("an institution has each kind of behaviour once, of different kinds several") {
  const std::string first = "kind='sign_flip'\ninstitutions=['clinic']\n[[behaviour]]\n";
  CHECK(complaint_of_behaviour(first + "kind='sign_flip'\ninstitutions=['clinic-2']") ==
        "s.toml:19: behaviour.1.institutions = \"clinic-2\" does \"sign_flip\" already, by behaviour.0: each kind once");
  CHECK(complaint_of_behaviour(first + "kind='scaled'\ninstitutions=['clinic-2']\nfactor=3").empty());
  CHECK(complaint_of_behaviour("kind='sign_flip'\ninstitutions=['clinic-0']\n[[behaviour]]\nkind='sign_flip'\n"
                               "institutions=['clinic-1']").empty());
}

// As a recorded scenario is read again: by who does not know the kinds, but may not be led beyond a chain's validators.
TEST_CASE("where no kinds are known, targets still exist") {
  const auto parse = [](const std::string& keys) {
    return parse_scenario(std::string(testing::base_text) + "[[behaviour]]\n" + keys, "recorded", {});
  };
  CHECK(parse("kind='equivocate'\nvalidators=[3]").behaviours.front().kind == "equivocate");
  CHECK_THROWS_AS(static_cast<void>(parse("kind='equivocate'\nvalidators=[4]")), UsageError);
  CHECK_THROWS_AS(static_cast<void>(parse("institutions=['nobody']")), UsageError);
}

}  // namespace
}  // namespace polyclinic
