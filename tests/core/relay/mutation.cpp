#include "tests/core/relay/mutation.hpp"

#include <algorithm>
#include <utility>

#include "tests/core/relay/source_chain.hpp"

namespace polyclinic::testing {
namespace {

template <class T>
T& any(std::vector<T>& list, Random& random) {
  return list[random.below(list.size())];
}

// Two different places of a list that has at least two.
template <class T>
std::pair<T*, T*> two(std::vector<T>& list, Random& random) {
  const std::uint64_t first = random.below(list.size());
  const std::uint64_t second = (first + 1 + random.below(list.size() - 1)) % list.size();
  return {&list[first], &list[second]};
}

Digest any_digest(Random& random) { return sha256(ByteWriter().put(random.bits()).take()); }

KeyPair any_wrong_keys(NodeId right, Random& random) {
  if (random.below(3) == 0) return stranger_keys();
  if (random.below(2) == 0) return member_keys(0);
  return validator_keys((right.value + 1 + static_cast<std::int32_t>(random.below(3))) % 4);
}

void change_field(Header& header, Random& random) {
  switch (random.below(8)) {
    case 0: header.merkle_root = any_digest(random); break;
    case 1: header.parent = any_digest(random); break;
    case 2: header.height += 1 + random.below(3); break;
    case 3: header.time_s += random.uniform(0.1, 9.0); break;
    case 4: header.view += 1 + random.below(5); break;
    case 5: header.difficulty *= random.uniform(1.5, 9.0); break;
    case 6: header.transactions += 1 + static_cast<std::uint32_t>(random.below(3)); break;
    case 7: header.payload_bytes += 1 + random.below(100); break;
  }
}

// ---- headers and attestations ----

void swap_headers(RelayPacket& packet, const RelayPacket&, Random& random) {
  const auto [first, second] = two(packet.headers, random);
  std::swap(*first, *second);
}
void swap_header_fields(RelayPacket& packet, const RelayPacket&, Random& random) {
  const auto [first, second] = two(packet.headers, random);
  switch (random.below(5)) {
    case 0: std::swap(first->parent, first->merkle_root); break;
    case 1: std::swap(first->signature, second->signature); break;
    case 2: std::swap(first->merkle_root, second->merkle_root); break;
    case 3: std::swap(first->time_s, second->time_s); break;
    case 4: std::swap(first->proposer, second->proposer); break;
  }
}
// With a root of the liar's own, say, and attestations to match, by whoever would help the liar: not the validators.
void resign_last_header(RelayPacket& packet, const RelayPacket&, Random& random) {
  Header& header = packet.headers.back();
  change_field(header, random);
  header = sign(header, any_wrong_keys(header.proposer, random));
  for (Attestation& attestation : packet.attestations) {
    attestation.signature = attest(attestation.validator, header, any_wrong_keys(attestation.validator, random)).signature;
  }
}
void resign_any_header(RelayPacket& packet, const RelayPacket&, Random& random) {
  Header& header = any(packet.headers, random);
  if (random.below(2) == 0) change_field(header, random);
  header = sign(header, any_wrong_keys(header.proposer, random));
}
void leave_out_header(RelayPacket& packet, const RelayPacket&, Random& random) {
  const auto place =
      static_cast<std::ptrdiff_t>(random.below(packet.headers.size() - 1));  // not the last, which may be missing
  packet.headers.erase(packet.headers.begin() + place);
}
void repeat_header(RelayPacket& packet, const RelayPacket&, Random& random) {
  const auto place = static_cast<std::ptrdiff_t>(random.below(packet.headers.size()));
  const Header header = packet.headers[static_cast<std::size_t>(place)];
  packet.headers.insert(packet.headers.begin() + place, header);
}
void splice_headers(RelayPacket& packet, const RelayPacket& foreign, Random& random) {
  for (std::size_t i = random.below(packet.headers.size()); i < packet.headers.size(); ++i) {
    packet.headers[i] = foreign.headers[i];
  }
  if (random.below(2) == 0) packet.attestations = foreign.attestations;
}
void wrong_attestations(RelayPacket& packet, const RelayPacket& foreign, Random& random) {
  Attestation& one = any(packet.attestations, random);
  switch (random.below(5)) {
    case 0: packet.attestations.pop_back(); break;
    case 1: packet.attestations.push_back(one); break;
    case 2: one = attest(one.validator, packet.headers.back(), any_wrong_keys(one.validator, random)); break;
    case 3: one.signature = any(packet.headers, random).signature; break;
    case 4: packet.attestations = foreign.attestations; break;
  }
}

// ---- objects ----

void swap_object_fields(RelayPacket& packet, const RelayPacket&, Random& random) {
  const auto [first, second] = two(packet.objects, random);
  switch (random.below(4)) {
    case 0: std::swap(first->transaction, second->transaction); break;
    case 1: std::swap(first->proof, second->proof); break;
    case 2: std::swap(first->payload, second->payload); break;
    case 3: std::swap(first->proof.index, second->proof.index); break;
  }
}
void change_payload(RelayPacket& packet, const RelayPacket&, Random& random) {
  RelayedObject& object = any(packet.objects, random);
  if (random.below(2) == 0) object.payload.resize(random.below(2 * object.payload.size()));
  if (!object.payload.empty()) any(object.payload, random) ^= std::byte{static_cast<unsigned char>(1 + random.below(255))};
}
// The transaction promises the liar's payload; signed by a wrong key, or by the author, who may sign what is in no block.
void promise_another_payload(RelayPacket& packet, const RelayPacket&, Random& random) {
  RelayedObject& object = any(packet.objects, random);
  any(object.payload, random) ^= std::byte{1};
  object.transaction.payload = sha256(object.payload);
  const InstitutionId author = object.transaction.author;
  object.transaction = sign(object.transaction, random.below(2) == 0 ? member_keys(author.value) : stranger_keys());
  if (random.below(2) == 0) object.transaction.key = member_keys(author.value).public_key;
}
void change_path(RelayPacket& packet, const RelayPacket&, Random& random) {
  MerkleProof& proof = any(packet.objects, random).proof;
  switch (proof.path.empty() ? 4 : random.below(6)) {
    case 0: proof.path.pop_back(); break;
    case 1: proof.path.erase(proof.path.begin()); break;
    case 2: std::ranges::reverse(proof.path); break;
    case 3: any(proof.path, random) = any_digest(random); break;
    case 4: proof.path.push_back(any_digest(random)); break;
    case 5: proof.path.clear(); break;
  }
}
void change_place(RelayPacket& packet, const RelayPacket&, Random& random) {
  RelayedObject& object = any(packet.objects, random);
  switch (random.below(4)) {
    case 0: object.proof.index = random.below(2 * object.proof.leaves); break;
    case 1: object.proof.leaves = random.below(2 * object.proof.leaves); break;
    case 2: object.block = any_digest(random); break;
    case 3: object.proof = {0, 1, {}}; break;
  }
}
void splice_objects(RelayPacket& packet, const RelayPacket& foreign, Random& random) {
  const std::size_t place = random.below(packet.objects.size());
  RelayedObject& object = packet.objects[place];
  const RelayedObject& other = foreign.objects[place];
  switch (random.below(4)) {
    case 0: object = other; break;
    case 1: object.transaction = other.transaction; break;
    case 2: object.proof = other.proof; break;
    case 3: object.payload = other.payload; break;
  }
}
void repeat_object(RelayPacket& packet, const RelayPacket&, Random& random) {
  packet.objects.push_back(RelayedObject(any(packet.objects, random)));
}

struct Kind {
  const char* name;
  void (*apply)(RelayPacket& packet, const RelayPacket& foreign, Random& random);
};

std::vector<Kind> kinds_for(const RelayPacket& packet) {
  std::vector<Kind> kinds;
  if (!packet.headers.empty()) {
    kinds = {{"swap headers", swap_headers},           {"swap header fields", swap_header_fields},
             {"sign last header", resign_last_header}, {"sign a header", resign_any_header},
             {"leave out a header", leave_out_header}, {"repeat a header", repeat_header},
             {"splice headers", splice_headers}};
  }
  if (!packet.attestations.empty()) kinds.push_back({"attestations", wrong_attestations});
  if (!packet.objects.empty()) {
    kinds.insert(kinds.end(), {{"swap object fields", swap_object_fields},
                               {"payload", change_payload},
                               {"promise", promise_another_payload},
                               {"path", change_path},
                               {"place", change_place},
                               {"splice objects", splice_objects},
                               {"repeat an object", repeat_object}});
  }
  return kinds;
}

void flip_bits(Bytes& bytes, Random& random) {
  for (std::uint64_t flips = 1 + random.below(3); flips > 0; --flips) {
    any(bytes, random) ^= std::byte{static_cast<unsigned char>(1U << random.below(8))};
  }
}

}  // namespace

// Half are flipped bits; a few end too early; the others know what they do.
Mutant mutate(const RelayPacket& packet, const RelayPacket& foreign, Random& random) {
  const std::uint64_t draw = random.below(100);
  if (draw < 50) {
    Mutant mutant{"flip bits", encode(packet)};
    flip_bits(mutant.bytes, random);
    return mutant;
  }
  if (draw < 52) {
    Mutant mutant{"cut off", encode(packet)};
    mutant.bytes.resize(random.below(mutant.bytes.size()));
    return mutant;
  }
  const std::vector<Kind> kinds = kinds_for(packet);
  const Kind& kind = kinds[random.below(kinds.size())];
  RelayPacket changed = packet;
  kind.apply(changed, foreign, random);
  return {kind.name, encode(changed)};
}

}  // namespace polyclinic::testing
