#include "core/learning/remembered.hpp"

#include <cstring>
#include <functional>

#include "core/base/error.hpp"
#include "tests/core/learning/small_data.hpp"
#include "tests/core/store/shelf.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

// A task whose every part a test may change; a pool that remembers, and one that does not.
struct Memory {
  TrainResult train(const Pool& pool) const {
    return polyclinic::train({.model = *model,
                              .start = start,
                              .rows = rows,
                              .collection = collection,
                              .config = config,
                              .round = round,
                              .rounds = 5,
                              .seed = seed,
                              .objective = objective,
                              .optimizer = optimizer,
                              .steps = steps},
                             pool);
  }
  Metrics evaluate(const Pool& pool) const { return polyclinic::evaluate(*model, start, rows, collection, pool); }
  // Whether the store held what is asked for now.
  bool hit(const std::function<void()>& ask) const {
    const std::int64_t before = shelf.store->counts().hits;
    ask();
    return shelf.store->counts().hits > before;
  }
  bool trains_from_memory() const {
    return hit([this] { (void)train(remembering); });
  }
  bool evaluates_from_memory() const {
    return hit([this] { (void)evaluate(remembering); });
  }

  TemporaryFolder folder;
  Shelf shelf{folder.path()};
  Pool remembering{1, Device::cpu, [] {}, shelf.store.get()};
  Pool fresh{1};
  Collection collection = noisy_images(60, {1, 12, 12}, 3);
  Rows rows = rows_of(collection, 0, 40);
  ModelConfig kind{.kind = "cnn", .widths = {4, 4}};
  std::shared_ptr<const Model> model = make_model(kind, {1, 12, 12}, 3);
  ParameterSet start = model->initial(Seed(1));
  TrainingConfig config{.lr = 0.02, .momentum = 0.9, .batch_size = 8};
  std::int64_t round = 0;
  Seed seed{9};
  LocalObjective objective;
  OptimizerState optimizer;
  std::optional<std::int64_t> steps;
};

bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

bool same_or_undefined(const at::Tensor& a, const at::Tensor& b) {
  if (!a.defined() || !b.defined()) return a.defined() == b.defined();
  return test::same_bits(a, b);
}

void check_same(const TrainResult& a, const TrainResult& b) {
  CHECK(test::same_bits(a.parameters.flat(), b.parameters.flat()));
  CHECK(a.parameters.digest() == b.parameters.digest());
  CHECK(same_or_undefined(a.optimizer.first, b.optimizer.first));
  CHECK(same_or_undefined(a.optimizer.second, b.optimizer.second));
  CHECK(a.optimizer.steps == b.optimizer.steps);
  CHECK(same_bits(a.mean_loss, b.mean_loss));
  CHECK(a.samples == b.samples);
  CHECK(a.steps == b.steps);
  CHECK(same_bits(a.lr, b.lr));
  CHECK(same_bits(a.share, b.share));
}

}  // namespace

TEST_CASE("what is remembered of a training is what is computed, bit for bit, with every optimizer") {
  Memory memory;
  SUBCASE("plain sgd") { memory.config.momentum = 0.0; }
  SUBCASE("sgd with momentum") {}
  SUBCASE("adam") { memory.config.optimizer = "adam"; }
  SUBCASE("adamw") { memory.config.optimizer = "adamw"; }
  SUBCASE("not a step: no mean loss") { memory.steps = 0; }
  const TrainResult fresh = memory.train(memory.fresh);
  check_same(memory.train(memory.remembering), fresh);
  CHECK(memory.trains_from_memory());
  check_same(memory.train(memory.remembering), fresh);
  memory.optimizer = fresh.optimizer;  // the next round of one who goes on
  check_same(memory.train(memory.remembering), memory.train(memory.fresh));
}

TEST_CASE("what differs in anything is computed") {
  Memory memory;
  (void)memory.train(memory.remembering);
  (void)memory.evaluate(memory.remembering);
  memory.start = memory.model->initial(Seed(2));
  CHECK_FALSE(memory.trains_from_memory());
  CHECK_FALSE(memory.evaluates_from_memory());
}

TEST_CASE("the same rows loaded again are the same rows") {
  Memory memory;
  (void)memory.train(memory.remembering);
  memory.collection = noisy_images(60, {1, 12, 12}, 3);
  memory.rows = rows_of(memory.collection, 0, 40);
  CHECK(memory.trains_from_memory());
}

TEST_CASE("measures and probabilities are remembered exactly, undefined ones too") {
  Memory memory;
  SUBCASE("some rows") {}
  SUBCASE("no rows") { memory.rows = rows_of(memory.collection, 0, 0); }
  const Metrics fresh = memory.evaluate(memory.fresh);
  (void)memory.evaluate(memory.remembering);
  CHECK(memory.evaluates_from_memory());
  const Metrics remembered = memory.evaluate(memory.remembering);
  for (const auto figure : {&Metrics::loss, &Metrics::accuracy, &Metrics::auc, &Metrics::f1}) {
    CHECK(same_bits(remembered.*figure, fresh.*figure));
  }
  CHECK(remembered.rows == fresh.rows);
  const auto ask = [&](const Pool& pool) {
    return predict(*memory.model, memory.start, memory.rows, memory.collection, pool);
  };
  const at::Tensor computed = ask(memory.remembering);
  const at::Tensor again = ask(memory.remembering);
  CHECK(again.sizes() == computed.sizes());
  CHECK(test::same_bits(again, ask(memory.fresh)));
}

TEST_CASE("features are remembered exactly, and apart from predictions") {
  Memory memory;
  const auto ask = [&](const Pool& pool) {
    return extract_features(*memory.model, memory.start, memory.rows, memory.collection, pool);
  };
  (void)predict(*memory.model, memory.start, memory.rows, memory.collection, memory.remembering);
  CHECK_FALSE(memory.hit([&] { (void)ask(memory.remembering); }));
  CHECK(memory.hit([&] { CHECK(test::same_bits(ask(memory.remembering), ask(memory.fresh))); }));
}

TEST_CASE("a training that diverges is not remembered") {
  Memory memory;
  memory.config.lr = 1e30;
  CHECK_THROWS_AS((void)memory.train(memory.remembering), Error);
  CHECK_THROWS_AS((void)memory.train(memory.remembering), Error);
  CHECK(memory.shelf.store->counts().hits == 0);
  CHECK(memory.shelf.store->counts().misses == 2);
}
