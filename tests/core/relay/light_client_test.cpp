// What holds for every consensus: headers that are no header of the chain, objects that are in none of its blocks, replays.
#include "core/relay/light_client.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"
#include "tests/core/relay/source_chain.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

// Final at height h are the blocks up to h - depth: Clique's floor(4 / 2), or as many as asked for.
constexpr std::uint64_t depth = 2;
std::uint64_t final_below(const SourceChain& chain) { return chain.head()->header().height - (chain.votes() ? 0 : depth); }

SourcePlan plan_of(const std::string& kind) {
  SourcePlan plan{.kind = kind};
  plan.confirmations = static_cast<std::int64_t>(depth);
  return plan;
}

// A chain with three objects in its block of height 2, and six blocks in all; a client that knows them, and a fresh one.
struct Fixture {
  explicit Fixture(const std::string& kind) : chain(plan_of(kind)), client(light_client(plan_of(kind))), fresh(client) {
    chain.add();
    holder = chain.add({chain.offer(0, 10), chain.offer(1, 11), chain.offer(2, 12)});
    chain.grow(4);
    CHECK(reason(client.apply(chain.packet(1))) == Rejection::none);
  }

  template <class Change>
  Rejection header_refused(Change change, std::int32_t signer = -1) const {  // of the last header, signed again
    RelayPacket packet = chain.packet(1);
    Header& header = packet.headers.back();
    const std::int32_t honest = header.proposer.value;
    change(header);
    header = sign(header, validator_keys(signer < 0 ? honest : signer));
    if (chain.votes()) packet.attestations = attestations(header, {0, 1, 2});
    return reason(fresh, packet);
  }
  template <class Change>
  Rejection object_refused(Change change) const {
    RelayedObject object = chain.object(*holder, 1);
    change(object);
    return reason(client, chain.carry({object}));
  }

  SourceChain chain;
  LightClient client;
  LightClient fresh;
  BlockPointer holder;
};

}  // namespace

TEST_CASE("headers of an honest chain are taken at once or one by one, and final as its own validators find") {
  for (const std::string& kind : all_kinds()) {
    CAPTURE(kind);
    const Fixture fixture(kind);
    LightClient client = fixture.fresh;
    CHECK(client.final_height() == 0);
    CHECK(client.knows(genesis(source)->hash()));
    for (std::uint64_t height = 1; height <= 6; ++height) {
      RelayPacket one = fixture.chain.packet(height);
      one.headers.resize(1);
      if (fixture.chain.votes()) one.attestations = attestations(one.headers.front(), {0, 1, 2});
      CHECK(reason(client.apply(one)) == Rejection::none);
      CHECK(client.best_block() == sha256(encode(one.headers.front())));
      CHECK(client.best_height() == height);
    }
    CHECK(client.final_height() == final_below(fixture.chain));
    CHECK(client.final_block() == fixture.client.final_block());
    CHECK(client.best_block() == fixture.chain.head()->hash());
  }
}

TEST_CASE("an object with its proof is accepted once, and what it cost is counted") {
  for (const std::string& kind : all_kinds()) {
    CAPTURE(kind);
    const Fixture fixture(kind);
    LightClient client = fixture.fresh;
    RelayPacket packet = fixture.chain.packet(1);
    packet.objects = {fixture.chain.object(*fixture.holder, 0), fixture.chain.object(*fixture.holder, 2)};
    const LightClient::Result result = client.apply(packet);
    CHECK(reason(result) == Rejection::none);
    REQUIRE(result.accepted.size() == 2);
    CHECK((result.accepted.at(1).transaction == fixture.holder->transactions().at(2)));
    CHECK(result.accepted.at(1).height == 2);
    CHECK((result.accepted.at(1).payload == packet.objects.at(1).payload));
    CHECK(client.has(transaction_id(fixture.holder->transactions().at(2))));
    CHECK_FALSE(client.has(transaction_id(fixture.holder->transactions().at(1))));
    // 6 proposers, a quorum of 3 of 4 validators where they vote (a majority of 4 is 3, too), 2 authors.
    const std::int64_t voters = fixture.chain.votes() ? 3 : 0;
    CHECK(result.signatures_verified == 6 + voters + 2);
    // Of three leaves the first has a path of two siblings, the last of one.
    const std::int64_t objects = 2 * 197 + 2 * 33 + (2 + 1) * 65 + 2 * 50;
    CHECK(static_cast<std::int64_t>(result.bytes_hashed) == 6 * 180 + voters * 180 + objects);
    CHECK(result.reversed == 0);
  }
}

TEST_CASE("a copy of a client goes its own way") {
  const Fixture fixture("pbft");
  LightClient copy = fixture.client;
  CHECK(copy.apply(fixture.chain.carry({fixture.chain.object(*fixture.holder)})).accepted.size() == 1);
  CHECK(copy.has(transaction_id(fixture.holder->transactions().at(0))));
  CHECK_FALSE(fixture.client.has(transaction_id(fixture.holder->transactions().at(0))));
  copy = fixture.fresh;
  CHECK(copy.final_height() == 0);
}

TEST_CASE("every false claim of a header has its name") {
  for (const std::string& kind : all_kinds()) {
    CAPTURE(kind);
    const Fixture fixture(kind);
    const auto refused = [&](auto change) { return fixture.header_refused(change); };
    CHECK(refused([](Header&) {}) == Rejection::none);
    CHECK(refused([](Header& h) { h.chain = ChainId{2}; }) == Rejection::wrong_chain);
    CHECK(refused([](Header& h) { h.parent.bytes[5] ^= 1; }) == Rejection::unknown_parent);
    CHECK(refused([](Header& h) { h.height += 1; }) == Rejection::wrong_height);
    CHECK(refused([](Header& h) { h.height = 0; }) == Rejection::wrong_height);
    CHECK(refused([](Header& h) { h.time_s = 10.0; }) == Rejection::time_before_parent);  // that of height 5
    CHECK(refused([](Header& h) { h.time_s = std::nan(""); }) == Rejection::time_before_parent);
    CHECK(refused([](Header& h) { h.difficulty = -1.0; }) == Rejection::wrong_difficulty);
    CHECK(refused([](Header& h) { h.difficulty = std::nan(""); }) == Rejection::wrong_difficulty);
    CHECK(refused([](Header& h) { h.difficulty = INFINITY; }) == Rejection::wrong_difficulty);
    CHECK(refused([](Header& h) { h.proposer = NodeId{-1}; }) == Rejection::unknown_proposer);
    CHECK(refused([](Header& h) { h.proposer = NodeId{4}; }) == Rejection::unknown_proposer);
    const std::int32_t another = (fixture.chain.head()->header().proposer.value + 1) % 4;
    CHECK(fixture.header_refused([](Header&) {}, another) == Rejection::wrong_block_signature);
  }
}

TEST_CASE("headers are taken all or none") {
  for (const std::string& kind : all_kinds()) {
    CAPTURE(kind);
    const Fixture fixture(kind);
    RelayPacket packet = fixture.chain.packet(1);
    packet.headers.back().signature[3] ^= 1;
    if (fixture.chain.votes()) packet.attestations = attestations(packet.headers.back(), {0, 1, 2});
    LightClient client = fixture.fresh;
    CHECK(reason(client.apply(packet)) == Rejection::wrong_block_signature);
    for (const Header& header : packet.headers) CHECK_FALSE(client.knows(sha256(encode(header))));
    CHECK(client.best_height() == 0);
    CHECK(reason(client.apply(fixture.chain.packet(1))) == Rejection::none);
  }
}

TEST_CASE("each header stands on the one before, the first on a known one") {
  for (const std::string& kind : all_kinds()) {
    CAPTURE(kind);
    const Fixture fixture(kind);
    CHECK(reason(fixture.fresh, fixture.chain.packet(2)) == Rejection::unknown_parent);
    CHECK(reason(fixture.fresh, fixture.chain.packet(0)) == Rejection::none);  // with the genesis, which is known
    RelayPacket gap = fixture.chain.packet(1);
    gap.headers.erase(gap.headers.begin() + 2);
    CHECK(reason(fixture.fresh, gap) == Rejection::unknown_parent);
    RelayPacket turned = fixture.chain.packet(1);
    std::ranges::reverse(turned.headers);
    if (fixture.chain.votes()) turned.attestations = attestations(turned.headers.back(), {0, 1, 2});
    CHECK(reason(fixture.fresh, turned) == Rejection::unknown_parent);
  }
}

TEST_CASE("known headers are skipped, and nothing but known headers is a replay") {
  for (const std::string& kind : all_kinds()) {
    CAPTURE(kind);
    Fixture fixture(kind);
    CHECK(reason(fixture.client, fixture.chain.packet(1)) == Rejection::replayed_header);
    RelayPacket with_object = fixture.chain.packet(3);
    with_object.objects = {fixture.chain.object(*fixture.holder)};
    LightClient client = fixture.client;
    const LightClient::Result result = client.apply(with_object);
    CHECK(reason(result) == Rejection::none);
    CHECK(result.accepted.size() == 1);
    CHECK(result.signatures_verified == 1);
    fixture.chain.grow(2);
    CHECK(reason(client.apply(fixture.chain.packet(4))) == Rejection::none);
    CHECK(client.best_height() == 8);
  }
}

TEST_CASE("an object is accepted only once") {
  for (const std::string& kind : all_kinds()) {
    CAPTURE(kind);
    const Fixture fixture(kind);
    const RelayedObject object = fixture.chain.object(*fixture.holder);
    LightClient client = fixture.client;
    const LightClient::Result twice = client.apply(fixture.chain.carry({object, object}));
    CHECK(reason(twice) == Rejection::replayed_object);
    CHECK(twice.accepted.size() == 1);
    CHECK(reason(client.apply(fixture.chain.carry({object}))) == Rejection::replayed_object);
    const LightClient::Result mixed = client.apply(fixture.chain.carry({object, fixture.chain.object(*fixture.holder, 1)}));
    CHECK(reason(mixed) == Rejection::replayed_object);
    CHECK(mixed.accepted.size() == 1);
  }
}

TEST_CASE("every false claim of an object has its name") {
  for (const std::string& kind : all_kinds()) {
    CAPTURE(kind);
    const Fixture fixture(kind);
    const auto refused = [&](auto change) { return fixture.object_refused(change); };
    const auto resigned = [&](auto change, std::int32_t signer = 1) {
      return fixture.object_refused([&](RelayedObject& object) {
        change(object.transaction);
        object.transaction = sign(object.transaction, member_keys(signer));
      });
    };
    CHECK(refused([](RelayedObject&) {}) == Rejection::none);
    CHECK(refused([](RelayedObject& o) { o.block.bytes[0] ^= 1; }) == Rejection::unknown_header);
    CHECK(resigned([](Transaction& t) { t.chain = ChainId{2}; }) == Rejection::wrong_chain);
    CHECK(resigned([](Transaction& t) { t.kind = TransactionKind::update; }) == Rejection::malformed_packet);
    CHECK(resigned([](Transaction& t) { t.author = InstitutionId{3}; }, 3) == Rejection::unknown_author);
    CHECK(resigned([](Transaction&) {}, 2) == Rejection::wrong_transaction_signature);
    CHECK(resigned([](Transaction& t) { t.parts = 2; }) == Rejection::malformed_part);
    CHECK(resigned([](Transaction& t) { t.samples = 5; }) ==
          Rejection::wrong_inclusion_proof);  // a true author's afterthought
    CHECK(refused([](RelayedObject& o) { o.transaction.signature[0] ^= 1; }) == Rejection::wrong_inclusion_proof);
    CHECK(refused([](RelayedObject& o) { o.proof.path.at(0).bytes[0] ^= 1; }) == Rejection::wrong_inclusion_proof);
    CHECK(refused([](RelayedObject& o) { o.proof.path.pop_back(); }) == Rejection::wrong_inclusion_proof);
    CHECK(refused([](RelayedObject& o) { o.proof.path.push_back({}); }) == Rejection::wrong_inclusion_proof);
    CHECK(refused([](RelayedObject& o) { o.proof.index = 0; }) == Rejection::wrong_inclusion_proof);
    CHECK(refused([](RelayedObject& o) { o.proof.leaves = 4; }) == Rejection::wrong_inclusion_proof);
    CHECK(refused([&](RelayedObject& o) { o.block = fixture.chain.packet(3).headers.front().parent; }) == Rejection::none);
    CHECK(refused([&](RelayedObject& o) { o.block = fixture.chain.packet(4).headers.front().parent; }) ==
          Rejection::wrong_inclusion_proof);  // the next block, which holds nothing
    CHECK(refused([](RelayedObject& o) { o.payload.at(49) ^= std::byte{1}; }) == Rejection::tampered_payload);
    CHECK(refused([](RelayedObject& o) { o.payload.pop_back(); }) == Rejection::tampered_payload);
  }
}

// A proposer who puts a transaction into its block that the author never signed: the proof is right, the signature is not. A
// validator of the source chain would have refused the block; that of a single validator is final all the same.
TEST_CASE("a block that holds a transaction its author never signed proves nothing") {
  const SourcePlan plan{.kind = "pbft", .validators = 1};
  SourceChain chain(plan);
  Transaction forged = chain.offer(0, 5);
  forged.samples = 77;
  Header header;
  header.chain = source;
  header.height = 1;
  header.parent = genesis(source)->hash();
  header.time_s = interval_s;
  header.proposer = NodeId{0};
  header = sign(describe(header, {forged}, true), validator_keys(0));
  const Block block(header, {forged});
  LightClient client = light_client(plan);
  CHECK(reason(client.apply({source, destination, {header}, attestations(header, {0}), {}})) == Rejection::none);
  CHECK(reason(client.apply(chain.carry({chain.object(block)}))) == Rejection::wrong_transaction_signature);
}

// The digest is right, and the block holds it; what others are charged for is not.
TEST_CASE("an author's word about the size of a payload must be true") {
  SourceChain chain({.kind = "pbft"});
  Transaction offer = chain.offer(0, 5);
  offer.payload_bytes += 1;
  const BlockPointer holder = chain.add({sign(offer, member_keys(0))});
  LightClient client = light_client(chain.plan());
  CHECK(reason(client.apply(chain.packet(1))) == Rejection::none);
  CHECK(reason(client.apply(chain.carry({chain.object(*holder)}))) == Rejection::tampered_payload);
}

TEST_CASE("a block must be final before anything is proven against it") {
  for (const std::string kind : {"proof_of_authority", "proof_of_work"}) {
    CAPTURE(kind);
    SourceChain chain(plan_of(kind));
    LightClient client = light_client(plan_of(kind));
    const BlockPointer holder = chain.add({chain.offer(0, 10)});
    chain.add();
    CHECK(reason(client.apply(chain.packet(1))) == Rejection::none);
    CHECK(client.final_height() == 0);
    CHECK(reason(client.apply(chain.carry({chain.object(*holder)}))) == Rejection::unfinal_header);
    chain.add();
    RelayPacket packet = chain.packet(3);
    packet.objects = {chain.object(*holder)};
    CHECK(client.apply(packet).accepted.size() == 1);
    CHECK(client.final_height() == 1);
  }
}

TEST_CASE("a packet between other chains, or without anything to say, is refused whole") {
  for (const std::string& kind : all_kinds()) {
    CAPTURE(kind);
    const Fixture fixture(kind);
    RelayPacket packet = fixture.chain.packet(1);
    packet.objects = {fixture.chain.object(*fixture.holder)};
    RelayPacket wrong = packet;
    wrong.source = ChainId{2};
    CHECK(reason(fixture.fresh, wrong) == Rejection::wrong_chain);
    wrong = packet;
    wrong.destination = ChainId{2};
    CHECK(reason(fixture.fresh, wrong) == Rejection::wrong_chain);
    CHECK(reason(fixture.fresh, {source, destination, {}, {}, {}}) == Rejection::malformed_packet);
    wrong = fixture.chain.carry(packet.objects);
    wrong.attestations = attestations(fixture.chain.head()->header(), {0, 1, 2});
    CHECK(reason(fixture.client, wrong) == Rejection::malformed_packet);
  }
}

TEST_CASE("objects of known headers are accepted beside headers that are refused") {
  Fixture fixture("pbft");
  fixture.chain.add();
  RelayPacket packet = fixture.chain.packet(7);
  packet.attestations.pop_back();
  packet.objects = {fixture.chain.object(*fixture.holder)};
  const LightClient::Result result = fixture.client.apply(packet);
  CHECK(reason(result) == Rejection::no_quorum);
  CHECK(result.accepted.size() == 1);
}

TEST_CASE("there is a light client for every consensus, and for none that is not") {
  std::vector<std::string> names;
  for (const NamedKind& kind : consensus_kinds()) names.push_back(kind.name);
  CHECK((names == all_kinds()));
  for (const std::string& kind : names) CHECK(light_client({.kind = kind}).rules().consensus.kind == kind);
  SourcePlan plan;
  plan.kind = "proof_of_pudding";
  CHECK_THROWS_AS(light_client(plan), UsageError);
  plan = {.validators = 0};
  CHECK_THROWS_AS(light_client(plan), UsageError);
}
