#include "core/ledger/gossip.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

constexpr double timeout_s = 1.0;

Gossip announcing_node() {
  GossipRules rules;
  rules.announce = true;
  rules.request_timeout_s = timeout_s;
  return Gossip(rules, NodeId{0}, 4);
}

Digest named(std::uint8_t number) {
  Digest digest;
  digest.bytes[0] = number;
  return digest;
}

// Whom the timer makes this node ask for it, of all that it makes it ask for.
std::vector<std::int32_t> asked_for(const Digest& transaction, const Effects& effects) {
  std::vector<std::int32_t> asked;
  for (const Outgoing& outgoing : effects.outgoing) {
    if (std::get<Request>(outgoing.message).transactions.front() == transaction) asked.push_back(outgoing.to.value);
  }
  return asked;
}

}  // namespace

// After 5 requests that nobody answered, at 0, 1, 3, 7 and 15 s, the next is due at 31 s.
TEST_CASE("what is asked for is asked of another in time, however long an older request may wait") {
  Gossip gossip = announcing_node();
  const Digest old = named(1), lost = named(2);
  Effects effects;
  gossip.want_transaction(old, NodeId{1}, 0.0, effects);
  for (const double at_s : {1.0, 3.0, 7.0, 15.0}) {
    REQUIRE(effects.timers.back().at_s == at_s);
    effects = {};
    gossip.fire(at_s, effects);
  }
  REQUIRE(effects.timers.back().at_s == 31.0);

  Effects asking;
  gossip.want_transaction(lost, NodeId{2}, 20.0, asking);
  gossip.want_transaction(lost, NodeId{3}, 20.5, asking);
  REQUIRE(asking.timers.size() == 1);
  CHECK(asking.timers[0].at_s == 20.0 + timeout_s);
  Effects again;
  gossip.fire(21.0, again);
  CHECK((asked_for(lost, again) == std::vector<std::int32_t>{3}));
  CHECK(asked_for(old, again).empty());
  REQUIRE(again.timers.size() == 1);
  CHECK(again.timers[0].at_s == 21.0 + 2 * timeout_s);  // still before 31 s
  static_cast<void>(gossip.have_transaction(lost));
  Effects rings_in_vain;
  gossip.fire(23.0, rings_in_vain);
  CHECK(rings_in_vain.outgoing.empty());
  REQUIRE(rings_in_vain.timers.size() == 1);
  CHECK(rings_in_vain.timers[0].at_s == 31.0);
}

TEST_CASE("a timer that rings before a newer request is due stays as it is") {
  Gossip gossip = announcing_node();
  Effects effects;
  gossip.want_transaction(named(1), NodeId{1}, 0.0, effects);
  gossip.want_transaction(named(2), NodeId{2}, 0.5, effects);
  REQUIRE(effects.timers.size() == 1);
  CHECK(effects.timers[0].at_s == timeout_s);
  Effects first;
  gossip.fire(1.0, first);
  CHECK((asked_for(named(1), first) == std::vector<std::int32_t>{1}));
  REQUIRE(first.timers.size() == 1);
  CHECK(first.timers[0].at_s == 0.5 + timeout_s);
  gossip.clear();
  Effects after;
  gossip.fire(1.5, after);
  CHECK(after.timers.empty());
  gossip.want_transaction(named(3), NodeId{1}, 2.0, after);
  CHECK(after.timers.back().at_s == 2.0 + timeout_s);
}
