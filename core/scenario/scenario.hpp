// A Scenario is a value that alone determines a run. It is valid after parsing and immutable afterwards; units are in the
// names. scenario/fields.hpp describes every key once (meaning, range, default); reading, writing and help follow from it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace polyclinic {

// ---- what is learned from -----------------------------------------------------------------------------------------

struct PhantomConfig {                 // core/data/phantom.hpp
  std::int64_t train_rows = 1200;
  std::int64_t test_rows = 400;
  std::int64_t classes = 2;            // 2: lesion or none; more: kinds of lesion
  std::int64_t size_pixels = 28;
  std::int64_t channels = 1;
  std::int64_t sites = 1;              // natural sites, each with a scanner of its own
  double lesion_contrast = 0.35;       // grey levels in 0..1, added at the lesion's centre
  double prevalence = 0.5;             // share of rows with a lesion
  double noise = 0.08;                 // standard deviation in grey levels of 0..1
  double scanner_spread = 0.0;         // 0: every site alike; 1: strongly different gain, offset, blur and noise
  bool operator==(const PhantomConfig&) const = default;
};

struct DataConfig {
  std::string dataset = "phantom";     // a name of datasets/index.toml, "phantom", "npz", "idx", "heart" or "folder"
  std::string path;                    // file or folder; empty: found by name under the data directories
  std::int64_t size_pixels = 28;       // MedMNIST: 28, 64, 128 or 224; folder: images are resized to this
  std::int64_t max_train_rows = 0;     // 0: all; else a stratified draw
  PhantomConfig phantom;
  bool operator==(const DataConfig&) const = default;
};

struct ScannerConfig {                 // acquisition shift between institutions, each drawn from the seed
  double gain = 0.0;                   // log-normal sigma of the contrast factor
  double offset = 0.0;                 // standard deviation of the brightness offset, grey levels of 0..1
  double blur_pixels = 0.0;            // largest Gaussian blur sigma
  double noise = 0.0;                  // largest added noise, standard deviation in grey levels of 0..1
  bool operator==(const ScannerConfig&) const = default;
};

struct PartitionConfig {
  std::string kind = "iid";            // iid, dirichlet, quantity, shards, site
  double alpha = 0.5;                  // dirichlet
  double sigma = 0.5;                  // quantity: sigma of the log-normal sizes
  std::int64_t classes_per_institution = 2;  // shards
  std::int64_t rows_per_institution = 0;     // 0: all rows are shared out; else each gets this many (iid)
  std::int64_t min_rows = 2;           // training rows that each institution needs
  double validation = 0.1;             // share of an institution's rows
  double test = 0.1;
  double keep = 1.0;                   // <= 1: fraction of its training rows, > 1: count, that a scarce institution keeps
  std::vector<std::string> scarce;     // institutions (names or patterns) to which keep applies; empty: all
  ScannerConfig scanner;
  bool operator==(const PartitionConfig&) const = default;
};

// ---- how it is learned --------------------------------------------------------------------------------------------

struct ModelConfig {
  std::string kind = "cnn";            // logistic, mlp, lenet, cnn, resnet18
  std::vector<std::int64_t> widths;    // mlp: hidden layers; cnn: channels; empty: the model's own default
  std::int64_t hidden = 0;             // cnn: width of a hidden linear layer before the head, 0: none
  std::string norm = "none";           // none, group, batch (cnn; resnet18: group or batch)
  bool padded = true;                  // cnn: 3x3 convolutions keep the size
  bool pool_last_only = false;         // cnn: one 2x2 pooling after the last convolution instead of one after each
  bool operator==(const ModelConfig&) const = default;
};

struct AugmentConfig {
  bool flip = false;                   // left-right, probability 1/2
  double shift_pixels = 0.0;           // largest shift in each direction
  double rotate_degrees = 0.0;         // largest rotation in either sense
  bool operator==(const AugmentConfig&) const = default;
};

struct TrainingConfig {
  std::string optimizer = "sgd";       // sgd, adam, adamw
  double lr = 0.05;
  double momentum = 0.0;
  bool nesterov = false;
  double weight_decay = 0.0;
  std::int64_t batch_size = 32;
  std::int64_t epochs = 1;             // local epochs a round; 0 with steps > 0
  std::int64_t steps = 0;              // local steps a round instead of epochs
  double clip_norm = 0.0;              // 0: no gradient clipping
  std::string schedule = "constant";   // constant, step, cosine, over the rounds
  std::int64_t step_rounds = 10;       // step: every so many rounds ...
  double step_factor = 0.1;            // ... lr is multiplied by this
  std::string loss = "cross_entropy";  // cross_entropy, weighted_cross_entropy, bce
  AugmentConfig augment;
  bool operator==(const TrainingConfig&) const = default;
};

// ---- what leaves an institution -----------------------------------------------------------------------------------

struct SharingConfig {
  std::vector<std::string> steps = {"full"};  // in order: full, layers, clip, random, top_k, selective
  double fraction = 1.0;               // random, top_k, selective: share of the shareable coordinates to publish
  bool residual = false;               // top_k: what was not published is added to the next round's update
  std::vector<std::string> shared;     // layers: patterns (* and ?) of tensors that leave; empty: all but private
  std::vector<std::string> private_;   // layers: patterns of tensors that never leave (key "private")
  std::string buffers = "";            // "share" or "local"; must be given where the model has BatchNorm buffers
  double gamma = 0.0;                  // clip, selective: largest magnitude of a published coordinate
  double threshold = 0.0;              // selective "random": only coordinates whose clipped magnitude exceeds this
  std::string selection = "largest";   // selective: largest or random
  double download_fraction = 1.0;      // share of the shared coordinates refreshed from the global model each round
  std::string values = "float32";      // float32 or float16
  bool operator==(const SharingConfig&) const = default;
};

// ---- how institutions collaborate ---------------------------------------------------------------------------------

struct CollaborationConfig {
  std::string algorithm = "fedavg";    // fedavg, fedprox, scaffold
  double mu = 0.0;                     // fedprox
  std::string server = "average";      // average, momentum, adam
  double server_lr = 1.0;
  double server_momentum = 0.9;        // momentum; adam: beta1
  double server_beta2 = 0.99;
  double server_epsilon = 1e-3;
  std::string sampling = "uniform";    // uniform, cyclic
  std::int64_t participants = 0;       // institutions a round; 0: all
  std::int64_t min_updates = 0;        // quorum at the deadline; 0: all participants
  double deadline_s = 0.0;             // after the round opened; 0: none
  std::string sync = "replay";         // replay: fetch every missed update; snapshot: a model, then the last round's updates
  bool operator==(const CollaborationConfig&) const = default;
};

struct ConsensusConfig {
  std::string kind = "proof_of_authority";
  std::int64_t validators = 4;
  std::string hosts = "own";           // own: separate machines; members: the first institutions run them
  double block_interval_s = 2.0;
  std::int64_t confirmations = 0;      // blocks by distinct later validators until final; 0: half the validators
  double max_block_bytes = 64e6;
  std::string payload = "on_chain";    // on_chain, off_chain
  bool operator==(const ConsensusConfig&) const = default;
};

struct ChainConfig {
  std::string name;
  std::vector<std::string> members;    // institution or group names, patterns; empty: all institutions
  std::int64_t rounds = 10;
  DataConfig data;
  PartitionConfig partition;
  ModelConfig model;
  TrainingConfig training;
  SharingConfig sharing;
  CollaborationConfig collaboration;
  ConsensusConfig consensus;
  bool operator==(const ChainConfig&) const = default;
};

// ---- the simulated world ------------------------------------------------------------------------------------------

struct SpeedConfig {                   // one number, a list that cycles, or a distribution
  std::string distribution = "constant";  // constant, uniform, lognormal
  std::vector<double> values = {50e9};    // constant: FLOP/s; uniform: low, high; lognormal: median, sigma
  bool operator==(const SpeedConfig&) const = default;
};

struct InstitutionGroup {              // key [[institution]]
  std::string name;
  std::int64_t count = 1;              // above 1: name-0, name-1, ...
  std::vector<std::string> regions;    // cycles; empty: the first region
  double uplink_bytes_per_s = 12.5e6;  // 100 Mb/s
  double downlink_bytes_per_s = 125e6; // 1 Gb/s
  double latency_s = 0.005;            // of the access link
  SpeedConfig flops_per_s;
  bool operator==(const InstitutionGroup&) const = default;
};

struct NetworkConfig {
  std::string model = "calibrated";    // exact: latency + bytes/bandwidth; calibrated: SimGrid's LV08 TCP model
  std::string platform;                // SimGrid platform XML; institutions then live on its hosts, in id order
  std::vector<std::string> regions = {"core"};
  std::vector<std::vector<double>> latency_s;            // of regions, symmetric; diagonal: within; empty: 0.01 and 0
  double backbone_bytes_per_s = 1.25e9;                  // of each pair of regions, in either direction
  double validator_bytes_per_s = 125e6;
  double validator_latency_s = 0.001;
  double validator_flops_per_s = 100e9;
  bool operator==(const NetworkConfig&) const = default;
};

struct BaselineConfig {                // key [baseline]
  bool centralized = true;
  bool local = true;
  std::int64_t local_institutions = 0; // how many train alone, evenly spaced over the members; 0: all
  bool full_sharing = true;
  double flops_per_s = 200e9;          // of the centralized machine
  bool operator==(const BaselineConfig&) const = default;
};

struct EvaluationConfig {
  std::int64_t every = 1;              // rounds between evaluations, and always the last round; 0: never
  bool members = true;                 // evaluate each participant on its own test rows too
  bool operator==(const EvaluationConfig&) const = default;
};

struct RecordConfig {
  std::string ledger = "headers";      // none, headers, full
  bool models = true;
  bool predictions = true;
  bool operator==(const RecordConfig&) const = default;
};

struct Scenario {
  std::int64_t schema = 1;
  std::string name;
  std::uint64_t seed = 1;
  std::vector<ChainConfig> chains;         // key [[chain]]
  std::vector<InstitutionGroup> groups;    // key [[institution]]
  NetworkConfig network;
  BaselineConfig baseline;
  EvaluationConfig evaluation;
  RecordConfig record;
  std::string folder;                      // of the scenario file: relative data paths start there; not part of the digest
  bool operator==(const Scenario&) const = default;
};

}  // namespace polyclinic
