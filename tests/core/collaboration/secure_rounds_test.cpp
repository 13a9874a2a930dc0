// Masked updates make the model that the rounded ones make in the clear, and are unreadable by themselves.
#include "core/collaboration/secure_rounds.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

#include "core/base/error.hpp"
#include "core/secure_aggregation/masked_payload.hpp"
#include "core/sharing/numbers.hpp"
#include "core/sharing/public_update.hpp"
#include "tests/core/collaboration/masked_chain.hpp"
#include "tests/core/collaboration/small_chain.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

SharedUpdatePointer rounded_update(const ChainPlan& plan, const SharedUpdate& plain) {
  PublicUpdate update = read_public(plain.payload(), plan.policy->shareable().numel());
  for (float& value : writable_numbers(update.values)) value = rounded(value, plan.config.secure_aggregation.fraction_bits);
  return std::make_shared<const SharedUpdate>(encode(update));
}

// What plain aggregation makes of the rounded updates of these members.
Aggregate aggregated(const MaskedChain& chain, const GlobalModel& before) {
  const ChainPlan& plan = chain.learning.plan();
  std::vector<Contribution> contributions;
  for (const Transaction& update : chain.closed.updates) {
    contributions.push_back({.author = update.author,
                             .samples = plan.data_of(update.author).train.size(),
                             .update = rounded_update(plan, *chain.plain.at(update.author))});
  }
  return plan.aggregator->aggregate(before.parameters, before.server, std::move(contributions), std::ssize(plan.members));
}

// Plays the scenario's rounds, the second one with dropouts, and compares every model.
void check_models(const Scenario& scenario, const std::map<std::int64_t, SecurePhase>& silent_from = {}) {
  Pool pool(2);
  MaskedChain chain(scenario, pool);
  std::map<InstitutionId, SecurePhase> silent;
  for (const auto& [place, phase] : silent_from) silent.emplace(chain.id(place), phase);
  for (std::int64_t round = 0; round < 2; ++round) {
    const GlobalModel before = chain.learning.global(round);
    chain.play_round(round == 1 ? silent : decltype(silent){});
    const Aggregate expected = aggregated(chain, before);
    CHECK(same_bits(chain.learning.global(round + 1).parameters, expected.parameters));
    CHECK_FALSE(same_bits(before.parameters, expected.parameters));
  }
}

}  // namespace

TEST_CASE("the model of masked updates is, bit by bit, that of the rounded ones in the clear") {
  check_models(MaskedChain::scenario(4));
}

TEST_CASE("so it is where a third drops out, at whichever step") {
  for (const SecurePhase first : {SecurePhase::keys, SecurePhase::key_shares, SecurePhase::updates, SecurePhase::unmasking}) {
    for (const SecurePhase second : {SecurePhase::keys, SecurePhase::key_shares, SecurePhase::updates, SecurePhase::unmasking}) {
      CAPTURE(static_cast<int>(first));
      CAPTURE(static_cast<int>(second));
      check_models(MaskedChain::scenario(6), {{1, first}, {4, second}});
    }
  }
}

TEST_CASE("so it is with any server, private layers, a public mask, and clipping in 32 bits") {
  Scenario scenario = MaskedChain::scenario(4);
  ChainConfig& chain = scenario.chains.front();
  chain.collaboration.server = "adam";
  chain.collaboration.server_lr = 0.1;
  check_models(scenario, {{0, SecurePhase::updates}});
  chain.sharing.steps = {"random"};
  chain.sharing.fraction = 0.3;
  check_models(scenario, {{0, SecurePhase::updates}});
  chain.sharing.steps = {"layers"};
  chain.sharing.private_ = {"head.bias"};
  check_models(scenario, {{0, SecurePhase::updates}});
  chain.sharing = {};
  chain.sharing.steps = {"clip"};
  chain.sharing.gamma = 0.01;
  CHECK(plan_of(scenario)->ring_bits == 32);
  check_models(scenario, {{0, SecurePhase::updates}});
}

TEST_CASE("the ring has 32 bits only where what is published is bounded") {
  Scenario scenario = MaskedChain::scenario(4);
  SharingConfig& sharing = scenario.chains.front().sharing;
  CHECK(plan_of(scenario)->ring_bits == 64);
  const auto bytes = [&] { return masked_update_bytes(*plan_of(scenario)); };
  const std::uint64_t wide = bytes();
  sharing.steps = {"clip"};
  sharing.gamma = 0.01;
  CHECK(2 * (bytes() - masked_header_bytes) == wide - masked_header_bytes);
  sharing.gamma = 1e4;
  CHECK(plan_of(scenario)->ring_bits == 64);
}

TEST_CASE("members that publish a public mask's coordinates publish the same ones, others with each round") {
  Scenario scenario = MaskedChain::scenario(3);
  scenario.chains.front().sharing.steps = {"random"};
  scenario.chains.front().sharing.fraction = 0.3;
  Pool pool(2);
  MaskedChain chain(scenario, pool);
  std::vector<std::uint64_t> seeds;
  for (int round = 0; round < 2; ++round) {
    chain.play_round();
    for (const auto& [member, plain] : chain.plain) {
      seeds.push_back(read_public(plain->payload(), chain.learning.plan().policy->shareable().numel()).mask_seed.value());
    }
  }
  CHECK(seeds[0] == seeds[1]);
  CHECK(seeds[1] == seeds[2]);
  CHECK(seeds[0] != seeds[3]);
}

// The mean by hand from the plain updates, to rounding; each masked one by itself is another size and no update of the policy.
TEST_CASE("what becomes public of a round is its mean, its contributors and their samples, and no update by itself") {
  Pool pool(2);
  MaskedChain chain(MaskedChain::scenario(4), pool);
  CHECK(chain.learning.latest_sum() == nullptr);
  chain.play_round({{chain.id(2), SecurePhase::updates}});
  const ChainPlan& plan = chain.learning.plan();
  const PublicSum sum = chain.learning.latest_sum()();
  CHECK((sum.contributors == std::vector<InstitutionId>{chain.id(0), chain.id(1), chain.id(3)}));
  at::Tensor expected = at::zeros({plan.initial.flat().numel()}, at::kDouble);
  std::int64_t samples = 0;
  for (const InstitutionId member : sum.contributors) {
    const std::int64_t weight = plan.data_of(member).train.size();
    expected += static_cast<double>(weight) * plan.policy->decode(chain.plain.at(member)->payload()).values.to(at::kDouble);
    samples += weight;
  }
  CHECK(sum.samples == samples);
  const DecodedUpdate mean = plan.policy->decode(sum.mean->payload());
  CHECK(at::allclose(mean.values.to(at::kDouble), expected / static_cast<double>(samples), 0.0, 1e-6));  // 2^-21 each
  for (const Transaction& update : chain.closed.updates) {
    CHECK(update.samples == 0);  // masked too
    CHECK_THROWS_AS(static_cast<void>(plan.policy->decode(chain.payloads.at(update.payload)->payload())), Error);
  }
}

TEST_CASE("fewer unmaskings than the threshold open no sum, and the outcome has a name") {
  Pool pool(2);
  MaskedChain chain(MaskedChain::scenario(4), pool);
  chain.play_round();
  ClosedRound closed = chain.closed;
  while (closed.statements.size() > 10) closed.statements.pop_back();  // 4 keys, 4 shares, 2 unmaskings of 3
  const PayloadOf payload_of = [&](const Digest& payload) { return chain.payloads.at(payload); };
  CHECK(open_round(chain.learning.plan(), chain.closed, payload_of).samples > 0);
  CHECK_THROWS_WITH_AS(static_cast<void>(open_round(chain.learning.plan(), closed, payload_of)),
                       "secure aggregation: round 1 of chain small opens no sum: too_few_unmaskings", Error);
}

TEST_CASE("a phase that was over with others is noticed, and a round that closed is forgotten") {
  Pool pool(2);
  MaskedChain chain(MaskedChain::scenario(4), pool);
  SecureRounds& secure = *chain.learning.secure();
  std::vector<Transaction> keys;
  for (std::int64_t i = 0; i < 4; ++i) {
    Transaction said;
    said.author = chain.id(i);
    said.kind = TransactionKind::keys;
    const SharedUpdatePointer statement = secure.statement(chain.id(i), 0, SecurePhase::keys);
    said.payload = statement->digest();
    said.payload_bytes = statement->bytes();
    keys.push_back(said);
  }
  CHECK(secure.note({0, SecurePhase::keys, keys, nullptr}));
  CHECK(secure.note({0, SecurePhase::keys, keys, nullptr}));
  CHECK_FALSE(secure.note({0, SecurePhase::keys, {keys[0], keys[1], keys[2]}, nullptr}));
  CHECK(secure.may_speak(chain.id(3), 0, SecurePhase::key_shares));
  CHECK_FALSE(secure.may_speak(chain.id(3), 0, SecurePhase::updates));
  CHECK(secure.bytes_of_others(chain.id(3), 0, SecurePhase::keys) == 3 * 64);
  secure.forget(0);
  CHECK_FALSE(secure.may_speak(chain.id(3), 0, SecurePhase::key_shares));
  CHECK(secure.note({0, SecurePhase::keys, {keys[0], keys[1], keys[2]}, nullptr}));
}
