// Victims of a gradient inversion as its literature stages them: some records, a model with numbers of its own, a round of training,
// and the bytes that a policy publishes of it.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/seed.hpp"
#include "core/data/dataset.hpp"
#include "core/leakage/evidence.hpp"
#include "core/leakage/image_scores.hpp"
#include "core/leakage/inversion/inversion.hpp"

namespace polyclinic::known_answers {

// Records to be attacked, and others that are public. A model sees pixels in 0 .. 1, as the published programs have it.
struct Gallery {
  Collection victims;                // its training rows
  ImagePrior prior;
  std::shared_ptr<const Dataset> others = {};           // to train a model with
  std::shared_ptr<const ParameterSet> trained = {};     // of strided_relu, where add_trained() was asked for it
};
// MNIST's 10,000 test digits: the first half are victims, the second half public. Needs the files in `folder`.
[[nodiscard]] Gallery mnist_gallery(const std::string& folder);
// Made-up images of five classes, for where no data is at hand.
[[nodiscard]] Gallery phantom_gallery();

// How the observer's evidence is misread on purpose, for comparison.
enum class Misreading {
  none,
  zeros_for_missing,                 // unpublished numbers are taken for published zeros
  one_step,                          // several local steps are taken for one that is as many times longer
  random_head,                       // an unknown head is taken to be some other one
};

// A kind of model besides those of model_kinds(), 29,738 parameters for MNIST: 3 x 3 convolutions to 16, 32 and 32 channels, the first
// two with stride 2, ReLU, and a linear layer.
inline constexpr const char* strided_relu = "strided_relu";

struct Staging {
  ModelConfig model = {.kind = "lenet_sigmoid"};
  SharingConfig sharing;
  std::int64_t records = 1;
  std::int64_t rounds = 1;           // updates about the same records, each from other public numbers
  std::int64_t steps = 1;            // local steps on all records ...
  double lr = 1.0;
  std::optional<TrainingConfig> training = {};  // ... or everything else, instead
  double noise = 0.0;                // standard deviation, added to the published numbers in the units of a gradient
  Tier tier = Tier::T1;
  bool trained = false;              // the model has the gallery's trained numbers; else each victim's draws its own
  Misreading misreading = Misreading::none;
};

struct Victim {
  Evidence evidence;
  at::Tensor images;                 // float32 (records, channels, height, width)
  at::Tensor labels;
};
// Number `number` of this staging: records and model differ from number to number, and do not depend on the rest of the staging.
[[nodiscard]] Victim stage(const Gallery& gallery, const Staging& staging, std::int64_t number);

// Trains strided_relu on the gallery's other images; returns its accuracy on the victims and the public ones.
double add_trained(Gallery& gallery);

// One record's reconstruction: the mean over a victim's, matched to the truth one to one.
struct Outcome {
  ImageScore score;
  double labels_right = 0.0;         // share; 0 where the attack guesses none
  double loss = 0.0;
  double seconds = 0.0;              // of one core
};
[[nodiscard]] Outcome attack(const Gallery& gallery, const Staging& staging, std::int64_t number, const std::string& attack,
                             const InversionSettings& settings);
// The same of an attack on labels: its count accuracy as labels_right.
[[nodiscard]] Outcome count_labels(const Gallery& gallery, const Staging& staging, std::int64_t number, const std::string& attack);

}  // namespace polyclinic::known_answers
