#include "sim/gateway.hpp"

#include <simgrid/s4u/Actor.hpp>

#include <algorithm>
#include <limits>
#include <utility>

#include "core/base/error.hpp"
#include "core/scenario/institutions.hpp"
#include "sim/interrupt.hpp"
#include "sim/learning_world.hpp"

namespace polyclinic {

Inlet::Inlet(Gateway& gateway, const RelayPlan& plan, LearningWorld& source, LearningWorld& destination)
    : gateway_(gateway), plan_(plan), source_(source), destination_(destination), client_(plan.source, destination.plan().id) {
  for (std::size_t place = 0; place < plan.relayers.size(); ++place) {
    relayers_.push_back(std::make_unique<Relayer>(*this, place));
  }
}

Gateway::~Gateway() = default;

void Gateway::connect(const std::vector<LearningWorld*>& worlds) {
  for (const RelayPlan& plan : world_.plan().exchange.relays) {
    LearningWorld& source = *worlds[static_cast<std::size_t>(plan.source.chain.value)];
    inlets_.push_back(std::make_unique<Inlet>(*this, plan, source, world_));
    for (const auto& relayer : inlets_.back()->relayers()) source.exports.listen(*relayer);
  }
}

void Gateway::begin() {
  for (const auto& inlet : inlets_) {
    for (const auto& relayer : inlet->relayers()) spawn(*relayer);
  }
}

void Gateway::spawn(Relayer& relayer) {
  actors_[&relayer] = world_.services.stage.spawn("relayer", relayer.host(), [&relayer] { relayer.live(); });
}

void Gateway::end() {
  ended_ = true;
  for (const auto& inlet : inlets_) {
    for (const auto& relayer : inlet->relayers()) {
      if (auto& actor = actors_[relayer.get()]) std::exchange(actor, nullptr)->kill();
    }
  }
}

void Gateway::institution_down(InstitutionId institution) {
  for (const auto& inlet : inlets_) {
    for (const auto& relayer : inlet->relayers()) {
      if (relayer->institution() != institution || ended_) continue;
      if (auto& actor = actors_[relayer.get()]) std::exchange(actor, nullptr)->kill();
      relayer->crashed();
    }
  }
}

void Gateway::institution_up(InstitutionId institution) {
  for (const auto& inlet : inlets_) {
    for (const auto& relayer : inlet->relayers()) {
      if (relayer->institution() == institution && !ended_) spawn(*relayer);
    }
  }
}

Inlet* Gateway::inlet_of(ChainId source) {
  const auto found = std::ranges::find_if(inlets_, [&](const auto& inlet) { return inlet->plan().source.chain == source; });
  return found == inlets_.end() ? nullptr : found->get();
}

void Gateway::finalized(const BlockPointer& block) {
  for (std::size_t i = 0; i < block->transactions().size(); ++i) {
    const Transaction& transaction = block->transactions()[i];
    if (transaction.kind == TransactionKind::relay && applied_.insert(block->transaction_ids()[i]).second) apply(transaction);
  }
}

void Gateway::apply(const Transaction& transaction) {
  const auto found = packets_.find(transaction.payload);
  if (found == packets_.end()) return refuse(transaction, {Rejection::malformed_packet, "no such packet"}, "");
  const SharedUpdatePointer bytes = found->second;
  content_.bytes += bytes->bytes();
  RelayPacket packet;
  try {
    packet = decode_packet(bytes->payload());
  } catch (const Error& error) {
    return refuse(transaction, {Rejection::malformed_packet, error.what()}, "");
  }
  Inlet* inlet = inlet_of(packet.source);
  if (inlet == nullptr) return refuse(transaction, {Rejection::wrong_chain, "no relay leads here from there"}, "");
  const LightClient::Result result = inlet->client().apply(packet);
  content_.signatures += result.signatures_verified;
  for (const Verdict& verdict : result.refused) refuse(transaction, verdict, inlet->plan().config.from);
  const PacketSizes size = sizes(packet);
  AuxiliaryRow row;
  row.source = inlet->plan().config.from;
  row.relayer = institution_name(world_.services.scenario, transaction.author);
  row.arrived_s = world_.now_s();
  row.header_bytes = static_cast<std::int64_t>(size.header_bytes);
  row.proof_bytes = static_cast<std::int64_t>(size.proof_bytes);
  for (const AcceptedObject& object : result.accepted) accept(*inlet, object, row);
}

void Gateway::refuse(const Transaction& transaction, const Verdict& verdict, const std::string& source) {
  world_.event("refused relay", rejection_name(verdict.reason), source.empty() ? verdict.detail : source + ": " + verdict.detail,
               "training goes on without it", transaction.author);
}

void Gateway::accept(Inlet& inlet, const AcceptedObject& accepted, const AuxiliaryRow& described) {
  std::shared_ptr<const AuxiliaryObject> object;
  try {
    object = std::make_shared<const AuxiliaryObject>(decode_object(accepted.payload));
  } catch (const Error& error) {
    return refuse(accepted.transaction, {Rejection::malformed_packet, error.what()}, inlet.plan().config.from);
  }
  Arrival arrival{described, inlet.plan().auxiliary, accepted.transaction.author, object->prototypes.classes > 0};
  arrival.row.source_round = accepted.transaction.round;
  arrival.row.source_height = static_cast<std::int64_t>(accepted.height);
  arrival.row.content = content_name(*object);
  arrival.row.published_s = inlet.source().exports.final_s(transaction_id(accepted.transaction));
  arrival.row.payload_bytes = static_cast<std::int64_t>(accepted.payload.size());
  if (!inlet.plan().is_used) return;
  world_.learner.receive({inlet.plan().auxiliary, accepted.transaction.author, arrival.row.source_round,
                          static_cast<std::int64_t>(accepted.transaction.samples), object});
  std::erase_if(arrivals_, [&](const Arrival& old) {
    return old.source == arrival.source && old.is_prototypes == arrival.is_prototypes &&
           (!arrival.is_prototypes || old.author == arrival.author) && old.row.source_round <= arrival.row.source_round;
  });
  arrivals_.push_back(std::move(arrival));
}

void Gateway::note_round(std::int64_t rounds) {
  if (arrivals_.empty()) return;
  pending_.push_back({rounds, arrivals_, world_.learner.start_guidance(rounds)});
  write_ready(false);
}

void Gateway::write_ready(bool all) {
  while (!pending_.empty() && (all || pending_.front().guidance.ready())) {
    write(pending_.front());
    pending_.pop_front();
  }
}

void Gateway::write(const PendingRound& pending) {
  const GuidancePointer guidance = await(pending.guidance);
  if (!guidance) return;
  for (const Arrival& arrival : pending.arrivals) {
    const auto told = std::ranges::find(guidance->sources, arrival.source, &SourceGuidance::source);
    if (told == guidance->sources.end()) continue;
    AuxiliaryRow row = arrival.row;
    row.round = pending.round;
    row.similarity = told->similarity;
    row.weight = told->weight;
    world_.auxiliary(row);
  }
}

void Gateway::finish() { write_ready(true); }

}  // namespace polyclinic
