// fine_tune, head and bn: own epochs after the collaboration.
#include <ATen/core/Tensor.h>
#include <ATen/ops/equal.h>

#include "core/base/error.hpp"
#include "core/learning/evaluation.hpp"
#include "core/personalization/parts.hpp"
#include "tests/core/personalization/clinic.hpp"
#include "tests/core/personalization/two_numbers.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;
using doctest::Approx;

namespace {

// From the model (0, 0), with steps of length 1/2.
PersonalModel tuned_model(const PersonalizationConfig& config, const OwnRows& rows) {
  const Pool pool(1);
  return make_personalizer(config, two_number_setting(0.5))->finish({model_at(0.0, 0.0), {}, {}, rows, Seed(1)}, pool);
}

PersonalizationConfig with_epochs(const std::string& kind, std::int64_t epochs) {
  PersonalizationConfig config = method(kind);
  config.epochs = epochs;
  return config;
}

// Names of the tensors in which two models differ.
std::vector<std::string> differing(const ParameterSet& a, const ParameterSet& b) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < a.layout()->tensors().size(); ++i) {
    if (!at::equal(a.tensor(i), b.tensor(i))) names.push_back(a.layout()->tensors()[i].name);
  }
  return names;
}

using Names = std::vector<std::string>;
const Row row{2.0F, 1};

}  // namespace

// p = 1/2 at (0, 0): one step is 1/2 1/2 (2, 1).
TEST_CASE("fine-tuning without validation rows takes all its epochs") {
  const PersonalModel one = tuned_model(with_epochs("fine_tune", 1), {rows_of({row}), {}});
  CHECK(s_of(one.parameters) == Approx(0.5));
  CHECK(c_of(one.parameters) == Approx(0.25));
  CHECK(one.chosen == 1);
  CHECK(tuned_model(with_epochs("fine_tune", 7), {rows_of({row}), {}}).chosen == 7);
}

TEST_CASE("fine-tuning keeps the collaborative model where its epochs only make validation worse") {
  const PersonalModel model = tuned_model(with_epochs("fine_tune", 4), {rows_of({row}), rows_of({{2.0F, 0}})});
  CHECK(model.chosen == 0);
  CHECK(model.parameters.flat().abs().max().item<double>() == 0.0);
}

// Another implementation: the epochs taken one by one, each model measured.
TEST_CASE("of all its epochs fine-tuning keeps the one with the least validation loss") {
  const Clinic clinic;
  TrainingConfig config = clinic.setting.training;
  config.epochs = 1;
  config.schedule = "constant";
  config.lr = 0.05;
  std::vector<ParameterSet> models{clinic.global(3)};
  OptimizerState optimizer;
  for (std::int64_t epoch = 1; epoch <= 8; ++epoch) {
    TrainResult next = train({.model = *clinic.setting.model,
                              .start = models.back(),
                              .rows = clinic.rows.train,
                              .collection = clinic.collection,
                              .config = config,
                              .seed = clinic.seed / "tune" / epoch,
                              .optimizer = optimizer},
                             clinic.pool);
    models.push_back(next.parameters);
    optimizer = next.optimizer;
  }
  std::vector<double> losses;
  for (const ParameterSet& model : models) {
    losses.push_back(evaluate(*clinic.setting.model, model, clinic.rows.validation, clinic.collection, clinic.pool).loss);
  }
  const auto best = std::ranges::min_element(losses) - losses.begin();
  PersonalizationConfig fine_tune = with_epochs("fine_tune", 8);
  fine_tune.lr = 0.05;
  const PersonalModel kept = clinic.finished(fine_tune);
  CHECK(best > 0);
  CHECK(kept.chosen == static_cast<double>(best));
  CHECK(clinic.same_bits(kept.parameters, models[static_cast<std::size_t>(best)]));
}

// Own part: the bias. Of the validation row x = -1 of class 0, d = 2 (c - s): the bias's epoch raises it, to 2 (1/4), which is
// worse; the weight's then lowers it by more, to 2 (1/4 - s) with s = 1/2 (1 - p) 2 and p = 1 / (1 + exp(-1/2)).
TEST_CASE("patience ends tuning, and an epoch that makes validation worse may be followed by a better one") {
  PersonalizationConfig config = with_epochs("head", 2);
  config.private_ = {"head.bias"};
  config.training = "alternate";
  const OwnRows rows{rows_of({row}), rows_of({{-1.0F, 0}})};
  const PersonalModel second = tuned_model(config, rows);
  CHECK(second.chosen == 2);
  CHECK(c_of(second.parameters) == Approx(0.25));
  CHECK(s_of(second.parameters) == Approx(1.0 - 1.0 / (1.0 + std::exp(-0.5))).epsilon(1e-6));
  config.patience = 1;
  CHECK(tuned_model(config, rows).chosen == 0);
  config.patience = 2;
  CHECK(tuned_model(config, rows).chosen == 2);
}

TEST_CASE("what a method does not train keeps its numbers exactly") {
  const Clinic clinic;
  OwnRows blind = clinic.rows;
  blind.validation = {};
  PersonalEnd end = clinic.end();
  end.rows = blind;
  const auto trained = [&](PersonalizationConfig config) {
    config.epochs = 2;
    return differing(make_personalizer(config, clinic.setting)->finish(end, clinic.pool).parameters, end.collaborative);
  };
  PersonalizationConfig part = method("fine_tune");
  CHECK(trained(part).size() == clinic.setting.model->layout()->tensors().size());
  part.part = "head";
  CHECK(trained(part) == Names{"head.weight", "head.bias"});
  CHECK(trained(method("head")) == Names{"head.weight", "head.bias"});
  PersonalizationConfig own = method("head");
  own.private_ = {"conv1.*"};
  CHECK(trained(own) == Names{"conv1.weight", "conv1.bias"});
  CHECK(trained(method("bn")) == Names{"norm1.weight", "norm1.bias", "norm1.running_mean", "norm1.running_var"});
}

TEST_CASE("normalisation is found whatever its layers are called") {
  const auto model = make_model({.kind = "resnet18", .norm = "batch"}, {3, 32, 32}, 2);
  const Layout& layout = *model->layout();
  const at::Tensor part = normalization_part(layout);
  std::int64_t layers = 0;
  for (const TensorSpec& tensor : layout.tensors()) {
    const double inside = part.narrow(0, tensor.offset, tensor.numel).mean().item<double>();
    const bool is_norm =
        tensor.name.find("bn") != std::string::npos || tensor.name.find("downsample.1") != std::string::npos;
    CHECK(inside == (is_norm ? 1.0 : 0.0));
    layers += tensor.name.ends_with("running_var") ? 1 : 0;
  }
  CHECK(layers == 20);  // ResNet-18: 1 + 16 in blocks + 3 in shortcuts
  CHECK_FALSE(normalization_part(*make_model({.kind = "lenet"}, {1, 28, 28}, 2)->layout()).defined());
}

TEST_CASE("methods that do not fit the model are refused by the key") {
  const Clinic clinic;
  const auto refusal = [&](const PersonalizationConfig& config, const PersonalSetting& setting) -> std::string {
    try {
      (void)make_personalizer(config, setting);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  };
  CHECK(refusal(method("magic"), clinic.setting).find("allowed: fine_tune, head, ditto, apfl, bn, interpolate") !=
        std::string::npos);
  CHECK(refusal(method("bn"), two_number_setting(0.5)).find("model.norm") != std::string::npos);
  PersonalizationConfig head = method("head");
  head.private_ = {"haed.*"};
  CHECK(refusal(head, clinic.setting).find("\"haed.*\" matches no tensor; the model has conv1.weight") !=
        std::string::npos);
  head.private_ = {"*"};
  CHECK(refusal(head, clinic.setting).find("matches every tensor") != std::string::npos);
  head.private_ = {"norm1.running_*"};
  CHECK(refusal(head, clinic.setting).find("buffers alone") != std::string::npos);
}

TEST_CASE("tuning tells at most what it takes: an epoch's rows each, and validation once more than epochs") {
  const Clinic clinic;
  const PersonalVolume volume = make_personalizer(with_epochs("bn", 5), clinic.setting)->final_volume(clinic.rows);
  CHECK(volume.trained == 5 * 40);
  CHECK(volume.evaluated == 6 * 20);
}

TEST_CASE("a personal model is the same on every thread") {
  const Clinic one;
  Clinic other;
  std::vector<Job<PersonalModel>> jobs;
  Pool pool(2);
  for (const char* kind : {"fine_tune", "head", "bn", "interpolate"}) {
    jobs.push_back(pool.submit(Urgency::background, [&, kind] { return other.finished(method(kind)); }));
  }
  std::size_t next = 0;
  for (const char* kind : {"fine_tune", "head", "bn", "interpolate"}) {
    CHECK(one.same_bits(one.finished(method(kind)).parameters, jobs[next++].get().parameters));
  }
}
