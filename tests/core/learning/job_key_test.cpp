#include "core/learning/job_key.hpp"

#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <type_traits>

#include "core/learning/layers/layer.hpp"
#include "core/scenario/fields_learning.hpp"
#include "tests/core/learning/small_data.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

void change(bool& value) { value = !value; }
void change(std::int64_t& value) { ++value; }
void change(double& value) { value = std::nextafter(value, 1e9); }  // by its last bit
void change(std::string& value) { value += "x"; }
void change(std::vector<std::int64_t>& value) { value.push_back(1); }

// Changes that one of all keys, those of inner tables included, before which `left` others stand.
template <class Config>
struct ChangeOne {
  Config& config;
  int& left;
  template <class Value>
  void key(const char*, Value Config::*member, const Limits&, const char*, const char*) {
    if (left-- == 0) change(config.*member);
  }
  template <class Table>
  void table(const char*, Table Config::*member, const char*) {
    ChangeOne<Table> inner{config.*member, left};
    describe(inner, std::type_identity<Table>{});
  }
};

// Every configuration that differs from the default in one key.
template <class Config>
std::vector<Config> neighbours() {
  std::vector<Config> all;
  for (;;) {
    Config config;
    int left = static_cast<int>(all.size());
    ChangeOne<Config> changer{config, left};
    describe(changer, std::type_identity<Config>{});
    if (left >= 0) return all;
    all.push_back(config);
  }
}

struct Anything {
  template <class T>
  operator T() const;
};
// Members of a structure, inner ones counting one: with how many values it can be initialized.
template <class Config, class... Values>
consteval int members() {
  if constexpr (requires { Config{Values{}..., Anything{}}; }) {
    return members<Config, Values..., Anything>();
  } else {
    return sizeof...(Values);
  }
}

// A task, all of whose parts may be changed, with its keys.
struct Parts {
  Digest training(Device device = Device::cpu) {
    return training_key({.model = *model,
                         .start = start,
                         .rows = rows,
                         .collection = collection,
                         .config = config,
                         .round = round,
                         .rounds = rounds,
                         .seed = seed,
                         .objective = objective,
                         .optimizer = optimizer,
                         .steps = steps},
                        device, memo);
  }
  Digest prediction(const char* purpose = "metrics", Device device = Device::cpu) {
    return prediction_key(purpose, {*model, start, rows, collection}, device, memo);
  }
  Dataset& own_data() {
    auto copy = std::make_shared<Dataset>(*rows.dataset);
    copy->inputs = copy->inputs.clone();
    copy->labels = copy->labels.clone();
    rows.dataset = copy;
    return *copy;
  }

  DigestMemo memo;
  Collection collection = noisy_images(20, {1, 8, 8}, 2);
  Rows rows = rows_of(collection, 0, 12);
  std::shared_ptr<const Model> model = make_model({.kind = "cnn", .widths = {4}}, {1, 8, 8}, 2);
  ParameterSet start = model->initial(Seed(1));
  TrainingConfig config;
  std::int64_t round = 0;
  std::int64_t rounds = 5;
  Seed seed{9};
  LocalObjective objective;
  OptimizerState optimizer;
  std::optional<std::int64_t> steps;
};

using Change = std::function<void(Parts&)>;

// Of what measuring and training read.
const std::vector<Change> changes_of_both = {
    [](Parts& parts) { parts.start = parts.model->initial(Seed(2)); },
    [](Parts& parts) { parts.start.flat()[0].fill_(std::nanf("")); },
    [](Parts& parts) { parts.rows = rows_of(parts.collection, 0, 11); },
    [](Parts& parts) { parts.rows = rows_of(parts.collection, 0, 0); },
    [](Parts& parts) { parts.rows = {}; },
    [](Parts& parts) { parts.rows.index = parts.rows.index.flip(0); },
    [](Parts& parts) { parts.own_data().inputs.view({-1})[70].fill_(1); },
    [](Parts& parts) { parts.own_data().labels[3].fill_(0); },
    [](Parts& parts) {
      Dataset& data = parts.own_data();
      data.inputs = data.inputs.to(at::kFloat);
    },
    [](Parts& parts) {
      Dataset& data = parts.own_data();
      data.inputs = data.inputs.view({-1, 64});
    },
    [](Parts& parts) { parts.collection.task.kind = TaskKind::ordinal; },
    [](Parts& parts) { parts.collection.task.kind = TaskKind::multi_label; },
    [](Parts& parts) { parts.collection.task.classes = 3; },
    [](Parts& parts) { parts.collection.shape.channels = 2; },
    [](Parts& parts) { parts.collection.shape.height = 2; },
    [](Parts& parts) { parts.collection.shape.width = 2; },
    [](Parts& parts) { parts.collection.normalization.mean = {127.0F}; },
    [](Parts& parts) { parts.collection.normalization.deviation = {127.0F}; },
    [](Parts& parts) {
      parts.collection.normalization.mean = {127.5F, 127.5F};
    },
    [](Parts& parts) {
      parts.collection.normalization = {{127.5F, 127.5F, 127.5F}, {}};
    },                  // as long in all as the one before
    [](Parts& parts) {  // the same tensors, otherwise connected
      parts.model = make_model({.kind = "cnn", .widths = {4}, .pool_last_only = true}, {1, 8, 8}, 2);
    },
};

at::Tensor numbers(const Parts& parts, float value) { return at::full({parts.model->layout()->weights_size()}, value); }

PrototypeTerm prototypes() { return {at::zeros({2, 64}), at::ones({2}, at::kBool), 0.5}; }
DistillationTerm distillation(const Parts& parts) { return {parts.rows, at::full({12, 2}, 0.5F), {}, 2.0, 0.5}; }

const std::vector<Change> changes_of_training = {
    [](Parts& parts) { parts.round = 1; },
    [](Parts& parts) { parts.rounds = 6; },
    [](Parts& parts) { parts.seed = Seed(10); },
    [](Parts& parts) { parts.objective.proximal_mu = 0.1; },
    [](Parts& parts) { parts.objective.gradient_correction = numbers(parts, 0.0F); },
    [](Parts& parts) { parts.objective.gradient_correction = numbers(parts, -0.0F); },
    [](Parts& parts) { parts.objective.trainable = numbers(parts, 1.0F); },
    [](Parts& parts) { parts.objective.anchors = {{numbers(parts, 1.0F), {}, 0.5}}; },
    [](Parts& parts) { parts.objective.anchors = {{numbers(parts, 2.0F), {}, 0.5}}; },
    [](Parts& parts) { parts.objective.anchors = {{numbers(parts, 1.0F), numbers(parts, 1.0F), 0.5}}; },
    [](Parts& parts) { parts.objective.anchors = {{numbers(parts, 1.0F), {}, 0.25}}; },
    [](Parts& parts) { parts.objective.anchors.assign(2, {numbers(parts, 1.0F), {}, 0.5}); },
    [](Parts& parts) { parts.objective.prototypes = {prototypes()}; },
    [](Parts& parts) {
      parts.objective.prototypes = {prototypes()};
      parts.objective.prototypes[0].means[1][2].fill_(1.0);
    },
    [](Parts& parts) {
      parts.objective.prototypes = {prototypes()};
      parts.objective.prototypes[0].known[1].fill_(false);
    },
    [](Parts& parts) {
      parts.objective.prototypes = {prototypes()};
      parts.objective.prototypes[0].weight = 0.25;
    },
    [](Parts& parts) { parts.objective.distillations = {distillation(parts)}; },
    [](Parts& parts) {
      parts.objective.distillations = {distillation(parts)};
      parts.objective.distillations[0].rows.index = parts.rows.index.flip(0);
    },
    [](Parts& parts) {
      parts.objective.distillations = {distillation(parts)};
      parts.objective.distillations[0].rows.dataset = noisy_images(20, {1, 8, 8}, 3).train;
    },
    [](Parts& parts) {
      parts.objective.distillations = {distillation(parts)};
      parts.objective.distillations[0].teacher = at::full({12, 2}, 0.25F);
    },
    [](Parts& parts) {
      parts.objective.distillations = {distillation(parts)};
      parts.objective.distillations[0].classes = at::zeros({1}, at::kLong);
    },
    [](Parts& parts) {
      parts.objective.distillations = {distillation(parts)};
      parts.objective.distillations[0].temperature = 4.0;
    },
    [](Parts& parts) {
      parts.objective.distillations = {distillation(parts)};
      parts.objective.distillations[0].weight = 0.25;
    },
    [](Parts& parts) { parts.objective.mixture.other = numbers(parts, 0.0F); },
    [](Parts& parts) { parts.objective.mixture.share = 0.5; },
    [](Parts& parts) { parts.objective.mixture.adapts = true; },
    [](Parts& parts) { parts.optimizer.first = numbers(parts, 0.0F); },
    [](Parts& parts) { parts.optimizer.second = numbers(parts, 0.0F); },
    [](Parts& parts) { parts.optimizer.steps = 1; },
    [](Parts& parts) { parts.steps = 0; },
    [](Parts& parts) { parts.steps = 1; },
};

}  // namespace

TEST_CASE("every member of a configuration has a key of the scenario, and so its part in what a job is known by") {
  CHECK(neighbours<AugmentConfig>().size() == members<AugmentConfig>());
  CHECK(neighbours<TrainingConfig>().size() == members<TrainingConfig>() - 1 + members<AugmentConfig>());
  CHECK(neighbours<ModelConfig>().size() == members<ModelConfig>());
  CHECK(members<ModelConfig>() == 6);  // counted in its declaration
}

TEST_CASE("a training with another value of any key is another training") {
  Parts parts;
  std::set<Digest> keys{parts.training()};
  const std::vector<TrainingConfig> configs = neighbours<TrainingConfig>();
  for (const TrainingConfig& config : configs) {
    parts.config = config;
    keys.insert(parts.training());
  }
  CHECK(keys.size() == 1 + configs.size());
}

TEST_CASE("a model with another value of any key, or for other inputs or outputs, is another model") {
  std::set<Digest> identities{NetworkPlan({}, {1, 8, 8}, 2).identity()};
  const std::vector<ModelConfig> configs = neighbours<ModelConfig>();
  for (const ModelConfig& config : configs) identities.insert(NetworkPlan(config, {1, 8, 8}, 2).identity());
  for (const InputShape& shape : {InputShape{2, 8, 8}, {1, 9, 8}, {1, 8, 9}}) {
    identities.insert(NetworkPlan({}, shape, 2).identity());
  }
  identities.insert(NetworkPlan({}, {1, 8, 8}, 3).identity());
  CHECK(identities.size() == 1 + configs.size() + 4);
}

TEST_CASE("another part of any kind makes another training, and another measure where that reads it") {
  std::set<Digest> trainings{Parts().training(), Parts().training(Device::cuda)};
  std::set<Digest> measures{Parts().prediction(), Parts().prediction("metrics", Device::cuda),
                            Parts().prediction("probabilities")};
  for (const Change& make : changes_of_both) {
    Parts parts;
    make(parts);
    CHECK(trainings.insert(parts.training()).second);
    CHECK(measures.insert(parts.prediction()).second);
  }
  for (const Change& make : changes_of_training) {
    Parts parts;
    make(parts);
    CHECK(trainings.insert(parts.training()).second);
    CHECK(parts.prediction() == Parts().prediction());
  }
}

TEST_CASE("equal parts make the same job, wherever they lie and whatever they are called") {
  Parts parts;
  parts.own_data();
  parts.collection.name = "another name";
  parts.collection.task.class_names = {"well", "ill"};
  parts.start = ParameterSet(parts.start.layout(), parts.start.flat().clone());
  CHECK(parts.training() == Parts().training());
  CHECK(parts.prediction() == Parts().prediction());
}
