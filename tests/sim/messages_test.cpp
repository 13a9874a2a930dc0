// The simulated size of everything that travels.
#include "sim/messages.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

SharedUpdatePointer update_of(std::size_t bytes) { return std::make_shared<const SharedUpdate>(Bytes(bytes)); }

}  // namespace

TEST_CASE("a submission weighs its transaction, and its payload where that goes on the chain") {
  CHECK(simulated_bytes(Submission{}) == 197);
  Submission whole{{}, update_of(1000)};
  whole.transaction.payload_bytes = 1000;
  CHECK(simulated_bytes(whole) == 1197);
}

TEST_CASE("an announcement weighs a header and a round number") { CHECK(simulated_bytes(Announcement{}) == 180 + 8); }

TEST_CASE("a block weighs its header, its transactions and the payloads in it") {
  Header header;
  header.payload_bytes = 5000;
  header.transactions = 2;
  const BlockPointer block = std::make_shared<const Block>(header, std::vector<Transaction>(2));
  CHECK(simulated_bytes(NodeMessage{BlockMessage{block}}) == 180 + 2 * 197 + 5000);
}

TEST_CASE("a submission of one part of a payload travels with that part's bytes") {
  Submission part{{}, update_of(1000)};
  part.transaction.payload_bytes = 400;
  part.transaction.parts = 3;
  CHECK(simulated_bytes(part) == 197 + 400);
}

// BIP 144: an inventory entry is a type of 4 bytes and a hash; BIP 152: short ids of 6 bytes.
TEST_CASE("announcements, requests and compact blocks weigh their hashes") {
  CHECK(simulated_bytes(NodeMessage{Inventory{{Digest{}}, {Digest{}, Digest{}}}}) == 3 * 36);
  CHECK(simulated_bytes(NodeMessage{Request{{Digest{}}, {}}}) == 36);
  const BlockPointer block = std::make_shared<const Block>(Header{}, std::vector<Transaction>(5));
  CHECK(simulated_bytes(NodeMessage{CompactBlock{block}}) == 180 + 5 * 6);
  CHECK(simulated_bytes(NodeMessage{CatchUpRequest{{Digest{}, Digest{}}}}) == 2 * 32);
  CHECK(simulated_bytes(NodeMessage{CatchUpAnswer{{block, block}, nullptr, true}}) == 2 * block->bytes());
}
