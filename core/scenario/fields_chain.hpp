// Keys of one [[chain]]: who takes part, what leaves an institution, how updates meet, how the chain agrees.
#pragma once

#include "core/scenario/fields_leakage.hpp"

namespace polyclinic {

template <class Visitor>
void describe(Visitor& visit, std::type_identity<SharingConfig>) {
  using C = SharingConfig;
  visit.key("steps", &C::steps, known(&KnownNames::sharing_steps), "", "what happens to an update, in order");
  visit.key("fraction", &C::fraction, above_up_to(0, 1), "share", "random, top_k, selective: coordinates to publish");
  visit.key("residual", &C::residual, anything(), "", "top_k: the unpublished rest is added to the next update");
  visit.key("shared", &C::shared, anything(), "", "layers: patterns of tensors that leave; empty: all but the private");
  visit.key("private", &C::private_, anything(), "", "layers: patterns of tensors that never leave");
  visit.key("buffers", &C::buffers, one_of({"", "share", "local"}), "", "BatchNorm's; needed where the model has them");
  visit.key("gamma", &C::gamma, at_least(0), "", "clip, selective: largest magnitude of a coordinate");
  visit.key("threshold", &C::threshold, at_least(0), "", "selective: random draws only above this magnitude");
  visit.key("selection", &C::selection, one_of({"largest", "random"}), "", "selective: which coordinates");
  visit.key("download_fraction", &C::download_fraction, above_up_to(0, 1), "share", "coordinates refreshed each round");
  visit.key("clip_norm", &C::clip_norm, at_least(0), "", "clip_norm: longest published update");
  visit.key("noise_multiplier", &C::noise_multiplier, between(0, 1e6), "", "noise: deviation of a coordinate's noise, in clip_norm");
  visit.key("sparse_epsilon", &C::sparse_epsilon, between(0, 1e9), "", "sparse_vector: of one round, for everything it publishes");
  visit.key("values", &C::values, one_of({"float32", "float16", "int8"}), "", "precision on the wire");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<CollaborationConfig>) {
  using C = CollaborationConfig;
  visit.key("algorithm", &C::algorithm, one_of({"fedavg", "fedprox", "scaffold", "fedrep"}), "", "local objective; fedrep: the private part first, then the shared one");
  visit.key("mu", &C::mu, between(0, 1e6), "", "fedprox: pull towards the global model");
  visit.key("head_epochs", &C::head_epochs, between(1, 1e6), "epochs", "fedrep: of the private part alone");
  visit.key("server", &C::server, known(&KnownNames::servers), "", "how the aggregate moves the global model");
  visit.key("server_lr", &C::server_lr, above_up_to(0, 100), "", "factor of the mean update; adam: step size");
  visit.key("server_momentum", &C::server_momentum, between(0, 0.9999), "", "momentum; adam: beta1");
  visit.key("server_beta2", &C::server_beta2, between(0, 0.999999), "", "adam");
  visit.key("server_epsilon", &C::server_epsilon, above(0), "", "adam");
  visit.key("sampling", &C::sampling, one_of({"uniform", "cyclic"}), "", "cyclic: the model travels from one to the next");
  visit.key("participants", &C::participants, at_least(0), "institutions", "drawn each round; 0: all members");
  visit.key("min_updates", &C::min_updates, at_least(0), "updates", "quorum at the deadline; 0: all participants");
  visit.key("deadline_s", &C::deadline_s, between(0, 1e9), "s", "after the round opened; 0: none");
  visit.key("mode", &C::mode, known(&KnownNames::modes), "", "what makes a new model: a round's updates, each final update, every few, or neighbours");
  visit.key("buffer", &C::buffer, at_least(1), "updates", "buffered: that make a new version of the model");
  visit.key("staleness", &C::staleness, known(&KnownNames::staleness), "", "asynchronous, buffered: an update's weight by its age");
  visit.key("staleness_a", &C::staleness_a, between(0, 1e3), "", "polynomial: (1 + age)^-a; hinge: 1 / (1 + a (age - b)) beyond b");
  visit.key("staleness_b", &C::staleness_b, between(0, 1e6), "versions", "hinge: ages up to this weigh 1");
  visit.key("max_staleness", &C::max_staleness, at_least(0), "versions", "older updates are refused; 0: none");
  visit.key("topology", &C::topology, known(&KnownNames::topologies), "", "gossip: who exchanges with whom");
  visit.key("degree", &C::degree, at_least(1), "institutions", "gossip: neighbours in random_regular and small_world");
  visit.key("rewire", &C::rewire, between(0, 1), "share", "small_world: edges that lead anywhere");
  visit.key("unavailable", &C::unavailable, one_of({"wait", "skip"}), "", "off-chain: every update counts and members wait for its payload, or only what a member with a copy vouches for counts");
  visit.key("defence", &C::defence, known(&KnownNames::defences), "", "against hostile updates");
  visit.key("hostile_share", &C::hostile_share, between(0, 0.5), "share", "trimmed_mean, krum, multi_krum: of updates to be prepared for");
  visit.key("clip_factor", &C::clip_factor, above_up_to(0, 1e6), "", "norm_clip: longest update, in medians of the round's lengths");
  visit.key("score_tolerance", &C::score_tolerance, between(0, 1e6), "", "scoring: a vote against an update that adds more to the voter's loss");
  visit.key("sync", &C::sync, one_of({"replay", "snapshot"}), "", "how a participant catches up with missed rounds");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<ConsensusConfig>) {
  using C = ConsensusConfig;
  visit.key("kind", &C::kind, known(&KnownNames::consensus), "", "protocol");
  visit.key("validators", &C::validators, between(1, 10000), "machines", "that seal blocks");
  visit.key("hosts", &C::hosts, one_of({"own", "members"}), "", "members: the first institutions run them");
  visit.key("block_interval_s", &C::block_interval_s, above_up_to(0, 1e6), "s", "between blocks");
  visit.key("confirmations", &C::confirmations, between(0, 1000), "blocks", "proof_of_authority, proof_of_work: until final; 0: the kind's default");
  visit.key("timeout_s", &C::timeout_s, between(0, 1e6), "s", "pbft: of a first round; raft: shortest election timeout; 0: the kind's default");
  visit.key("hash_shares", &C::hash_shares, between(0, 1e9), "share", "proof_of_work: of the first validators, the others 0; empty: all alike");
  visit.key("retarget_blocks", &C::retarget_blocks, between(0, 1e9), "blocks", "proof_of_work: between changes of the difficulty; 0: it stays");
  visit.key("max_block_bytes", &C::max_block_bytes, above_up_to(0, 1e12), "bytes", "a block's largest size");
  visit.key("max_block_gas", &C::max_block_gas, at_least(0), "gas", "of a block's transactions: 21000 each and 16 a byte; 0: no limit");
  visit.key("mempool_transactions", &C::mempool_transactions, at_least(0), "transactions", "waiting at a validator; 0: no limit");
  visit.key("mempool_bytes", &C::mempool_bytes, between(0, 1e15), "bytes", "waiting at a validator; 0: no limit");
  visit.key("payload", &C::payload, one_of({"on_chain", "split", "off_chain"}), "", "split: over several transactions; off_chain: only the hash is in the block");
  visit.key("replicas", &C::replicas, between(0, 1e6), "members", "off_chain: that keep a copy, besides the author");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<GossipConfig>) {
  using C = GossipConfig;
  visit.key("fan_out", &C::fan_out, between(0, 1000), "validators", "to which news is forwarded; 0: all others");
  visit.key("announce", &C::announce, anything(), "", "hashes first, contents on request");
  visit.key("compact", &C::compact, anything(), "", "blocks as header and short transaction ids");
  visit.key("request_timeout_s", &C::request_timeout_s, above_up_to(0, 1e6), "s", "until what was asked for is asked of another neighbour");
  visit.key("hubs", &C::hubs, between(0, 10000), "validators", "the first so many know each other and more neighbours than the rest");
  visit.key("hub_fan_out", &C::hub_fan_out, between(0, 10000), "validators", "neighbours of each hub");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<LoadConfig>) {
  using C = LoadConfig;
  visit.key("blocks", &C::blocks, between(0, 1e9), "blocks", "a chain without learning ends when so many are final; 0: it learns");
  visit.key("block_bytes", &C::block_bytes, between(0, 1e12), "bytes", "of synthetic payload in each block");
  visit.key("distribution", &C::distribution, one_of({"fixed", "bitcoin"}), "", "of block_bytes; bitcoin: as Bitcoin's blocks");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<ChainConfig>) {
  using C = ChainConfig;
  visit.key("name", &C::name, identifier(), "", "unique among the chains");
  visit.key("members", &C::members, anything(), "", "institutions or groups, or patterns (* and ?); empty: all");
  visit.key("rounds", &C::rounds, between(1, 1e6), "rounds", "of collaboration");
  visit.key("start_s", &C::start_s, between(0, 1e9), "s", "when the first round opens; the validators work from the beginning");
  visit.key("initial", &C::initial, anything(), "", "chains of one text begin with the same numbers in tensors of one name and shape");
  visit.table("data", &C::data, "the task's data set");
  visit.table("partition", &C::partition, "which institution holds which rows");
  visit.table("model", &C::model, "what is trained");
  visit.table("training", &C::training, "how each institution trains");
  visit.table("sharing", &C::sharing, "what leaves an institution");
  visit.table("privacy", &C::privacy, "how differential privacy is accounted for");
  visit.table("secure_aggregation", &C::secure_aggregation, "whether only sums of updates can be read");
  visit.table("collaboration", &C::collaboration, "rounds and aggregation");
  visit.table("consensus", &C::consensus, "how the chain agrees");
  visit.table("gossip", &C::gossip, "how news spreads among validators");
  visit.table("load", &C::load, "a chain without learning");
  visit.tables("auxiliary", &C::auxiliary, "what this chain learns from another one");
  visit.tables("personalization", &C::personalization, "a method by which every member makes a model of its own");
}

}  // namespace polyclinic
