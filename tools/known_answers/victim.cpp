#include "tools/known_answers/victim.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/bincount.h>
#include <ATen/ops/zeros.h>

#include <ctime>

#include "core/data/load.hpp"
#include "core/leakage/assignment.hpp"
#include "core/leakage/inversion/pixels.hpp"
#include "core/leakage/labels/label_attack.hpp"
#include "core/leakage/labels/label_score.hpp"
#include "core/learning/evaluation.hpp"
#include "core/learning/models/network.hpp"
#include "core/learning/trainer.hpp"

namespace polyclinic::known_answers {
namespace {

const Seed staged{20};

Gallery halves(Collection collection) {
  collection.normalization = {.mean = {0.0F}, .deviation = {255.0F}};
  const std::int64_t half = collection.test->size() / 2;
  const ImagePrior prior = prior_of({collection.test, at::arange(half, 2 * half, at::kLong)});
  const std::shared_ptr<const Dataset> others = collection.train;
  collection.train = collection.test;
  return {std::move(collection), prior, others};
}

std::shared_ptr<const Model> make_strided_relu(const ModelConfig& config, const InputShape& shape, std::int64_t outputs) {
  NetworkPlan plan(config, shape, outputs);
  Layers layers;
  struct Width {
    std::int64_t channels, stride;
  };
  for (const auto& [channels, stride] : {Width{16, 2}, Width{32, 2}, Width{32, 1}}) {
    layers.push_back(convolution(plan, fmt::format("conv{}", layers.size() / 2 + 1), channels, {.stride = stride}));
    layers.push_back(relu());
  }
  layers.push_back(flatten(plan));
  layers.push_back(linear(plan, "head", outputs));
  return make_network(plan, std::move(layers));
}

std::shared_ptr<const Model> model_of(const ModelConfig& config, const Collection& victims) {
  const bool own = config.kind == strided_relu;
  return (own ? make_strided_relu : make_model)(config, victims.shape, victims.task.outputs());
}

// Of the calling thread.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

TrainingConfig training_of(const Staging& staging) {
  if (staging.training) return *staging.training;
  TrainingConfig config;
  config.lr = staging.lr;
  config.batch_size = staging.records;
  config.steps = staging.steps;
  return config;
}

struct Round {
  std::shared_ptr<const Model> model;
  ParameterSet start;
  Rows rows;
  TrainingConfig training;
};

Round round_of(const Gallery& gallery, const Staging& staging, std::int64_t number, std::int64_t place) {
  const Collection& victims = gallery.victims;
  Round round;
  round.model = model_of(staging.model, victims);
  round.start = staging.trained ? *gallery.trained : round.model->initial(staged / "model" / number / place);
  round.rows = {victims.train, at::arange(number * staging.records, (number + 1) * staging.records, at::kLong)};
  round.training = training_of(staging);
  return round;
}

ObservedUpdate published(const Round& round, const Gallery& gallery, const Staging& staging, Seed seed) {
  const TrainResult result = train({.model = *round.model, .start = round.start, .rows = round.rows, .collection = gallery.victims,
                                    .config = round.training, .seed = seed / "training"},
                                   Device::cpu);
  const auto policy = make_share_policy(staging.sharing, round.model->layout());
  const at::Tensor delta = result.parameters.flat() - round.start.flat();
  const Shared shared = policy->share({round.model->layout(), delta, {}}, {}, seed / "mask");
  ObservedUpdate update = observe({.payload = shared.update->payload(), .policy = *policy, .before = round.start,
                                   .samples = staging.records});
  const at::Tensor noise = normal_numbers(update.values.sizes(), seed / "noise");
  update.values = update.values + noise * (staging.noise * round.training.lr);
  return update;
}

void misread(Evidence& evidence, const Round& round, Misreading misreading, std::int64_t number) {
  ObservedUpdate& update = evidence.updates.front();
  if (misreading == Misreading::zeros_for_missing) {
    const std::int64_t size = round.model->layout()->size();
    update.values = at::zeros({size}).index_copy(0, update.positions, update.values);
    update.positions = at::arange(size, at::kLong);
  }
  if (misreading == Misreading::one_step) {
    evidence.training->lr *= static_cast<double>(evidence.training->steps);
    evidence.training->steps = 1;
  }
  if (misreading == Misreading::random_head) {
    evidence.assistance.private_numbers = round.model->initial(staged / "other model" / number).flat();
  }
}

}  // namespace

Gallery mnist_gallery(const std::string& folder) {
  DataConfig config;
  config.dataset = "mnist";
  return halves(load_collection(config, {{folder}}, {staged, staged}));
}

Gallery phantom_gallery() {
  DataConfig config;
  config.dataset = "phantom";
  config.phantom.classes = 5;
  return halves(load_collection(config, {}, {staged, staged}));
}

double add_trained(Gallery& gallery) {
  const auto model = model_of({.kind = strided_relu}, gallery.victims);
  const TrainResult result = train({.model = *model, .start = model->initial(staged / "trained"), .rows = all_rows(gallery.others),
                                    .collection = gallery.victims,
                                    .config = {.lr = 0.05, .momentum = 0.9, .batch_size = 64, .epochs = 2},
                                    .seed = staged / "trained"},
                                   Device::cpu);
  gallery.trained = std::make_shared<const ParameterSet>(result.parameters);
  return evaluate(*model, *gallery.trained, all_rows(gallery.victims.test), gallery.victims, Device::cpu).accuracy;
}

Victim stage(const Gallery& gallery, const Staging& staging, std::int64_t number) {
  const Round round = round_of(gallery, staging, number, 0);
  Victim victim;
  victim.images = images_of(round.rows);
  victim.labels = round.rows.dataset->labels.index_select(0, round.rows.index);
  victim.evidence = {.model = round.model, .task = gallery.victims.task, .shape = gallery.victims.shape,
                     .normalization = gallery.victims.normalization, .tier = staging.tier, .training = round.training,
                     .rounds = 1, .updates = {}, .assistance = {}};
  for (std::int64_t place = 0; place < staging.rounds; ++place) {
    const Seed seed = staged / "victim" / number / place;
    victim.evidence.updates.push_back(published(round_of(gallery, staging, number, place), gallery, staging, seed));
  }
  if (staging.tier == Tier::T3) victim.evidence.assistance = {victim.labels, round.start.flat()};
  misread(victim.evidence, round, staging.misreading, number);
  return victim;
}

Outcome attack(const Gallery& gallery, const Staging& staging, std::int64_t number, const std::string& attack,
               const InversionSettings& settings) {
  const Victim victim = stage(gallery, staging, number);
  const double start = processor_seconds();
  const auto inversion = make_inversion_attack(attack, settings);
  const Reconstruction found = inversion->reconstruct(victim.evidence, gallery.prior, staged / "attack" / number);
  Outcome outcome;
  outcome.seconds = processor_seconds() - start;
  outcome.loss = found.loss;
  const std::vector<std::int64_t> places = match_images(victim.images, found.images);
  const double share = 1.0 / static_cast<double>(staging.records);
  for (std::int64_t record = 0; record < staging.records; ++record) {
    const std::int64_t place = places[static_cast<std::size_t>(record)];
    const ImageScore score = score_of(found.images[place], victim.images[record]);
    outcome.score.mse += share * score.mse;
    outcome.score.psnr_db += share * score.psnr_db;
    outcome.score.ssim += share * score.ssim;
    if (found.labels.defined() && found.labels[place].equal(victim.labels[record])) outcome.labels_right += share;
  }
  return outcome;
}

Outcome count_labels(const Gallery& gallery, const Staging& staging, std::int64_t number, const std::string& attack) {
  const Victim victim = stage(gallery, staging, number);
  const double start = processor_seconds();
  const LabelGuess guess = make_label_attack(attack)->guess(victim.evidence, gallery.prior);
  const std::int64_t classes = victim.evidence.task.classes;
  const LabelScore score = scored(guess, at::bincount(victim.labels, {}, classes), class_shares(gallery.prior, classes));
  return {.labels_right = score.count_accuracy, .seconds = processor_seconds() - start};
}

}  // namespace polyclinic::known_answers
