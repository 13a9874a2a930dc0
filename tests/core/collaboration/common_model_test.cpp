// Versions of the global model: asynchronous and buffered.
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/allclose.h>

#include "core/base/error.hpp"
#include "core/collaboration/chain_learning.hpp"
#include "tests/core/collaboration/small_chain.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

Scenario versions(const std::string& mode, const std::string& staleness = "constant") {
  Scenario scenario = small_scenario();
  ChainConfig& chain = scenario.chains.front();
  chain.rounds = 6;
  chain.collaboration.mode = mode;
  chain.collaboration.buffer = 3;
  chain.collaboration.staleness = staleness;
  return scenario;
}

// A member's update from a version, trained and remembered.
struct Trained {
  Transaction transaction;
  SharedUpdatePointer update;
  at::Tensor delta;                    // float64
};

Trained train_from(ChainLearning& learning, std::size_t member, std::int64_t version, std::uint32_t nonce = 0) {
  const ChainPlan& plan = learning.plan();
  const Job<RoundOutcome> job = learning.start_training(plan.members[member], version, nonce);
  learning.finish_training(plan.members[member], version, nonce, job.get());
  Trained trained;
  trained.transaction.author = plan.members[member];
  trained.transaction.round = static_cast<std::uint32_t>(version);
  trained.transaction.nonce = nonce;
  trained.transaction.samples = static_cast<std::uint64_t>(plan.data_of(plan.members[member]).train.size());
  trained.update = job.get().update;
  trained.delta = plan.policy->decode(trained.update->payload()).values.to(at::kDouble);
  return trained;
}

void close(ChainLearning& learning, const std::vector<Trained>& trained, const BlockPointer& by = nullptr) {
  ClosedRound closed;
  closed.round = learning.closed_rounds();
  closed.closed_by = by;
  std::vector<SharedUpdatePointer> updates;
  for (const Trained& one : trained) {
    closed.updates.push_back(one.transaction);
    closed.staleness.push_back(closed.round - static_cast<std::int64_t>(one.transaction.round));
    updates.push_back(one.update);
  }
  learning.close(closed, std::move(updates));
}

at::Tensor model(ChainLearning& learning, std::int64_t version) {
  return learning.global(version).parameters.flat().to(at::kDouble);
}

BlockPointer block(std::uint64_t height) {
  Header header;
  header.height = height;
  return std::make_shared<const Block>(header, std::vector<Transaction>{});
}

}  // namespace

TEST_CASE("a full buffer of fresh updates is a synchronous round, bit by bit, whatever the staleness function") {
  const ParameterSet synchronous = final_model(versions("synchronous"));
  for (const std::string staleness : {"constant", "polynomial", "hinge"}) {
    CHECK(same_bits(synchronous, final_model(versions("buffered", staleness))));
  }
  Scenario partial = versions("buffered", "polynomial");
  partial.chains.front().sharing.steps = {"top_k"};
  CHECK(same_bits(synchronous, final_model(partial)));  // fraction 1
}

// s = (1 + 1)^-1 = 1/2 for the second, which is one version old: x2 = x1 + delta / 2, alone in its version.
TEST_CASE("an update one version behind counts half where the weight of age 1 is a half") {
  Scenario scenario = versions("asynchronous", "polynomial");
  scenario.chains.front().collaboration.staleness_a = 1.0;
  Pool pool(2);
  ChainLearning learning(plan_of(scenario), pool, scenario.evaluation);
  const Trained first = train_from(learning, 0, 0), second = train_from(learning, 1, 0);
  close(learning, {first});
  close(learning, {second});
  CHECK(at::allclose(model(learning, 1), model(learning, 0) + first.delta, 0, 1e-7));
  CHECK(at::allclose(model(learning, 2), model(learning, 1) + 0.5 * second.delta, 0, 1e-7));
}

// FedBuff divides by what the updates weigh when fresh: x + (n_a d_a + n_b s d_b) / (n_a + n_b), s = 3^-1 at age 2.
TEST_CASE("in a buffer a stale update shrinks, and does not make room for the fresh ones") {
  Scenario scenario = versions("buffered", "polynomial");
  scenario.chains.front().collaboration.staleness_a = 1.0;
  Pool pool(2);
  ChainLearning learning(plan_of(scenario), pool, scenario.evaluation);
  const Trained stale = train_from(learning, 1, 0);
  close(learning, {train_from(learning, 0, 0)});
  close(learning, {train_from(learning, 0, 1)});
  const Trained fresh = train_from(learning, 2, 2);
  close(learning, {stale, fresh});
  const auto na = static_cast<double>(fresh.transaction.samples), nb = static_cast<double>(stale.transaction.samples);
  const at::Tensor expected = model(learning, 2) + (na * fresh.delta + nb / 3 * stale.delta) / (na + nb);
  CHECK(at::allclose(model(learning, 3), expected, 0, 1e-7));
}

TEST_CASE("several updates of one member count in one version, trained with draws of their own") {
  Pool pool(1);
  ChainLearning learning(plan_of(versions("buffered")), pool, {});
  const Trained a = train_from(learning, 0, 0), b = train_from(learning, 0, 0, 1);
  CHECK(a.update->digest() != b.update->digest());
  close(learning, {a, b});
  CHECK(at::allclose(model(learning, 1), model(learning, 0) + (a.delta + b.delta) / 2, 0, 1e-7));
}

TEST_CASE("versions are kept as long as somebody may hear of them, those inside a block are not") {
  Pool pool(1);
  ChainLearning learning(plan_of(versions("asynchronous")), pool, {});
  const InstitutionId member = learning.plan().members[0];
  const Trained a = train_from(learning, 0, 0), b = train_from(learning, 1, 0), c = train_from(learning, 2, 0);
  close(learning, {a}, block(1));
  close(learning, {b}, block(1));
  close(learning, {c}, block(2));
  CHECK(learning.can_start(member, 0));
  CHECK_FALSE(learning.can_start(member, 1));
  CHECK(learning.can_start(member, 2));
  CHECK(learning.can_start(member, 3));
  CHECK_THROWS_AS(static_cast<void>(learning.start_training(member, 1)), Error);
}

TEST_CASE("models that nobody can ask for are gone") {
  Pool pool(1);
  const Scenario scenario = versions("synchronous");
  ChainLearning learning(plan_of(scenario), pool, scenario.evaluation);
  play_round(learning, 0, learning.plan().members);
  const auto first = c10::weak_intrusive_ptr<c10::TensorImpl>(learning.global(1).parameters.flat().getIntrusivePtr());
  for (std::int64_t round = 1; round < 4; ++round) play_round(learning, round, learning.plan().members);
  static_cast<void>(learning.global(4));
  CHECK(first.expired());
  CHECK_FALSE(learning.can_start(learning.plan().members[0], 2));
}

TEST_CASE("what an update left out goes into the next one, before it has counted and unless it never will") {
  Scenario scenario = versions("buffered");
  scenario.chains.front().sharing.steps = {"top_k"};
  scenario.chains.front().sharing.fraction = 0.25;
  scenario.chains.front().sharing.residual = true;
  Pool pool(1);
  ChainLearning learning(plan_of(scenario), pool, scenario.evaluation);
  const InstitutionId member = learning.plan().members[0];
  const auto shared_so_far = [&](std::uint32_t nonce) { return learning.start_training(member, 0, nonce).get().next.policy.rounds; };
  const Trained first = train_from(learning, 0, 0);
  CHECK(shared_so_far(1) == 2);
  learning.forget(member, 0, 0);
  CHECK(shared_so_far(1) == 1);
  const Trained again = train_from(learning, 0, 0, 1);
  close(learning, {again});
  CHECK(shared_so_far(2) == 2);
}

TEST_CASE("SCAFFOLD has rounds or nothing") {
  Scenario scenario = versions("buffered");
  scenario.chains.front().collaboration.algorithm = "scaffold";
  CHECK_THROWS_AS(plan_of(scenario), UsageError);
}
