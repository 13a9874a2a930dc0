#include "sim/exports.hpp"

#include <cmath>
#include <limits>
#include <string>

#include "sim/learning_world.hpp"
#include "sim/relayer.hpp"

namespace polyclinic {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

}  // namespace

bool Exports::takes(InstitutionId member, std::int64_t round) {
  const std::int64_t rounds = world_.plan().config.rounds;
  if (!world_.plan().exchange.exports.is_due_since(round_, round, rounds)) return false;
  if (round < rounds && world_.learner.exporter(round) != member) return false;
  round_ = round;
  return true;
}

Digest Exports::offer(InstitutionId member, std::int64_t round, const Publication& publication) {
  const ChainPlan& plan = world_.plan();
  Transaction transaction;
  transaction.chain = plan.id;
  transaction.author = member;
  transaction.kind = TransactionKind::auxiliary;
  transaction.round = static_cast<std::uint32_t>(round);
  transaction.samples = static_cast<std::uint64_t>(plan.data_of(member).train.size());
  transaction.payload_bytes = publication.object->bytes();
  transaction.payload = publication.object->digest();
  const bool is_stored = plan.rules->payload_on_chain;
  const Submission submission{sign(transaction, plan.member_keys[plan.position(member)]),
                              is_stored ? publication.object : nullptr};
  const Digest id = transaction_id(submission.transaction);
  objects_.emplace(transaction.payload, publication.object);
  final_s_.emplace(id, undefined);
  const Egress& egress = publication.egress;
  std::string observers = is_stored ? "members,validators" : "members";
  for (const std::string& chain : plan.exchange.exports.destinations) observers += ",chain " + chain;
  world_.egress({plan.config.name, round, member.value, egress.tensors, egress.coordinates, egress.fraction,
                 static_cast<std::int64_t>(egress.bytes), observers, undefined});
  world_.submissions.offer(member, world_.connections->home(member), submission);
  return id;
}

void Exports::finalized(const Block& block) {
  for (const Digest& id : block.transaction_ids()) {
    const auto offer = final_s_.find(id);
    if (offer != final_s_.end() && std::isnan(offer->second)) offer->second = world_.now_s();
  }
}

void Exports::reacted(NodeId node, const Ledger& ledger) {
  for (Relayer* relayer : listeners_) relayer->source_reacted(node, ledger);
}

bool Exports::attests(NodeId node, const Block& block) const {
  if (world_.plan().is_hostile(node) || !world_.machines().is_up(node)) return false;
  const Ledger& ledger = world_.machines().node(node).ledger();
  const std::uint64_t height = block.header().height;
  return ledger.finalized()->header().height >= height && ledger.at_height(height)->hash() == block.hash();
}

double Exports::final_s(const Digest& transaction) const {
  const auto found = final_s_.find(transaction);
  return found == final_s_.end() ? undefined : found->second;
}

}  // namespace polyclinic
