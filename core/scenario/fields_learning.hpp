// Keys of what is learned from and how: [chain.data], [chain.partition], [chain.model], [chain.training].
#pragma once

#include <type_traits>

#include "core/scenario/limits.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

template <class Visitor>
void describe(Visitor& visit, std::type_identity<PhantomConfig>) {
  using C = PhantomConfig;
  visit.key("train_rows", &C::train_rows, between(1, 1e7), "rows", "images for the institutions");
  visit.key("test_rows", &C::test_rows, between(1, 1e7), "rows", "images of the global test set");
  visit.key("classes", &C::classes, between(2, 16), "", "2: lesion or none; more: kinds of lesion");
  visit.key("size_pixels", &C::size_pixels, between(8, 512), "pixels", "height and width");
  visit.key("channels", &C::channels, between(1, 4), "", "1: grey, 3: colour");
  visit.key("sites", &C::sites, between(1, 1e4), "", "natural sites, each with a scanner of its own");
  visit.key("lesion_contrast", &C::lesion_contrast, between(0, 1), "grey levels of 0..1", "added at a lesion's centre");
  visit.key("prevalence", &C::prevalence, between(0, 1), "share", "rows with a lesion");
  visit.key("noise", &C::noise, between(0, 1), "grey levels of 0..1", "standard deviation of the pixel noise");
  visit.key("scanner_spread", &C::scanner_spread, between(0, 1), "", "difference between the sites' scanners");
  visit.key("lesion_shift", &C::lesion_shift, between(0, 1), "", "0: lesions as they are; 1: of another look");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<AcquisitionConfig>) {
  using C = AcquisitionConfig;
  visit.key("gain", &C::gain, above_up_to(0, 10), "", "contrast factor");
  visit.key("offset", &C::offset, between(-1, 1), "grey levels of 0..1", "brightness");
  visit.key("blur_pixels", &C::blur_pixels, between(0, 16), "pixels", "sigma of a Gaussian blur");
  visit.key("noise", &C::noise, between(0, 1), "grey levels of 0..1", "standard deviation of added noise");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<DataConfig>) {
  using C = DataConfig;
  visit.key("dataset", &C::dataset, known(&KnownNames::datasets), "", "what to load, or phantom to generate");
  visit.key("path", &C::path, anything(), "", "file or folder; empty: found by name under the data directories");
  visit.key("size_pixels", &C::size_pixels, between(8, 1024), "pixels", "MedMNIST variant, or size of a folder's images");
  visit.key("max_train_rows", &C::max_train_rows, at_least(0), "rows", "stratified draw of so many; 0: all");
  visit.key("from", &C::from, between(0, 1), "share", "of the rows, in an order that all chains have in common: where this chain's begin");
  visit.key("to", &C::to, between(0, 1), "share", "where they end; disjoint shares hold disjoint rows");
  visit.key("labels", &C::labels, one_of({"true", "permuted"}), "", "permuted: training labels dealt out anew, a sham task");
  visit.table("acquisition", &C::acquisition, "one scanner for all of the chain's images, test rows too");
  visit.table("phantom", &C::phantom, "the generator's settings, for dataset = \"phantom\"");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<ScannerConfig>) {
  using C = ScannerConfig;
  visit.key("gain", &C::gain, between(0, 2), "", "sigma of the log-normal contrast factor");
  visit.key("offset", &C::offset, between(0, 1), "grey levels of 0..1", "standard deviation of the brightness offset");
  visit.key("blur_pixels", &C::blur_pixels, between(0, 16), "pixels", "largest sigma of the Gaussian blur");
  visit.key("noise", &C::noise, between(0, 1), "grey levels of 0..1", "largest standard deviation of added noise");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<PartitionConfig>) {
  using C = PartitionConfig;
  visit.key("kind", &C::kind, one_of({"iid", "dirichlet", "quantity", "shards", "site"}), "", "who gets which rows");
  visit.key("alpha", &C::alpha, above(0), "", "dirichlet: concentration; small is skewed");
  visit.key("sigma", &C::sigma, between(0, 10), "", "quantity: sigma of the log-normal sizes");
  visit.key("classes_per_institution", &C::classes_per_institution, between(1, 1e4), "classes", "shards");
  visit.key("rows_per_institution", &C::rows_per_institution, at_least(0), "rows", "iid: each gets so many; 0: share all");
  visit.key("min_rows", &C::min_rows, between(1, 1e7), "rows", "training rows that each institution needs");
  visit.key("validation", &C::validation, between(0, 0.9), "share", "of an institution's rows");
  visit.key("test", &C::test, between(0, 0.9), "share", "of an institution's rows");
  visit.key("keep", &C::keep, above(0), "share or rows", "training rows a scarce institution keeps; above 1: a count");
  visit.key("scarce", &C::scarce, anything(), "", "names or patterns to which keep and absent apply; empty: all");
  visit.key("absent", &C::absent, between(0, 1e6), "", "classes of which a scarce institution has no rows but test rows");
  visit.key("normalize", &C::normalize, one_of({"together", "own"}), "", "tables: columns by the mean and deviation of all rows, or of an institution's own training rows");
  visit.table("scanner", &C::scanner, "acquisition shift between institutions, each drawn from the seed");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<ModelConfig>) {
  using C = ModelConfig;
  visit.key("kind", &C::kind, known(&KnownNames::models), "", "architecture");
  visit.key("widths", &C::widths, between(1, 65536), "", "mlp: hidden layers; cnn: channels; empty: the model's own");
  visit.key("hidden", &C::hidden, between(0, 65536), "", "cnn: width of a linear layer before the head; 0: none");
  visit.key("norm", &C::norm, one_of({"none", "group", "batch"}), "", "normalisation after convolutions");
  visit.key("padded", &C::padded, anything(), "", "cnn: 3x3 convolutions keep the size");
  visit.key("pool_last_only", &C::pool_last_only, anything(), "", "cnn: one pooling, after the last convolution");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<AugmentConfig>) {
  using C = AugmentConfig;
  visit.key("flip", &C::flip, anything(), "", "left-right, half of the images");
  visit.key("shift_pixels", &C::shift_pixels, between(0, 64), "pixels", "largest shift in each direction");
  visit.key("rotate_degrees", &C::rotate_degrees, between(0, 180), "degrees", "largest rotation in either sense");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<TrainingConfig>) {
  using C = TrainingConfig;
  visit.key("optimizer", &C::optimizer, one_of({"sgd", "adam", "adamw"}), "", "local optimiser");
  visit.key("lr", &C::lr, above_up_to(0, 100), "", "learning rate");
  visit.key("momentum", &C::momentum, between(0, 0.9999), "", "sgd");
  visit.key("nesterov", &C::nesterov, anything(), "", "sgd with momentum: Nesterov's variant");
  visit.key("weight_decay", &C::weight_decay, between(0, 10), "", "decoupled from the gradient with adamw");
  visit.key("batch_size", &C::batch_size, between(1, 1e6), "rows", "rows in one step");
  visit.key("epochs", &C::epochs, between(0, 1e6), "epochs", "local epochs a round; 0 where steps are given");
  visit.key("steps", &C::steps, between(0, 1e9), "steps", "local steps a round, instead of epochs");
  visit.key("clip_norm", &C::clip_norm, at_least(0), "", "largest gradient norm; 0: not clipped");
  visit.key("sample_clip_norm", &C::sample_clip_norm, at_least(0), "", "DP-SGD: largest norm of a sample's gradient; 0: plain training");
  visit.key("noise_multiplier", &C::noise_multiplier, between(0, 1e6), "", "DP-SGD: deviation of the noise on a batch's sum, in sample_clip_norm");
  visit.key("schedule", &C::schedule, one_of({"constant", "step", "cosine"}), "", "of lr, over the rounds");
  visit.key("step_rounds", &C::step_rounds, between(1, 1e6), "rounds", "step: lr changes every so many");
  visit.key("step_factor", &C::step_factor, above_up_to(0, 1), "", "step: by this factor");
  visit.key("loss", &C::loss, one_of({"cross_entropy", "weighted_cross_entropy", "bce"}), "", "bce: for multi-label tasks");
  visit.table("augment", &C::augment, "random changes of the training images");
}

}  // namespace polyclinic
