#include "core/probing/observers.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>

#include <cmath>

#include "tests/core/collaboration/masked_chain.hpp"
#include "tests/core/probing/probing_chain.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

std::vector<View> views_of_first(const ChainLearning& learning) {
  Pool pool(1);
  return views_of(learning.plan().probes.front(), learning, pool);
}

std::vector<View> views_in(const PlayedChain& chain) { return views_of_first(chain.learning); }

}  // namespace

TEST_CASE("a peer has each update as it comes, a reader of the ledger a victim's updates of all rounds together") {
  const PlayedChain chain(probed_scenario({"peer", "chain"}));
  const std::vector<View> views = views_in(chain);
  REQUIRE(views.size() == 3 * 2 + 3);
  CHECK(views[0].observer == "peer");
  CHECK(views[0].evidence.updates.size() == 1);
  CHECK(views[5].round == 2);
  CHECK(views[6].observer == "chain");
  CHECK(views[6].evidence.updates.size() == 2);
  REQUIRE(views[6].contributors.size() == 1);
  CHECK(views[6].contributors.front().value == chain.learning.plan().members[0].value);
}

TEST_CASE("a reader of the ledger has all rounds up to the one that is asked about, whichever are probed") {
  Scenario scenario = probed_scenario({"chain"});
  scenario.probes.front().at = {1.0};
  for (const View& view : views_in(PlayedChain(scenario))) CHECK(view.evidence.updates.size() == 2);
  scenario.probes.front().at = {0.0};
  for (const View& view : views_in(PlayedChain(scenario))) CHECK(view.evidence.updates.size() == 1);
}

TEST_CASE("what is observed is what the payload decodes to, from the public model before the round") {
  const PlayedChain chain(probed_scenario({"peer"}));
  const View second = views_in(chain)[4];
  const PublishedRound& round = chain.learning.published()[1];
  const DecodedUpdate decoded = chain.learning.plan().policy->decode(round.updates[1].update->payload());
  const ObservedUpdate& seen = second.evidence.updates.front();
  CHECK(at::equal(seen.values, decoded.values));
  CHECK(at::equal(seen.before, round.updates[1].before().parameters.flat()));
  CHECK(seen.samples == chain.learning.plan().data_of(second.contributors.front()).train.size());
}

TEST_CASE("a private part is not in what is observed, but with its public initial value it is, before the first round alone") {
  Scenario scenario = probed_scenario({"peer"});
  scenario.chains.front().sharing.steps = {"layers"};
  scenario.chains.front().sharing.private_ = {"head.*"};
  const auto unknown = [](const View& view) { return view.evidence.updates.front().before.isnan().sum().item<std::int64_t>(); };
  const PlayedChain chain(scenario);
  const std::int64_t head = chain.learning.plan().initial.flat().numel() - chain.learning.plan().policy->shareable().numel();
  for (const View& view : views_in(chain)) CHECK(unknown(view) == head);
  scenario.probes.front().tier = "T2";
  const PlayedChain told(scenario);
  const std::vector<View> views = views_in(told);
  CHECK(unknown(views.front()) == 0);
  CHECK(unknown(views.back()) == head);
  scenario.chains.front().collaboration.algorithm = "fedrep";  // the head trains before the body does
  for (const View& view : views_in(PlayedChain(scenario))) CHECK(unknown(view) == head);
  scenario.probes.front().tier = "T3";
  for (const View& view : views_in(PlayedChain(scenario))) CHECK(unknown(view) == 0);
}

TEST_CASE("the wire shows nothing where it is encrypted, and everything where it is not") {
  Scenario scenario = probed_scenario({"wire"});
  CHECK(views_in(PlayedChain(scenario)).empty());
  scenario.network.encrypted = false;
  CHECK(views_in(PlayedChain(scenario)).size() == 6);
}

TEST_CASE("the tier decides what is known of the training and of the labels") {
  Scenario scenario = probed_scenario({"peer"});
  const auto first_with = [&](const char* tier) {
    scenario.probes.front().tier = tier;
    return views_in(PlayedChain(scenario)).front().evidence;
  };
  CHECK_FALSE(first_with("T0").training.has_value());
  CHECK(first_with("T1").training.has_value());
  CHECK_FALSE(first_with("T2").assistance.labels.defined());
  CHECK(first_with("T3").assistance.labels.defined());
}

TEST_CASE("of masked updates a sum is all that anybody has, and two insiders of three have the third member's update") {
  Scenario scenario = MaskedChain::scenario(3);
  ProbeConfig probe;
  probe.observers = {"peer", "coalition"};
  probe.attacks = {"idlg"};
  probe.at = {0.0};
  SUBCASE("with everything shared") {}
  SUBCASE("with heads that stay private, each its own by the second round") {
    scenario.chains.front().model.kind = "mlp";
    scenario.chains.front().sharing.steps = {"layers"};
    scenario.chains.front().sharing.private_ = {"head.*"};
    probe.at = {1.0};
  }
  scenario.probes = {probe};
  Pool pool(2);
  MaskedChain chain(scenario, pool);
  for (std::int64_t round = 0; round < (probe.at.front() > 0.0 ? scenario.chains.front().rounds : 1); ++round) chain.play_round();
  const std::vector<View> views = views_of_first(chain.learning);
  REQUIRE(views.size() == 2);
  CHECK(views[0].contributors.size() == 3);
  CHECK(views[0].evidence.updates.front().contributors == 3);
  REQUIRE(views[1].contributors.size() == 1);
  const InstitutionId victim = views[1].contributors.front();
  const DecodedUpdate own = chain.learning.plan().policy->decode(chain.plain.at(victim)->payload());
  // Fixed point with 20 bits: each of the three updates is rounded to within 2^-21, and the mean to a float.
  CHECK(at::allclose(views[1].evidence.updates.front().values, own.values, 1e-4, 1e-5));
  CHECK(views[1].evidence.updates.front().samples == chain.learning.plan().data_of(victim).train.size());
}

TEST_CASE("who reads the ledger later has all sums of the same contributors together") {
  Scenario scenario = MaskedChain::scenario(3);
  ProbeConfig probe;
  probe.observers = {"chain"};
  probe.attacks = {"idlg"};
  probe.at = {1.0};
  scenario.probes = {probe};
  Pool pool(2);
  MaskedChain chain(scenario, pool);
  for (std::int64_t round = 0; round < scenario.chains.front().rounds; ++round) chain.play_round();
  const std::vector<View> views = views_of_first(chain.learning);
  REQUIRE(views.size() == 1);
  CHECK(std::ssize(views.front().evidence.updates) == scenario.chains.front().rounds);
  CHECK(views.front().evidence.updates.back().contributors == 3);
}

namespace {

// Which another chain learns from, by the body of every `every`th model.
Scenario exporting_scenario(std::int64_t every) {
  Scenario scenario = probed_scenario({"relay"});
  scenario.probes.front().at = {0.0, 1.0};
  scenario.chains.front().sharing.values = "float16";
  ChainConfig learner = scenario.chains.front();
  learner.name = "learner";
  AuxiliaryConfig auxiliary;
  auxiliary.source = scenario.chains.front().name;
  auxiliary.uses = {"warm_start"};
  auxiliary.every = every;
  learner.auxiliary = {auxiliary};
  scenario.chains.push_back(learner);
  return scenario;
}

}  // namespace

TEST_CASE("who is sent the common model has its body alone, in the precision in which it is sent") {
  const PlayedChain chain(exporting_scenario(1));
  const std::vector<View> views = views_in(chain);
  REQUIRE(views.size() == 2);
  const Model& model = *chain.learning.plan().model;
  std::int64_t head = 0;
  for (const std::size_t place : model.head()) head += model.layout()->tensors()[place].numel;
  CHECK(views[0].evidence.updates.front().positions.numel() == model.layout()->size() - head);
  const ObservedUpdate& second = views[1].evidence.updates.front();
  CHECK(second.before.isnan().sum().item<std::int64_t>() == head);
  const at::Tensor body = second.before.index_select(0, second.positions);
  CHECK(at::equal(body, body.to(at::kHalf).to(at::kFloat)));
}

TEST_CASE("exports that are rounds apart show no single round") {
  const PlayedChain chain(exporting_scenario(2));
  CHECK(views_in(chain).empty());
  const ChainPlan& plan = chain.learning.plan();
  CHECK(obstacle_to_seeing(plan.probes.front(), plan, "relay") == "no probed round lies alone between two exports of the common model");
  const PlayedChain silent(probed_scenario({"relay"}));
  CHECK(obstacle_to_seeing(plan.probes.front(), silent.learning.plan(), "relay") == "no other chain is sent a body of the common model");
}

TEST_CASE("the published share is that of the policy") {
  Scenario scenario = probed_scenario({"peer"});
  scenario.chains.front().sharing.steps = {"random"};
  scenario.chains.front().sharing.fraction = 0.25;
  PlayedChain chain(scenario);
  const double whole = static_cast<double>(chain.learning.plan().model->layout()->size());
  const double published = shared_fraction_of(chain.learning.plan().probes.front(), chain.learning, chain.pool) * whole;
  CHECK(std::abs(published - 0.25 * whole) <= 1.0);  // of a whole number of coordinates
}

TEST_CASE("scores know what the victim trained from, evidence does not") {
  Scenario scenario = probed_scenario({"peer", "chain"});
  scenario.chains.front().sharing.steps = {"layers"};
  scenario.chains.front().sharing.private_ = {"head.*"};
  for (const View& view : views_in(PlayedChain(scenario))) {
    CHECK(view.evidence.updates.back().before.isnan().any().item<bool>());
    CHECK(view.own_start.isfinite().all().item<bool>());
  }
}
