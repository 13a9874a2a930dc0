// Light clients of chains whose heaviest branch wins: turns, difficulties, confirmations, forks and reorganisations.
#include "tests/core/relay/source_chain.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

SourcePlan authority_of(std::int64_t validators) { return {.kind = "proof_of_authority", .validators = validators}; }
SourcePlan work(std::int64_t confirmations = 2, std::int64_t retarget_blocks = 0) {
  return {.kind = "proof_of_work", .confirmations = confirmations, .retarget_blocks = retarget_blocks};
}

// The last header of what `chain` has from height 1 on, changed and signed again by its proposer.
template <class Change>
Rejection with_last(const SourceChain& chain, Change change) {
  RelayPacket packet = chain.packet(1);
  Header& header = packet.headers.back();
  change(header);
  header = sign(header, validator_keys(header.proposer.value));
  return reason(light_client(chain.plan()), packet);
}

Rejection carry(LightClient& client, const SourceChain& chain, std::uint64_t height, const BlockPointer& last) {
  return reason(client.apply(chain.packet(height, *last)));
}

}  // namespace

// EIP-225 with 4 signers: height 3 is in turn for signer 3, of difficulty 2; others have difficulty 1; nobody signs again
// within floor(4 / 2) + 1 = 3 blocks.
TEST_CASE("a signer of authority keeps to its turn, its difficulty and the interval") {
  SourceChain chain(authority_of(4));
  chain.grow(3);  // by 1, 2 and 3
  const auto as = [](std::int32_t signer, double difficulty) {
    return [=](Header& header) {
      header.proposer = NodeId{signer};
      header.difficulty = difficulty;
    };
  };
  CHECK(with_last(chain, as(3, 2.0)) == Rejection::none);
  CHECK(with_last(chain, as(0, 1.0)) == Rejection::none);
  CHECK(with_last(chain, as(3, 1.0)) == Rejection::wrong_difficulty);
  CHECK(with_last(chain, as(0, 2.0)) == Rejection::wrong_difficulty);
  CHECK(with_last(chain, as(2, 1.0)) == Rejection::wrong_turn);
  CHECK(with_last(chain, as(1, 1.0)) == Rejection::wrong_turn);
  CHECK(with_last(chain, [](Header& header) { header.time_s = 4.0 + 1.9; }) == Rejection::too_early);
}

// The signers of the three blocks above a final one must differ from its own and one another: see proof_of_authority.hpp.
TEST_CASE("a block of authority is final under blocks by half of the signers, others than its own") {
  const std::vector<std::pair<std::int64_t, std::uint64_t>> expected{{1, 0}, {2, 1}, {3, 1}, {4, 2}, {5, 2}, {7, 3}};
  for (const auto& [validators, confirmations] : expected) {
    CAPTURE(validators);
    SourceChain chain(authority_of(validators));
    LightClient client = light_client(chain.plan());
    for (std::uint64_t height = 1; height <= 8; ++height) {
      CHECK(carry(client, chain, height, chain.add()) == Rejection::none);
      CHECK(client.final_height() == (height > confirmations ? height - confirmations : 0));
    }
  }
}

TEST_CASE("confirmations by the same signers count once") {
  SourcePlan plan = authority_of(4);
  plan.confirmations = 3;
  SourceChain chain(plan);
  LightClient client = light_client(plan);
  BlockPointer last = genesis(source);
  for (const std::int32_t signer : {1, 2, 3, 1, 2, 3, 1}) {
    last = chain.add_on(*last, {.proposer = signer});
    CHECK(carry(client, chain, last->header().height, last) == Rejection::none);
    CHECK(client.final_height() == 0);
  }
  // 0 at height 8, under which lie 1, 3, 2: the block of 2 at height 5 has three others on it.
  last = chain.add_on(*last, {.proposer = 0});
  CHECK(carry(client, chain, 8, last) == Rejection::none);
  CHECK(client.final_height() == 5);
}

TEST_CASE("a block of work is final under as many blocks as asked for, else six") {
  for (const std::int64_t asked : {0, 1, 3}) {
    CAPTURE(asked);
    SourceChain chain(work(asked));
    LightClient client = light_client(chain.plan());
    const std::uint64_t confirmations = asked == 0 ? 6 : static_cast<std::uint64_t>(asked);
    for (std::uint64_t height = 1; height <= 8; ++height) {
      CHECK(carry(client, chain, height, chain.add()) == Rejection::none);
      CHECK(client.final_height() == (height > confirmations ? height - confirmations : 0));
    }
  }
}

// By hand, as in proof_of_work_test.cpp: a change at height 4, before which heights 0 to 3 took 3 s where 6 s are right; and at
// height 8, before which heights 3 to 7 took 16 s where 8 s are right.
TEST_CASE("a block of work has the difficulty that the retarget asks for") {
  SourceChain chain(work(2, 4));
  for (int i = 0; i < 3; ++i) chain.add_on(*chain.head(), {.delay_s = 1.0});
  chain.add_on(*chain.head(), {.delay_s = 2.0, .difficulty = 2.0});
  CHECK(with_last(chain, [](Header&) {}) == Rejection::none);
  CHECK(with_last(chain, [](Header& header) { header.difficulty = 1.0; }) == Rejection::wrong_difficulty);
  CHECK(with_last(chain, [](Header& header) { header.difficulty = 1e9; }) == Rejection::wrong_difficulty);
  for (const double delay_s : {3.0, 4.0, 7.0}) chain.add_on(*chain.head(), {.delay_s = delay_s, .difficulty = 2.0});
  chain.add_on(*chain.head(), {.delay_s = 1.0, .difficulty = 1.0});
  CHECK(with_last(chain, [](Header&) {}) == Rejection::none);
  CHECK(with_last(chain, [](Header& header) { header.difficulty = 2.0; }) == Rejection::wrong_difficulty);
  LightClient client = light_client(chain.plan());  // in pieces, so that the measure goes over what is known
  RelayPacket packet = chain.packet(1);
  packet.headers.resize(5);
  CHECK(reason(client.apply(packet)) == Rejection::none);
  CHECK(reason(client.apply(chain.packet(6))) == Rejection::none);
}

TEST_CASE("validators without hash power find no blocks") {
  SourceChain chain(work());
  chain.add();
  SourceRules rules = source_rules(chain.plan());
  rules.consensus.hash_shares = {0.0, 1.0};
  CHECK(reason(LightClient(rules, destination), chain.packet(1)) == Rejection::wrong_turn);
  rules.consensus.hash_shares = {1.0};
  CHECK(reason(LightClient(rules, destination), chain.packet(1)) == Rejection::none);
}

TEST_CASE("nobody attests where the heaviest branch wins") {
  for (const SourcePlan& plan : {authority_of(4), work()}) {
    SourceChain chain(plan);
    chain.grow(2);
    RelayPacket packet = chain.packet(1);
    packet.attestations = attestations(packet.headers.back(), {0, 1, 2, 3});
    CHECK(reason(light_client(plan), packet) == Rejection::malformed_packet);
  }
}

// Work: two branches from height 1, of equal weight at first.
TEST_CASE("headers of a branch that is not heavier are a stale fork") {
  SourceChain chain(work());
  LightClient client = light_client(chain.plan());
  const BlockPointer common = chain.add();
  const BlockPointer known = chain.add_on(*chain.add_on(*common));
  CHECK(carry(client, chain, 1, known) == Rejection::none);
  const BlockPointer shorter = chain.add_on(*common, {.delay_s = 0.5});
  const BlockPointer equal = chain.add_on(*shorter, {.delay_s = 0.5});
  CHECK(carry(client, chain, 2, shorter) == Rejection::stale_fork);
  CHECK(carry(client, chain, 2, equal) == Rejection::stale_fork);  // the first known stays
  CHECK_FALSE(client.knows(shorter->hash()));
  CHECK(client.best_block() == known->hash());
  LightClient other = light_client(chain.plan());
  CHECK(carry(other, chain, 1, equal) == Rejection::none);
  CHECK(carry(other, chain, 2, known) == Rejection::stale_fork);
}

// Of equal ones the one whose last block is earlier: see proof_of_authority.hpp.
TEST_CASE("of equally heavy branches of authority, everybody prefers the same one") {
  SourceChain chain(authority_of(4));
  const BlockPointer common = chain.add();
  const BlockPointer early = chain.add_on(*common, {.delay_s = 2.5, .proposer = 0});
  const BlockPointer late = chain.add_on(*common, {.delay_s = 2.6, .proposer = 3});
  LightClient client = light_client(chain.plan());
  CHECK(carry(client, chain, 1, late) == Rejection::none);
  CHECK(carry(client, chain, 2, early) == Rejection::none);
  CHECK(carry(client, chain, 2, late) == Rejection::replayed_header);
  CHECK(client.best_block() == early->hash());
  LightClient other = light_client(chain.plan());
  CHECK(carry(other, chain, 1, early) == Rejection::none);
  CHECK(carry(other, chain, 2, late) == Rejection::stale_fork);
}

TEST_CASE("a longer branch that weighs less does not win") {
  SourceChain chain(work(2, 2));
  const BlockPointer common = chain.add_on(*genesis(source), {.delay_s = 8.0});
  // Height 1 took 8 s where 2 s are right: a quarter from height 2 on.
  const BlockPointer slow = chain.add_on(*chain.add_on(*common, {.difficulty = 0.25}), {.difficulty = 0.25});
  SourceChain quick(work(2, 2));
  quick.add_on(*genesis(source), {.delay_s = 1.0});
  quick.add_on(*quick.head(), {.difficulty = 2.0});
  LightClient client = light_client(work(2, 2));
  CHECK(reason(client.apply(quick.packet(1))) == Rejection::none);  // 1 + 2 in two blocks
  CHECK(carry(client, chain, 1, slow) == Rejection::stale_fork);    // 1 + 0.25 + 0.25 in three
}

TEST_CASE("a heavier branch takes the place of the best one, and objects count on it alone") {
  SourceChain chain(work(2));
  LightClient client = light_client(chain.plan());
  const BlockPointer common = chain.add();
  const BlockPointer lost = chain.add_on(*common, {}, {chain.offer(0, 10)});
  const BlockPointer tip = chain.add_on(*lost);
  CHECK(carry(client, chain, 1, tip) == Rejection::none);
  CHECK(client.final_height() == 1);
  const BlockPointer won = chain.add_on(*common, {.delay_s = 3.0}, {chain.offer(0, 10)});
  const BlockPointer third = chain.add_on(*chain.add_on(*won));
  RelayPacket packet = chain.packet(2, *third);
  packet.objects = {chain.object(*lost)};
  const LightClient::Result result = client.apply(packet);
  CHECK(reason(result) == Rejection::stale_fork);  // the object, not the headers
  CHECK(result.reversed == 0);
  CHECK(client.best_block() == third->hash());
  CHECK(client.final_block() == won->hash());
  CHECK(client.apply(chain.carry({chain.object(*won)})).accepted.size() == 1);
  CHECK(client.knows(lost->hash()));
}

TEST_CASE("a branch that wins by extending what is known needs its new headers alone") {
  SourceChain chain(work(2));
  LightClient client = light_client(chain.plan());
  const BlockPointer first = chain.add();
  const BlockPointer left = chain.add_on(*first);
  CHECK(carry(client, chain, 1, left) == Rejection::none);
  const BlockPointer right = chain.add_on(*chain.add_on(*first, {.delay_s = 1.0}));
  CHECK(carry(client, chain, 2, right) == Rejection::none);
  const BlockPointer again = chain.add_on(*chain.add_on(*left));
  CHECK(carry(client, chain, 3, again) == Rejection::none);
  CHECK(client.best_block() == again->hash());
  CHECK(client.final_block() == left->hash());
}

// Deeper than its confirmations a chain of weight may go back, as its own validators do (Ledger::take_reversed).
TEST_CASE("a heavier branch reverses what was final, but an object that was accepted is not accepted again") {
  for (const SourcePlan& plan : {work(1), SourcePlan{.kind = "proof_of_authority", .confirmations = 1}}) {
    CAPTURE(plan.kind);
    SourceChain chain(plan);
    LightClient client = light_client(plan);
    const Transaction offer = chain.offer(0, 10);
    const BlockPointer common = chain.add();
    const std::optional<std::int32_t> late = plan.kind == "proof_of_work" ? std::nullopt : std::optional(3);
    const BlockPointer lost = chain.add_on(*common, {.proposer = late}, {offer});
    const BlockPointer tip = chain.add_on(*lost, {.proposer = late ? std::optional(2) : late});
    RelayPacket packet = chain.packet(1, *tip);
    packet.objects = {chain.object(*lost)};
    CHECK(client.apply(packet).accepted.size() == 1);
    CHECK(client.final_height() == 2);
    const BlockPointer won = chain.add_on(*common, {.delay_s = 3.0}, {offer});
    const BlockPointer end = chain.add_on(*chain.add_on(*won));
    packet = chain.packet(2, *end);
    packet.objects = {chain.object(*won)};
    const LightClient::Result result = client.apply(packet);
    CHECK(reason(result) == Rejection::replayed_object);
    CHECK(result.reversed == 1);
    CHECK(client.final_height() == 3);
    CHECK(client.knows(won->hash()));
  }
}

// One validator makes them quickly: 10'000 heights are kept, and forgotten half as many at a time.
TEST_CASE("headers far below the final one are forgotten, those of the last ten thousand heights are not") {
  const SourcePlan plan{.kind = "pbft", .validators = 1};
  SourceChain chain(plan);
  LightClient client = light_client(plan);
  const BlockPointer old = chain.add({chain.offer(0, 1)});
  const BlockPointer young = chain.add({chain.offer(0, 2)});
  chain.add();
  CHECK(reason(client.apply(chain.packet(1))) == Rejection::none);
  const std::uint64_t begin = 4;
  chain.grow(9'999);
  CHECK(reason(client.apply(chain.packet(begin))) == Rejection::none);
  CHECK(client.final_height() == 10'002);
  CHECK_FALSE(client.knows(old->hash()));
  CHECK(client.knows(young->hash()));
  CHECK(reason(client.apply(chain.carry({chain.object(*old)}))) == Rejection::unknown_header);
  CHECK(client.apply(chain.carry({chain.object(*young)})).accepted.size() == 1);
  chain.grow(1);
  CHECK(reason(client.apply(chain.packet(10'003))) == Rejection::none);
  CHECK_FALSE(client.knows(young->hash()));
  CHECK(client.has(transaction_id(young->transactions().front())));
}
