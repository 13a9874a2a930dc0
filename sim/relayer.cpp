#include "sim/relayer.hpp"

#include <simgrid/s4u/Actor.hpp>
#include <simgrid/s4u/Host.hpp>

#include <algorithm>
#include <utility>

#include "core/relay/misconduct.hpp"
#include "sim/cost_model.hpp"
#include "sim/gateway.hpp"
#include "sim/learning_world.hpp"
#include "sim/patience.hpp"
#include "sim/transfer.hpp"

namespace polyclinic {
namespace {

// An object that was refused so often is given up: its block has been left behind.
constexpr int most_attempts = 3;

}  // namespace

Relayer::Relayer(Inlet& inlet, std::size_t place)
    : inlet_(inlet),
      place_(place),
      institution_(inlet.plan().relayers[place]),
      host_(inlet.destination().institution_host(institution_)),
      keys_(institution_keys(inlet.destination().services.scenario, institution_)),
      misconduct_(inlet.plan().misconduct[place]),
      mail_(inlet.destination().services.wire, inlet.destination().traffic, host_),
      head_(genesis(inlet.plan().source.chain)),
      final_(head_) {
  blocks_.emplace(head_->hash(), head_);
}

void Relayer::live() {
  for (;;) {
    note(mail_.receive());
    while (mail_.has_mail()) note(mail_.receive());
    while (has_something() && !inlet_.gateway().has_ended()) carry();
  }
}

// What was under way is lost; what it knows of the source is on disk.
void Relayer::crashed() { mail_.clear(); }

void Relayer::compute(double flops) { simgrid::s4u::this_actor::execute(flops); }

NodeId Relayer::reachable(const LearningWorld& world) const {
  const auto validators = static_cast<std::int32_t>(world.plan().validator_keys.size());
  for (std::int32_t i = 0; i < validators; ++i) {
    const NodeId node{static_cast<std::int32_t>((place_ + static_cast<std::size_t>(i)) % static_cast<std::size_t>(validators))};
    if (world.reachability.connects(institution_, Party(world.plan().id, node))) return node;
  }
  return NodeId{-1};
}

// ---- the source

void Relayer::source_reacted(NodeId node, const Ledger& ledger) {
  if (inlet_.gateway().has_ended() || node != reachable(inlet_.source())) return;
  RelayNews news{ledger.head(), ledger.finalized(), {}};
  const std::uint64_t known = final_->header().height;
  for (std::uint64_t height = known + 1; height <= ledger.head()->header().height; ++height) {
    news.blocks.push_back(ledger.at_height(height));
  }
  mail_.send(inlet_.source().machines().host(node), std::move(news));
}

void Relayer::note(const RelayNews& news) {
  for (const BlockPointer& block : news.blocks) {
    blocks_.emplace(block->hash(), block);
    const std::uint64_t height = block->header().height;
    if (height > news.final_block->header().height || height <= final_->header().height) continue;
    ++headers_waiting_;
    for (std::size_t i = 0; i < block->transactions().size(); ++i) {
      const Digest& id = block->transaction_ids()[i];
      const bool is_object = block->transactions()[i].kind == TransactionKind::auxiliary;
      if (is_object && noted_.insert(id).second) wanted_.push_back({id, block, i});
    }
  }
  head_ = news.head;
  if (news.final_block->header().height > final_->header().height) final_ = news.final_block;
}

// ---- what it carries

bool Relayer::has_something() const {
  const std::int64_t batch = inlet_.plan().config.batch_blocks;
  return !wanted_.empty() || (batch > 0 && headers_waiting_ >= batch);
}

void Relayer::carry() {
  wait_for_others();
  forget_delivered();
  if (!has_something()) return;
  const RelayPacket packet = assemble();
  headers_waiting_ = 0;
  if (packet.headers.empty() && packet.objects.empty()) return;
  submit(packet);
}

void Relayer::wait_for_others() {
  const double wait_s = inlet_.plan().config.takeover_s * static_cast<double>(place_);
  if (wait_s > 0.0) simgrid::s4u::this_actor::sleep_for(wait_s);
}

// By others, or by itself; and headers that the light client does not need any more.
void Relayer::forget_delivered() {
  std::erase_if(wanted_, [&](const Wanted& wanted) { return inlet_.client().has(wanted.id) || wanted.attempts >= most_attempts; });
  if (inlet_.client().final_height() >= final_->header().height) headers_waiting_ = 0;
  std::erase_if(blocks_, [&](const auto& entry) {
    return entry.second->header().height + LightClient::kept_headers < inlet_.client().final_height();
  });
}

BlockPointer Relayer::packet_tip() const {
  return inlet_.client().attestations_needed() > 0 ? final_ : head_;
}

std::vector<Header> Relayer::headers_to(const BlockPointer& tip) const {
  std::vector<Header> headers;
  for (auto block = blocks_.find(tip->hash()); block != blocks_.end() && !inlet_.client().knows(block->first);
       block = blocks_.find(block->second->header().parent)) {
    headers.push_back(block->second->header());
  }
  std::ranges::reverse(headers);
  return headers;
}

RelayPacket Relayer::assemble() {
  const BlockPointer tip = packet_tip();
  RelayPacket packet{inlet_.plan().source.chain, inlet_.destination().plan().id, headers_to(tip), {}, {}};
  const bool needs_votes = inlet_.client().attestations_needed() > 0 && !packet.headers.empty();
  if (needs_votes) packet.attestations = gather_attestations(tip);
  for (Wanted& wanted : wanted_) {
    ++wanted.attempts;
    packet.objects.push_back(fetch(wanted));
  }
  compute(cost::hashing_flops(sizes(packet).total()) +
          cost::verification_flops(static_cast<std::int64_t>(packet.headers.size() + packet.attestations.size())));
  return misconduct_.empty() ? packet : falsified(packet);
}

// Who lies does not try again.
RelayPacket Relayer::falsified(const RelayPacket& honest) {
  const RelayerKnowledge knowledge{keys_, sent_, stale_branch()};
  RelayPacket packet = misconducted(misconduct_, honest, knowledge, Seed(nonce_) / "misconduct" / institution_.value);
  if (sent_.empty()) sent_.push_back(honest);
  wanted_.clear();
  return packet;
}

// Every validator in reach for which the block is final signs it on request.
std::vector<Attestation> Relayer::gather_attestations(const BlockPointer& tip) {
  LearningWorld& source = inlet_.source();
  for (;;) {
    std::vector<Attestation> attestations;
    std::vector<std::pair<simgrid::s4u::Host*, std::uint64_t>> asked;
    for (std::size_t i = 0; i < source.plan().validator_keys.size(); ++i) {
      const NodeId node{static_cast<std::int32_t>(i)};
      if (!source.exports.attests(node, *tip) || !source.reachability.connects(institution_, Party(source.plan().id, node))) continue;
      asked.emplace_back(source.machines().host(node), attestation_bytes);
      attestations.push_back(attest(node, tip->header(), source.plan().validator_keys[i]));
    }
    if (!asked.empty()) inlet_.destination().fetch(asked, host_);
    if (std::ssize(attestations) >= inlet_.client().attestations_needed() || inlet_.gateway().has_ended()) return attestations;
    simgrid::s4u::this_actor::sleep_for(source.plan().config.consensus.block_interval_s);
  }
}

// From the validator that it watches, or, where payloads are not on the chain, from the author while that is in reach.
RelayedObject Relayer::fetch(const Wanted& wanted) {
  LearningWorld& source = inlet_.source();
  const Transaction& transaction = wanted.block->transactions()[wanted.index];
  RelayedObject object{transaction, wanted.block->hash(), merkle_proof(wanted.block->transaction_ids(), wanted.index), {}};
  const std::uint64_t bytes = transaction_bytes + 32 * object.proof.path.size() + transaction.payload_bytes;
  simgrid::s4u::Host* holder = nullptr;
  while (holder == nullptr) {
    const bool is_stored = source.plan().rules->payload_on_chain;
    const NodeId node = reachable(source);
    if (is_stored && node.value >= 0) holder = source.machines().host(node);
    if (!is_stored && source.reachability.connects(institution_, transaction.author)) holder = source.host(transaction.author);
    if (holder == nullptr) simgrid::s4u::this_actor::sleep_for(cost::reconnection_s);
  }
  inlet_.destination().fetch({{holder, bytes}}, host_);
  const ByteView payload = source.exports.object(transaction.payload)->payload();
  object.payload.assign(payload.begin(), payload.end());
  return object;
}

// ---- the destination

void Relayer::submit(const RelayPacket& packet) {
  LearningWorld& world = inlet_.destination();
  const auto bytes = std::make_shared<const SharedUpdate>(encode(packet));
  Transaction transaction;
  transaction.chain = world.plan().id;
  transaction.author = institution_;
  transaction.kind = TransactionKind::relay;
  transaction.nonce = nonce_++;
  transaction.payload_bytes = bytes->bytes();
  transaction.payload = bytes->digest();
  compute(cost::hashing_flops(bytes->bytes()) + cost::signing_flops(1));
  const Submission submission{sign(transaction, keys_), bytes};
  inlet_.gateway().sent(bytes);
  NodeId node = reachable(world);
  while (node.value < 0) {
    simgrid::s4u::this_actor::sleep_for(cost::reconnection_s);
    node = reachable(world);
  }
  world.traffic += {.bytes = simulated_bytes(submission), .messages = 1};
  transfer(world.services.wire, host_, world.machines().host(node), simulated_bytes(submission));
  world.machines().submit(node, submission);
  wait_until_final(transaction_id(submission.transaction));
}

// Packets go one after the other: what is wanted meanwhile travels with the next.
void Relayer::wait_until_final(const Digest& transaction) {
  await_finality(inlet_.destination().plan().config.consensus, [&] { return inlet_.gateway().was_applied(transaction); });
}

// Blocks that it has heard of and that are on no branch of the head any more.
std::vector<Header> Relayer::stale_branch() const {
  std::vector<Header> branch;
  if (misconduct_ != "stale_fork") return branch;
  std::set<Digest> current;
  for (auto block = blocks_.find(head_->hash()); block != blocks_.end(); block = blocks_.find(block->second->header().parent)) {
    current.insert(block->first);
  }
  for (const auto& [hash, block] : blocks_) {
    if (current.contains(hash) || !current.contains(block->header().parent)) continue;
    branch = {block->header()};
    break;
  }
  return branch;
}

}  // namespace polyclinic
