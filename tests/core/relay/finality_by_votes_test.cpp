// Light clients of chains whose validators vote: who attests, and that final headers have no rivals.
#include <numeric>

#include "tests/core/relay/source_chain.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

const std::vector<std::string> kinds{"pbft", "raft"};

// A packet of the first two headers, attested by `voters`.
Rejection attested_by(const SourceChain& chain, const std::vector<std::int32_t>& voters) {
  RelayPacket packet = chain.packet(1);
  packet.attestations = attestations(packet.headers.back(), voters);
  return reason(light_client(chain.plan()), packet);
}

SourceChain chain_of(const std::string& kind, std::int64_t validators = 4) {
  SourceChain chain({.kind = kind, .validators = validators});
  chain.grow(2);
  return chain;
}

}  // namespace

// ceil(2n / 3) as in IBFT 2.0 (2f + 1 where n = 3f + 1), and floor(n / 2) + 1.
TEST_CASE("a quorum of the validators is enough, and one less is not") {
  const std::vector<std::int32_t> pbft_quorums{1, 2, 2, 3, 4, 4, 5}, majorities{1, 2, 2, 3, 3, 4, 4};
  for (const std::string& kind : kinds) {
    for (std::int32_t n = 1; n <= 7; ++n) {
      CAPTURE(kind);
      CAPTURE(n);
      if (kind == "raft" && n == 1) continue;  // the tests' leader is validator 1
      const SourceChain chain = chain_of(kind, n);
      const auto quorum = (kind == "pbft" ? pbft_quorums : majorities).at(static_cast<std::size_t>(n - 1));
      std::vector<std::int32_t> voters(static_cast<std::size_t>(quorum));
      std::iota(voters.begin(), voters.end(), n - quorum);
      CHECK(attested_by(chain, voters) == Rejection::none);
      voters.pop_back();
      CHECK(attested_by(chain, voters) == Rejection::no_quorum);
    }
  }
}

TEST_CASE("attestations are each by another validator, of the last header, and all of them good") {
  for (const std::string& kind : kinds) {
    CAPTURE(kind);
    const SourceChain chain = chain_of(kind);
    const LightClient client = light_client(chain.plan());
    CHECK(attested_by(chain, {3, 1, 0}) == Rejection::none);
    CHECK(attested_by(chain, {0, 1, 2, 3}) == Rejection::none);
    CHECK(attested_by(chain, {}) == Rejection::no_quorum);
    CHECK(attested_by(chain, {0, 1, 1}) == Rejection::no_quorum);
    CHECK(attested_by(chain, {0, 1, 2, 2}) == Rejection::no_quorum);
    CHECK(attested_by(chain, {0, 1, 4}) == Rejection::no_quorum);      // a stranger
    CHECK(attested_by(chain, {0, 1, 2, -1}) == Rejection::no_quorum);  // and one more than needed
    RelayPacket packet = chain.packet(1);
    packet.attestations = attestations(packet.headers.front(), {0, 1, 2});
    CHECK(reason(client, packet) == Rejection::no_quorum);
    packet = chain.packet(1);
    packet.attestations.back().signature[9] ^= 1;
    CHECK(reason(client, packet) == Rejection::no_quorum);
    packet = chain.packet(1);
    packet.attestations.back() = attest(NodeId{2}, packet.headers.back(), stranger_keys());
    CHECK(reason(client, packet) == Rejection::no_quorum);
    packet = chain.packet(1);
    std::swap(packet.attestations.at(0).validator, packet.attestations.at(1).validator);
    CHECK(reason(client, packet) == Rejection::no_quorum);
  }
}

TEST_CASE("signatures are looked at last") {
  const SourceChain chain = chain_of("pbft");
  LightClient client = light_client(chain.plan());
  RelayPacket packet = chain.packet(1);
  packet.attestations.pop_back();
  CHECK(client.apply(packet).signatures_verified == 0);
}

TEST_CASE("a header beside a final one is refused, whoever attests it") {
  for (const std::string& kind : kinds) {
    CAPTURE(kind);
    SourceChain chain = chain_of(kind);
    LightClient client = light_client(chain.plan());
    CHECK(reason(client.apply(chain.packet(1))) == Rejection::none);
    SourceChain rival({.kind = kind});
    rival.add_on(*genesis(source), {.delay_s = 3.0});
    rival.grow(3);
    CHECK(reason(client.apply(rival.packet(1))) == Rejection::conflicts_with_finalized);
    RelayPacket beside = chain.packet(1);  // from the first block of the chain to another second one
    beside.headers.resize(1);
    Header other = chain.head()->header();
    other.time_s += 1.0;
    other = sign(other, validator_keys(other.proposer.value));
    beside.headers.push_back(other);
    beside.attestations = attestations(other, {0, 1, 2, 3});
    CHECK(reason(client.apply(beside)) == Rejection::conflicts_with_finalized);
    CHECK(client.best_block() == chain.head()->hash());
    chain.add();
    CHECK(reason(client.apply(chain.packet(3))) == Rejection::none);
    CHECK(client.final_height() == 3);
  }
}

TEST_CASE("a header of a later round belongs to that round's proposer") {
  SourceChain chain({.kind = "pbft"});
  chain.add_on(*genesis(source), {.view = 2});
  CHECK(reason(light_client(chain.plan()), chain.packet(1)) == Rejection::none);
  RelayPacket packet = chain.packet(1);
  packet.headers.back().view = 1;
  packet.headers.back() = sign(packet.headers.back(), validator_keys(3));
  packet.attestations = attestations(packet.headers.back(), {0, 1, 2});
  CHECK(reason(light_client(chain.plan()), packet) == Rejection::wrong_turn);
}

TEST_CASE("a header of a term belongs to the term's leader, and terms do not go back") {
  const SourceChain chain = chain_of("raft");
  const auto second_header = [&](std::uint64_t term, std::int32_t leader) {
    RelayPacket packet = chain.packet(1);
    Header& header = packet.headers.back();
    header.view = term;
    header.proposer = NodeId{leader};
    header = sign(header, validator_keys(leader));
    packet.attestations = attestations(header, {0, 1, 2});
    return reason(light_client(chain.plan()), packet);
  };
  CHECK(second_header(1, 1) == Rejection::none);
  CHECK(second_header(1, 2) == Rejection::wrong_turn);
  CHECK(second_header(2, 2) == Rejection::none);
  CHECK(second_header(0, 1) == Rejection::wrong_turn);
}

// However small the weight that a header claims: validators that vote do not weigh.
TEST_CASE("what is attested is final, whatever difficulty it claims") {
  const SourceChain chain = chain_of("pbft");
  RelayPacket packet = chain.packet(1);
  Header& header = packet.headers.back();
  header.difficulty = 1e-300;
  header = sign(header, validator_keys(header.proposer.value));
  packet.attestations = attestations(header, {0, 1, 2});
  LightClient client = light_client(chain.plan());
  CHECK(reason(client.apply(packet)) == Rejection::none);
  CHECK(client.final_block() == sha256(encode(header)));
}
