// Keys of one [[chain]]: who takes part, what leaves an institution, how updates meet, how the chain agrees.
#pragma once

#include "core/scenario/fields_learning.hpp"

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
  visit.key("values", &C::values, one_of({"float32", "float16"}), "", "precision on the wire");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<CollaborationConfig>) {
  using C = CollaborationConfig;
  visit.key("algorithm", &C::algorithm, one_of({"fedavg", "fedprox", "scaffold"}), "", "local objective");
  visit.key("mu", &C::mu, between(0, 1e6), "", "fedprox: pull towards the global model");
  visit.key("server", &C::server, one_of({"average", "momentum", "adam"}), "", "how the aggregate moves the global model");
  visit.key("server_lr", &C::server_lr, above_up_to(0, 100), "", "factor of the mean update; adam: step size");
  visit.key("server_momentum", &C::server_momentum, between(0, 0.9999), "", "momentum; adam: beta1");
  visit.key("server_beta2", &C::server_beta2, between(0, 0.999999), "", "adam");
  visit.key("server_epsilon", &C::server_epsilon, above(0), "", "adam");
  visit.key("sampling", &C::sampling, one_of({"uniform", "cyclic"}), "", "cyclic: the model travels from one to the next");
  visit.key("participants", &C::participants, at_least(0), "institutions", "drawn each round; 0: all members");
  visit.key("min_updates", &C::min_updates, at_least(0), "updates", "quorum at the deadline; 0: all participants");
  visit.key("deadline_s", &C::deadline_s, between(0, 1e9), "s", "after the round opened; 0: none");
  visit.key("sync", &C::sync, one_of({"replay", "snapshot"}), "", "how a participant catches up with missed rounds");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<ConsensusConfig>) {
  using C = ConsensusConfig;
  visit.key("kind", &C::kind, known(&KnownNames::consensus), "", "protocol");
  visit.key("validators", &C::validators, between(1, 1000), "machines", "that seal blocks");
  visit.key("hosts", &C::hosts, one_of({"own", "members"}), "", "members: the first institutions run them");
  visit.key("block_interval_s", &C::block_interval_s, above_up_to(0, 1e6), "s", "between blocks");
  visit.key("confirmations", &C::confirmations, between(0, 1000), "blocks", "until final; 0: half the validators");
  visit.key("max_block_bytes", &C::max_block_bytes, above_up_to(0, 1e12), "bytes", "a block's largest size");
  visit.key("payload", &C::payload, one_of({"on_chain", "off_chain"}), "", "off_chain: only the hash is in the block");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<ChainConfig>) {
  using C = ChainConfig;
  visit.key("name", &C::name, identifier(), "", "unique among the chains");
  visit.key("members", &C::members, anything(), "", "institutions or groups, or patterns (* and ?); empty: all");
  visit.key("rounds", &C::rounds, between(1, 1e6), "rounds", "of collaboration");
  visit.table("data", &C::data, "the task's data set");
  visit.table("partition", &C::partition, "which institution holds which rows");
  visit.table("model", &C::model, "what is trained");
  visit.table("training", &C::training, "how each institution trains");
  visit.table("sharing", &C::sharing, "what leaves an institution");
  visit.table("collaboration", &C::collaboration, "rounds and aggregation");
  visit.table("consensus", &C::consensus, "how the chain agrees");
}

}  // namespace polyclinic
