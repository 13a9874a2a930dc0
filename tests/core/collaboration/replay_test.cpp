#include "core/collaboration/replay.hpp"

#include "core/base/error.hpp"
#include "core/record/fingerprint.hpp"
#include "tests/core/collaboration/played_chain.hpp"
#include "tests/core/collaboration/small_chain.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

Scenario in_mode(const std::string& mode) {
  Scenario scenario = played_scenario();
  CollaborationConfig& collaboration = scenario.chains.front().collaboration;
  collaboration.mode = mode;
  collaboration.buffer = 2;
  if (mode == "gossip") scenario.chains.front().consensus.payload = "off_chain";
  return scenario;
}

struct Played {
  ResultData data;
  std::size_t updates = 0;
  bool any_stale = false;
};

Played play(const Scenario& scenario) {
  Pool pool(2);
  PlayedChain chain(scenario, pool);
  chain.play();
  Played played{chain.result(), 0, false};
  for (const ClosedRound& closed : chain.closed) {
    played.updates += closed.updates.size();
    for (const std::int64_t age : closed.staleness) played.any_stale |= age > 0;
  }
  return played;
}

Replay replay(const ResultData& data) {
  Pool pool(1);
  return replay_chain(data, "small", pool);
}

// How a changed file is found out: a named problem, or bytes that are no ledger at all.
bool is_found(const ResultData& data) {
  try {
    return !replay(data).agrees();
  } catch (const Error& error) {
    return !std::string(error.what()).empty();
  }
}

Bytes& ledger_of(ResultData& data) { return data.arrays.at("/chains/small/ledger").values; }

}  // namespace

TEST_CASE("every mode's models are computed again from the file alone, and every update's base agrees") {
  for (const std::string mode : {"synchronous", "asynchronous", "buffered", "gossip"}) {
    CAPTURE(mode);
    const Played played = play(in_mode(mode));
    const Replay again = replay(played.data);
    for (const std::string& problem : again.models.problems) MESSAGE(problem);
    CHECK(again.agrees());
    CHECK(again.ledger.rounds_closed == 4);
    CHECK(again.models.models == (mode == "gossip" ? 5 * 3 : 5));
    CHECK(again.models.bases >= played.updates);
    CHECK(again.models.final_agrees);
    CHECK(again.models.open.empty());
    CHECK(played.any_stale == (mode == "asynchronous" || mode == "buffered"));
  }
}

TEST_CASE("staleness, server optimizers, partial sharing, defences and SCAFFOLD replay too") {
  const auto agrees = [](const std::string& mode, auto change) {
    Scenario scenario = in_mode(mode);
    change(scenario.chains.front());
    const Replay again = replay(play(scenario).data);
    for (const std::string& problem : again.models.problems) MESSAGE(problem);
    return again.agrees() && again.models.final_agrees && again.models.models == 5;
  };
  CHECK(agrees("buffered", [](ChainConfig& chain) {
    chain.collaboration.staleness = "polynomial";
    chain.collaboration.max_staleness = 1;
  }));
  CHECK(agrees("asynchronous", [](ChainConfig& chain) { chain.collaboration.server = "momentum"; }));
  CHECK(agrees("synchronous", [](ChainConfig& chain) { chain.collaboration.server = "adam"; }));
  CHECK(agrees("synchronous", [](ChainConfig& chain) { chain.collaboration.algorithm = "scaffold"; }));
  CHECK(agrees("synchronous", [](ChainConfig& chain) { chain.collaboration.defence = "median"; }));
  CHECK(agrees("buffered", [](ChainConfig& chain) {
    chain.sharing.steps = {"top_k"};
    chain.sharing.fraction = 0.2;
    chain.sharing.residual = true;
  }));
  CHECK(agrees("synchronous", [](ChainConfig& chain) { chain.consensus.kind = "proof_of_work"; }));
}

TEST_CASE("what cannot be computed again is said, not passed over") {
  Scenario gossip = in_mode("gossip");
  gossip.chains.front().sharing.steps = {"top_k"};
  gossip.chains.front().sharing.fraction = 0.5;
  const Replay partial = replay(play(gossip).data);
  CHECK(partial.agrees());
  REQUIRE(partial.models.open.size() == 1);
  CHECK(partial.models.open[0] == "the members' models: what they did not publish of them is not in the ledger");
  CHECK(partial.models.bases == 3);  // those of the initial model
  Scenario personal = in_mode("synchronous");
  personal.chains.front().sharing.steps = {"layers"};
  personal.chains.front().sharing.private_ = {"*.bias"};
  const Replay global = replay(play(personal).data);
  CHECK(global.agrees());
  CHECK(global.models.final_agrees);
  REQUIRE(global.models.open.size() == 1);
  CHECK(global.models.open[0] == "the members' own models: their private part never left them");
}

TEST_CASE("a changed byte anywhere in the ledger is found") {
  for (const std::string mode : {"synchronous", "gossip"}) {
    const Played played = play(in_mode(mode));
    const std::size_t size = played.data.arrays.at("/chains/small/ledger").values.size();
    for (std::size_t at = 0; at < size; at += at < 600 ? 1 : 97) {
      ResultData changed = played.data;
      ledger_of(changed)[at] ^= std::byte{1};
      CHECK_MESSAGE(is_found(changed), mode << ": byte " << at);
    }
  }
}

TEST_CASE("a changed model, scenario or payload is found by name") {
  const Played played = play(in_mode("buffered"));
  ResultData model = played.data;
  model.arrays.at("/models/small/global/head.weight").values[2] ^= std::byte{1};
  REQUIRE(replay(model).models.problems.size() == 1);
  CHECK(replay(model).models.problems[0] == "/models/small/global/head.weight is not what the ledger's updates make");
  ResultData scenario = played.data;
  std::string& text = scenario.texts.at("/scenario");
  text.replace(text.find("buffer = 2"), 10, "buffer = 3");
  CHECK(replay(scenario).models.problems.back() == "the ledger's rules are not those that the file's scenario makes");
  // A server that steps twice as far: the same rules and ledger, other models.
  ResultData faster = played.data;
  std::string& other = faster.texts.at("/scenario");
  const std::size_t key = other.find("server_lr = ");
  REQUIRE(key != std::string::npos);
  other.replace(key, other.find('\n', key) - key, "server_lr = 2.0");
  CHECK_FALSE(replay(faster).models.problems.empty());
  ResultData none = played.data;
  none.texts.clear();
  CHECK_THROWS_AS(replay(none), Error);
}

TEST_CASE("without payloads the chain is verified and the models are said to be missing") {
  Pool pool(1);
  PlayedChain chain(in_mode("synchronous"), pool);
  chain.play();
  LedgerExport headers = chain.exported();
  headers.payloads.clear();
  headers.initial_model.clear();
  ResultData data = chain.result();
  ledger_of(data) = encode(headers);
  const Replay again = replay(data);
  CHECK(again.agrees());
  CHECK(again.models.models == 0);
  CHECK(again.models.open.size() == 1);
  LedgerExport lost = chain.exported();
  lost.payloads.erase(lost.payloads.begin());
  ledger_of(data) = encode(lost);
  CHECK_FALSE(replay(data).ledger.problems.empty());
}

TEST_CASE("contents are those that the fingerprint was taken of") {
  ResultData data = play(in_mode("synchronous")).data;
  CHECK(check_fingerprints(data).empty());  // not there: an incomplete run
  data.attributes["/"]["fingerprint"] = fingerprint(data).hex();
  CHECK(check_fingerprints(data).empty());
  data.texts["/scenario"] += " ";
  CHECK(check_fingerprints(data).size() == 1);
  CHECK((recorded_chains(data) == std::vector<std::string>{"small"}));
}
