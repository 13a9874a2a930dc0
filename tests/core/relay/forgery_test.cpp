// 100'000 lies about headers and objects, a quarter for each consensus: none is believed.
#include <map>

#include "core/base/error.hpp"
#include "tests/core/relay/mutation.hpp"
#include "tests/core/relay/source_chain.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

constexpr int lies_for_each_kind = 25'000;

SourcePlan plan_of(const std::string& kind, ChainId chain = source) {
  return {.kind = kind, .chain = chain, .confirmations = 2};
}

// Three headers to carry, and two objects of a block with five transactions. Of a chain with another number everything else is
// the same: its validators, its members, what they offer.
struct Honest {
  explicit Honest(const SourcePlan& plan) : chain(plan), client(light_client(plan)) {
    chain.grow(2);
    std::vector<Transaction> transactions;
    for (std::uint8_t i = 0; i < 5; ++i) transactions.push_back(chain.offer(i % 3, i));
    const BlockPointer holder = chain.add(transactions);
    chain.grow(2);
    CHECK(reason(client.apply(chain.packet(1))) == Rejection::none);
    objects = chain.carry({chain.object(*holder, 1), chain.object(*holder, 4)});
    for (std::uint8_t i = 20; i < 23; ++i) chain.add({chain.offer(0, i)});
    headers = chain.packet(6);
  }

  SourceChain chain;
  LightClient client;  // knows five headers, of which the first three are final, with the objects' block
  RelayPacket objects;
  RelayPacket headers;  // three more
};

struct Count {
  int tried = 0;     // of which
  int decoded = 0;   // are packets, and
  int harmless = 0;  // beside them: were no lies
  std::map<std::string, int> by_kind;
};

std::optional<RelayPacket> decoded(const Bytes& bytes) {
  try {
    return decode_packet(bytes);
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool is_honest(const AcceptedObject& accepted, const RelayPacket& honest) {
  for (const RelayedObject& object : honest.objects) {
    if (accepted.transaction == object.transaction && accepted.payload == object.payload) return true;
  }
  return false;
}

// Something is refused, nothing but the truth is accepted, and no header is taken.
bool is_refused(const LightClient& before, const RelayPacket& lie, const RelayPacket& honest) {
  LightClient client = before;
  const LightClient::Result result = client.apply(lie);
  bool fine =
      !result.refused.empty() && client.best_block() == before.best_block() && client.final_block() == before.final_block();
  for (const AcceptedObject& accepted : result.accepted) fine = fine && is_honest(accepted, honest);
  for (const Header& header : lie.headers) {
    const Digest hash = sha256(encode(header));
    fine = fine && client.knows(hash) == before.knows(hash);
  }
  return fine;
}

void lie_once(const LightClient& client, const RelayPacket& honest, const RelayPacket& foreign, Random& random,
              Count& count) {
  const Mutant mutant = mutate(honest, foreign, random);
  if (mutant.bytes == encode(honest)) {
    ++count.harmless;
    return;
  }
  ++count.tried;
  ++count.by_kind[mutant.kind];
  const std::optional<RelayPacket> lie = decoded(mutant.bytes);
  if (!lie) return;
  ++count.decoded;
  if (!is_refused(client, *lie, honest)) FAIL_CHECK("believed: ", mutant.kind, ", lie ", count.tried);
}

}  // namespace

TEST_CASE("a hundred thousand lies are refused") {
  int tried = 0;
  for (const std::string& kind : all_kinds()) {
    CAPTURE(kind);
    const Honest honest(plan_of(kind));
    const Honest foreign(plan_of(kind, ChainId{2}));
    CHECK(reason(honest.client, honest.headers) == Rejection::none);
    CHECK(reason(honest.client, honest.objects) == Rejection::none);
    Random random(Seed(31) / "lies" / kind);
    Count count;
    while (count.tried < lies_for_each_kind) {
      const bool of_headers = random.below(2) == 0;
      lie_once(honest.client, of_headers ? honest.headers : honest.objects, of_headers ? foreign.headers : foreign.objects,
               random, count);
    }
    tried += count.tried;
    CHECK(count.decoded > count.tried * 8 / 10);
    CHECK(count.harmless < count.tried / 20);
    CHECK(count.by_kind.size() == 2 + 7 + 7 + (honest.chain.votes() ? 1 : 0));
    for (const auto& [name, times] : count.by_kind) CHECK_MESSAGE(times > 200, name);
    MESSAGE(kind, ": ", count.tried, " lies, ", count.decoded, " of them packets; ", count.harmless, " changed nothing");
  }
  CHECK(tried == 100'000);
}
