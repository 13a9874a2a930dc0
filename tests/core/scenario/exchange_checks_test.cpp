#include "tests/core/scenario/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using testing::complaint;
using testing::contains;

// Chains "first" and "second", a reference, a relay from the first to the second, and what the second makes of it; settings are
// changes of this text.
constexpr const char* exchange = R"(
[[chain]]
name = "second"
[[chain.auxiliary]]
source = "first"
uses = ["anchor", "prototypes"]

[[reference]]
name = "public"

[[relay]]
from = "first"
to = "second"
relayers = ["clinic-0"]
)";

std::string complaint_of(const std::vector<std::string>& settings, const std::string& more = "") {
  return complaint(testing::base_text + std::string(exchange) + more, settings);
}

std::string complaint_of_auxiliary(const std::vector<std::string>& settings) {
  std::vector<std::string> overrides;
  for (const std::string& setting : settings) overrides.push_back("chain.1.auxiliary.0." + setting);
  return complaint_of(overrides);
}

std::string relay(const std::string& from, const std::string& to) {
  return "[[relay]]\nfrom = \"" + from + "\"\nto = \"" + to + "\"\nrelayers = [\"clinic-1\"]\n";
}

TEST_CASE("a relay leads from one chain to another, carried by institutions") {
  CHECK(complaint_of({}).empty());
  CHECK(contains(complaint_of({"relay.0.from=frist"}), "relay.0.from = \"frist\" is no chain (did you mean \"first\"?)"));
  CHECK(contains(complaint_of({"relay.0.to=x"}), "relay.0.to = \"x\" is no chain"));
  CHECK(contains(complaint_of({"relay.0.to=first"}), "relay.0.to = \"first\" is the chain that it comes from"));
  CHECK(contains(complaint_of({"relay.0.relayers=[]"}), "relay.0.relayers = [] must name at least one institution"));
  CHECK(contains(complaint_of({"relay.0.relayers=[\"x-*\"]"}), "relay.0.relayers = \"x-*\" matches no institution"));
  CHECK(complaint_of({"relay.0.relayers=[\"clinic\"]"}).empty());
}

TEST_CASE("chains may lead to each other, once in each direction") {
  CHECK(complaint_of({}, relay("second", "first")).empty());
  CHECK(complaint_of({}, relay("first", "second")) ==
        "s.toml:30: relay.1.to = \"second\" is where relay.0 leads from chain \"first\" already: one table, with all its relayers");
}

TEST_CASE("what relays cannot carry: nothing learned, no common model, payloads in parts") {
  CHECK(contains(complaint_of({"chain.0.load.blocks=3"}), "relay.0.from = \"first\" is a chain that learns nothing"));
  CHECK(contains(complaint_of({"chain.0.collaboration.mode=gossip", "chain.0.consensus.payload=off_chain"}),
                 "relay.0.from = \"first\" has collaboration.mode = \"gossip\""));
  CHECK(contains(complaint_of({"chain.0.consensus.payload=split"}), "relay.0.from = \"first\" has consensus.payload = \"split\""));
  CHECK(contains(complaint_of({"chain.1.consensus.payload=split"}), "relay.0.to = \"second\" has consensus.payload = \"split\""));
  CHECK(complaint_of({"chain.0.consensus.payload=off_chain", "chain.1.consensus.payload=off_chain"}).empty());
}

TEST_CASE("a source is another chain, from which a relay leads here") {
  CHECK(contains(complaint_of_auxiliary({"source=x"}), "chain.1.auxiliary.0.source = \"x\" is no chain"));
  CHECK(contains(complaint_of_auxiliary({"source=second"}), "is the chain itself: it must be another one"));
  CHECK(contains(complaint_of({"relay.0.from=second", "relay.0.to=first"}),
                 "chain.1.auxiliary.0.source = \"first\" has no [[relay]] from it to \"second\""));
}

TEST_CASE("each source has one table, in which all its uses are") {
  const auto tables = [](const std::string& second) {
    return complaint_of({"chain.1.auxiliary=[{source='first', uses=['anchor']}, {source='" + second + "', uses=['blend']}]"},
                        "[[chain]]\nname = \"third\"\n" + relay("third", "second"));
  };
  CHECK(tables("third").empty());
  CHECK(contains(tables("first"), "chain.1.auxiliary.1.source = \"first\" is an earlier table's already"));
}

TEST_CASE("uses, weights and classes: at least one, each once, and known") {
  CHECK(contains(complaint_of_auxiliary({"uses=[]"}), "chain.1.auxiliary.0.uses = [] must name at least one use"));
  CHECK(contains(complaint_of_auxiliary({"uses=[\"blend\", \"blend\"]"}), "uses = \"blend\" is there twice"));
  CHECK(contains(complaint_of_auxiliary({"uses=[\"blnd\"]"}), "did you mean \"blend\"?"));
  CHECK(contains(complaint_of({"chain.1.training.sample_clip_norm=1", "chain.1.auxiliary.0.uses=[\"prototypes\"]"}),
                 "chain.1.auxiliary.0.uses = \"prototypes\" does not fit training.sample_clip_norm = 1"));
  CHECK(contains(complaint_of_auxiliary({"weight=[]"}), "weight = [] must name at least one factor"));
  CHECK(contains(complaint_of_auxiliary({"weight=[\"decay\", \"cosine\", \"decay\"]"}), "weight = \"decay\" is there twice"));
  CHECK(contains(complaint_of_auxiliary({"classes=[0, 2, 0]"}), "classes = 0 is there twice"));
  CHECK(complaint_of_auxiliary({"uses=[\"blend\", \"warm_start\"]", "weight=[\"decay\", \"cosine\"]", "classes=[1]"}).empty());
}

TEST_CASE("a warm start's bound needs a warm start, a common model both this and blending") {
  CHECK(contains(complaint_of_auxiliary({"warm_start_below=5"}), "warm_start_below = 5 needs \"warm_start\" among uses, or 0"));
  CHECK(complaint_of_auxiliary({"warm_start_below=5", "uses=[\"warm_start\"]"}).empty());
  const auto under_gossip = [](const std::string& use) {
    return complaint_of({"chain.1.collaboration.mode=gossip", "chain.1.collaboration.topology=ring",
                         "chain.1.consensus.payload=off_chain", "chain.1.auxiliary.0.uses=[\"" + use + "\"]"});
  };
  CHECK(contains(under_gossip("warm_start"), "uses = \"warm_start\" does not fit collaboration.mode = \"gossip\""));
  CHECK(contains(under_gossip("blend"), "uses = \"blend\" does not fit collaboration.mode = \"gossip\""));
  CHECK(under_gossip("anchor").empty());
}

TEST_CASE("references: named where they are needed, there, and of one name each") {
  const std::string needed = "must name a [[reference]]";
  CHECK(contains(complaint_of_auxiliary({"uses=[\"distill\"]"}), needed));
  CHECK(contains(complaint_of_auxiliary({"weight=[\"cka\"]"}), needed));
  CHECK(complaint_of_auxiliary({"uses=[\"distill\"]", "weight=[\"cka\"]", "reference=public"}).empty());
  CHECK(contains(complaint_of_auxiliary({"reference=publc"}), "is no [[reference]] (did you mean \"public\"?)"));
  CHECK(contains(complaint_of({}, "[[reference]]\nname = \"public\"\n"), "reference.1.name = \"public\" is the name of an earlier"));
  CHECK(contains(complaint_of({"reference.0.data.from=0.5", "reference.0.data.to=0.2"}), "reference.0.data.to = 0.2 must be above"));
}

TEST_CASE("a chain without learning has neither rounds to open nor anything to learn from another") {
  const std::string idle = "[[chain]]\nname = \"idle\"\nload.blocks = 3\n";
  CHECK(complaint_of({}, idle).empty());
  CHECK(contains(complaint_of({}, idle + "start_s = 5\n"), "chain.2.start_s = 5 needs a chain that learns"));
  CHECK(contains(complaint_of({}, idle + "auxiliary = [{ source = \"first\", uses = [\"anchor\"] }]\n"),
                 "chain.2.auxiliary = [...] needs a chain that learns"));
  CHECK(complaint_of({"chain.1.start_s=5"}).empty());
}

}  // namespace
}  // namespace polyclinic
