// A Scenario is a value that alone determines a run. It is valid after parsing and immutable afterwards; units are in the
// names. scenario/fields.hpp describes every key once (meaning, range, default); reading, writing and help follow from it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/scenario/exchange.hpp"
#include "core/scenario/leakage.hpp"

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
  double lesion_shift = 0.0;           // 0: lesions as they are; 1: of another look (a ring in place of a solid disc)
  bool operator==(const PhantomConfig&) const = default;
};

struct AcquisitionConfig {             // one scanner for all of a chain's images, test rows too: core/data/scanner.hpp
  double gain = 1.0;
  double offset = 0.0;                 // grey levels of 0..1
  double blur_pixels = 0.0;            // sigma of a Gaussian
  double noise = 0.0;                  // standard deviation in grey levels of 0..1
  bool operator==(const AcquisitionConfig&) const = default;
};

struct DataConfig {
  std::string dataset = "phantom";     // a name of datasets/index.toml, "phantom", "npz", "idx", "heart" or "folder"
  std::string path;                    // file or folder; empty: found by name under the data directories
  std::int64_t size_pixels = 28;       // MedMNIST: 28, 64, 128 or 224; folder: images are resized to this
  std::int64_t max_train_rows = 0;     // 0: all; else a stratified draw
  double from = 0.0, to = 1.0;         // share of the training and validation rows, in an order that all chains have in
                                       // common: disjoint shares hold disjoint rows of one data set
  std::string labels = "true";         // true; permuted: training labels dealt out anew at random, a sham task
  AcquisitionConfig acquisition;
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
  std::vector<std::string> scarce;     // institutions (names or patterns) to which keep and absent apply; empty: all
  std::vector<std::int64_t> absent;    // classes of which a scarce institution has no training and validation rows
  std::string normalize = "together";  // tables: columns by the rows of all institutions (together), or each by its own
  ScannerConfig scanner;
  bool operator==(const PartitionConfig&) const = default;
};

// ---- how it is learned --------------------------------------------------------------------------------------------

struct ModelConfig {
  std::string kind = "cnn";            // logistic, mlp, lenet, lenet_sigmoid, cnn, resnet18
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
  double sample_clip_norm = 0.0;       // DP-SGD (Abadi et al. 2016): of each sample's gradient; 0: plain training
  double noise_multiplier = 0.0;       // DP-SGD: noise's standard deviation, in sample_clip_norm, on the sum of a batch
  std::string schedule = "constant";   // constant, step, cosine, over the rounds
  std::int64_t step_rounds = 10;       // step: every so many rounds ...
  double step_factor = 0.1;            // ... lr is multiplied by this
  std::string loss = "cross_entropy";  // cross_entropy, weighted_cross_entropy, bce
  AugmentConfig augment;
  bool operator==(const TrainingConfig&) const = default;
};

// ---- what leaves an institution -----------------------------------------------------------------------------------

struct SharingConfig {
  std::vector<std::string> steps = {"full"};  // in order: full, layers, clip, clip_norm, noise, random, ...
  double fraction = 1.0;               // random, top_k, selective: share of the shareable coordinates to publish
  bool residual = false;               // top_k: what was not published is added to the next round's update
  std::vector<std::string> shared;     // layers: patterns (* and ?) of tensors that leave; empty: all but private
  std::vector<std::string> private_;   // layers: patterns of tensors that never leave (key "private")
  std::string buffers = "";            // "share" or "local"; must be given where the model has BatchNorm buffers
  double gamma = 0.0;                  // clip, selective: largest magnitude of a published coordinate
  double threshold = 0.0;              // selective "random": only coordinates whose clipped magnitude exceeds this
  std::string selection = "largest";   // selective: largest or random
  double download_fraction = 1.0;      // share of the shared coordinates refreshed from the global model each round
  double clip_norm = 0.0;              // clip_norm: longest published update (Euclidean); 0: it is not used
  double noise_multiplier = 0.0;       // noise: standard deviation of a coordinate's noise, in clip_norm
  double sparse_epsilon = 0.0;         // sparse_vector: of one round, for everything that it publishes
  std::string values = "float32";      // float32, float16 or int8
  bool operator==(const SharingConfig&) const = default;
};

// ---- how institutions collaborate ---------------------------------------------------------------------------------

struct CollaborationConfig {
  std::string algorithm = "fedavg";    // fedavg, fedprox, scaffold, fedrep
  double mu = 0.0;                     // fedprox
  std::int64_t head_epochs = 1;        // fedrep: of the private part alone, before the shared part's own epochs
  std::string server = "average";      // average, momentum, adam
  double server_lr = 1.0;
  double server_momentum = 0.9;        // momentum; adam: beta1
  double server_beta2 = 0.99;
  double server_epsilon = 1e-3;
  std::string sampling = "uniform";    // uniform, cyclic
  std::int64_t participants = 0;       // institutions a round; 0: all
  std::int64_t min_updates = 0;        // quorum at the deadline; 0: all participants
  double deadline_s = 0.0;             // after the round opened; 0: none
  std::string mode = "synchronous";    // synchronous, asynchronous, buffered, gossip
  std::int64_t buffer = 4;             // buffered: updates that make a new version of the global model
  std::string staleness = "constant";  // asynchronous, buffered: an update's weight by the versions that it is behind:
                                       // constant, polynomial, hinge
  double staleness_a = 0.5;            // polynomial: exponent; hinge: slope
  double staleness_b = 4.0;            // hinge: versions without a penalty
  std::int64_t max_staleness = 0;      // versions beyond which an update is refused; 0: none
  std::string topology = "ring";       // gossip: ring, grid, random_regular, small_world
  std::int64_t degree = 4;             // random_regular, small_world: neighbours of an institution
  double rewire = 0.1;                 // small_world: share of edges that lead anywhere
  std::string unavailable = "wait";    // off-chain payloads: wait for each, or skip those that no keeper vouches for
  std::string defence = "none";        // none, median, trimmed_mean, krum, multi_krum, norm_clip, scoring
  double hostile_share = 0.25;         // trimmed_mean, krum, multi_krum: of a round's updates, to be prepared for
  double clip_factor = 1.0;            // norm_clip: longest update, in medians of the round's lengths
  double score_tolerance = 0.0;        // scoring: a validator votes against an update that adds more than this to its own loss
  std::string sync = "replay";         // replay: fetch every missed update; snapshot: a model, then the last round's updates
  bool operator==(const CollaborationConfig&) const = default;
};

struct ConsensusConfig {
  std::string kind = "proof_of_authority";  // proof_of_authority, pbft, raft, proof_of_work
  std::int64_t validators = 4;
  std::string hosts = "own";           // own: separate machines; members: the first institutions run them
  double block_interval_s = 2.0;
  std::int64_t confirmations = 0;      // proof_of_authority, proof_of_work: later blocks until final; 0: the kind's default
  double timeout_s = 0.0;              // pbft: of a height's first round; raft: shortest election timeout; 0: the kind's default
  std::vector<double> hash_shares;     // proof_of_work: of the first validators, the others 0; empty: all alike
  std::int64_t retarget_blocks = 0;    // proof_of_work: blocks between changes of the difficulty; 0: it stays
  double max_block_bytes = 64e6;
  std::int64_t max_block_gas = 0;      // 0: no limit
  std::int64_t mempool_transactions = 0;  // waiting at a validator; 0: no limit
  double mempool_bytes = 0.0;          // the same in bytes
  std::string payload = "on_chain";    // on_chain, split (over several transactions), off_chain
  std::int64_t replicas = 0;           // off_chain: other members that keep a copy of each payload
  bool operator==(const ConsensusConfig&) const = default;
};

struct GossipConfig {                  // key [chain.gossip]: among the chain's validators
  std::int64_t fan_out = 0;            // neighbours to which a validator forwards what is new; 0: all others
  bool announce = false;               // hashes first, contents on request
  bool compact = false;                // blocks as header and short transaction ids
  double request_timeout_s = 2.0;      // until what was asked for is asked of another neighbour
  std::int64_t hubs = 0;               // the first validators: each a neighbour of all other hubs, and of more others
  std::int64_t hub_fan_out = 0;        // neighbours of a hub
  bool operator==(const GossipConfig&) const = default;
};

struct LoadConfig {                    // key [chain.load]: a chain without learning, its blocks filled with synthetic load
  std::int64_t blocks = 0;             // the run ends when so many are final; 0: the chain learns, there is no load
  double block_bytes = 1000.0;         // of payload in each block
  std::string distribution = "fixed";  // of block_bytes: fixed, bitcoin (Bitcoin's block sizes, block_bytes on average)
  bool operator==(const LoadConfig&) const = default;
};

struct ChainConfig {
  std::string name;
  std::vector<std::string> members;    // institution or group names, patterns; empty: all institutions
  std::int64_t rounds = 10;
  double start_s = 0.0;                // when the first round opens; the validators work from the beginning
  std::string initial;                 // chains of one text begin with the same numbers in tensors of one name and shape;
                                       // empty: each with its own
  DataConfig data;
  PartitionConfig partition;
  ModelConfig model;
  TrainingConfig training;
  SharingConfig sharing;
  PrivacyConfig privacy;
  SecureAggregationConfig secure_aggregation;
  CollaborationConfig collaboration;
  ConsensusConfig consensus;
  GossipConfig gossip;
  LoadConfig load;
  std::vector<AuxiliaryConfig> auxiliary;              // key [[chain.auxiliary]]
  std::vector<PersonalizationConfig> personalization;  // key [[chain.personalization]]
  bool operator==(const ChainConfig&) const = default;
};

// ---- the simulated world ------------------------------------------------------------------------------------------

struct RateConfig {                       // one number, a list that cycles, or a distribution that each institution draws from
  std::string distribution = "constant";  // constant, uniform, lognormal, quantiles
  std::vector<double> values;             // of a constant; low, high; median, sigma; or quantiles in equal steps of probability,
                                          // from the least to the largest, between which the distribution is uniform
  bool operator==(const RateConfig&) const = default;
};

struct InstitutionGroup {              // key [[institution]]
  std::string name;
  std::int64_t count = 1;              // above 1: name-0, name-1, ...
  std::vector<std::string> regions;    // cycles; empty: the first region
  RateConfig uplink_bytes_per_s = {"constant", {12.5e6}};   // 100 Mb/s
  RateConfig downlink_bytes_per_s = {"constant", {125e6}};  // 1 Gb/s
  double latency_s = 0.005;            // of the access link
  RateConfig flops_per_s = {"constant", {50e9}};
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
  bool encrypted = true;               // false: who taps a line reads what passes there
  std::string uploads = "together";    // messages above 1 kB of one chain node: together, in_turn
  double patience_s = 3600.0;          // without any block, round or fault ahead: the run ends as stalled
  bool operator==(const NetworkConfig&) const = default;
};

// ---- what goes wrong ----------------------------------------------------------------------------------------------

struct FaultConfig {                   // key [[fault]]
  std::string kind = "crash";          // crash, churn, slow, degrade, partition, loss
  std::string chain;                   // whose validators; empty: the only chain's
  std::vector<std::string> institutions;   // names, group names, patterns
  std::vector<std::int64_t> validators;    // of `chain`
  double at_s = 0.0;
  double for_s = 0.0;                  // 0: for good
  double factor = 0.1;                 // slow: of the speed; degrade: of the bandwidth
  double latency_factor = 1.0;         // degrade
  double probability = 0.0;            // loss: of a message between validators
  double on_s = 0.0;                   // churn: mean time up, then mean time down, for as long as the fault lasts
  double off_s = 0.0;
  std::string distribution = "exponential";  // churn: exponential, uniform (0 to twice the mean), fixed
  std::int64_t draws = 0;              // this many faults like this one, each with a target and a beginning of its own drawn
  double within_s = 0.0;               // from the seed: among the targets named, at_s .. at_s + within_s; 0: all, at at_s
  bool operator==(const FaultConfig&) const = default;
};

struct BehaviourConfig {               // key [[behaviour]]: who is not honest
  std::string kind = "sign_flip";      // label_flip, sign_flip, scaled, gaussian, free_rider; validators: equivocate, withhold
  std::string chain;                   // empty: every chain
  std::vector<std::string> institutions;
  std::vector<std::int64_t> validators;
  double factor = 1.0;                 // sign_flip, scaled: of the update; gaussian: standard deviation in the update's own
  std::int64_t from_round = 0;         // honest before
  bool operator==(const BehaviourConfig&) const = default;
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

struct ReferenceConfig {               // key [[reference]]: public images that several chains name
  std::string name;
  DataConfig data;                     // its training rows
  bool operator==(const ReferenceConfig&) const = default;
};

struct Scenario {
  std::int64_t schema = 1;
  std::string name;
  std::uint64_t seed = 1;
  std::vector<ChainConfig> chains;         // key [[chain]]
  std::vector<InstitutionGroup> groups;    // key [[institution]]
  std::vector<ReferenceConfig> references; // key [[reference]]
  std::vector<RelayConfig> relays;         // key [[relay]]
  std::vector<FaultConfig> faults;         // key [[fault]]
  std::vector<BehaviourConfig> behaviours; // key [[behaviour]]
  std::vector<ProbeConfig> probes;         // key [[probe]]
  NetworkConfig network;
  BaselineConfig baseline;
  EvaluationConfig evaluation;
  RecordConfig record;
  std::string folder;                      // of the scenario file: relative data paths start there; not part of the digest
  bool operator==(const Scenario&) const = default;
};

}  // namespace polyclinic
