#include "core/relay/misconduct.hpp"

#include <utility>

namespace polyclinic {
namespace {

using Act = RelayPacket (*)(RelayPacket packet, const RelayerKnowledge& knowledge, Seed seed);

void flip_a_bit(std::byte& byte, Random& random) { byte ^= std::byte{1} << random.below(8); }

// Another payload under the hash of the right one.
RelayPacket tamper_with_payload(RelayPacket packet, const RelayerKnowledge&, Seed seed) {
  Random random(seed);
  for (RelayedObject& object : packet.objects) {
    if (object.payload.empty()) continue;
    flip_a_bit(object.payload[static_cast<std::size_t>(random.below(std::ssize(object.payload)))], random);
  }
  return packet;
}

// A payload of its own with a transaction that promises it: no block holds that one.
RelayPacket forge_proof(RelayPacket packet, const RelayerKnowledge& knowledge, Seed seed) {
  RelayPacket forged = tamper_with_payload(std::move(packet), knowledge, seed);
  for (RelayedObject& object : forged.objects) object.transaction.payload = sha256(object.payload);
  return forged;
}

// A header of its own, signed by the only key that it has, with the object in it.
RelayPacket forge_header(RelayPacket packet, const RelayerKnowledge& knowledge, Seed) {
  if (packet.headers.empty()) return packet;
  Header& last = packet.headers.back();
  if (!packet.objects.empty()) last.merkle_root = merkle_root(std::vector<Digest>{transaction_id(packet.objects.back().transaction)});
  last = sign(last, knowledge.keys);
  return packet;
}

RelayPacket carry_stale_fork(RelayPacket packet, const RelayerKnowledge& knowledge, Seed) {
  if (!knowledge.stale.empty()) packet.headers = knowledge.stale;
  return packet;
}

RelayPacket replay(RelayPacket packet, const RelayerKnowledge& knowledge, Seed) {
  return knowledge.sent.empty() ? packet : knowledge.sent.front();
}

struct Kind {
  NamedKind named;
  Act act;
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> table = {
      {{"forged_proof", "a relayer proves a transaction of its own making, which no block holds"}, forge_proof},
      {{"forged_header", "a relayer signs headers of its own making"}, forge_header},
      {{"stale_fork", "a relayer carries headers of a branch that the source chain has left"}, carry_stale_fork},
      {{"replayed_object", "a relayer carries its first packet again and again"}, replay},
      {{"tampered_payload", "a relayer carries another payload than the transaction promises"}, tamper_with_payload},
  };
  return table;
}

}  // namespace

std::vector<NamedKind> relayer_behaviours() { return named_kinds(kinds()); }

RelayPacket misconducted(const std::string& kind, RelayPacket packet, const RelayerKnowledge& knowledge, Seed seed) {
  if (kind.empty()) return packet;
  return find_kind(kinds(), "behaviour.kind", kind).act(std::move(packet), knowledge, seed);
}

}  // namespace polyclinic
