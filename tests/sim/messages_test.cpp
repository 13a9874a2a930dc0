// The simulated size of everything that travels.
#include "sim/messages.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

SharedUpdatePointer update_of(std::size_t bytes) { return std::make_shared<const SharedUpdate>(Bytes(bytes)); }

}  // namespace

TEST_CASE("a submission weighs its transaction, and its payload where that goes on the chain") {
  CHECK(simulated_bytes(Submission{}) == 188);
  CHECK(simulated_bytes(Submission{{}, update_of(1000)}) == 1188);
}

TEST_CASE("an announcement weighs a header and a round number") { CHECK(simulated_bytes(Announcement{}) == 164 + 8); }

TEST_CASE("a block weighs its header, its transactions and the payloads in it") {
  Header header;
  header.payload_bytes = 5000;
  header.transactions = 2;
  const BlockPointer block = std::make_shared<const Block>(header, std::vector<Transaction>(2));
  CHECK(simulated_bytes(NodeMessage{ConsensusMessage{BlockMessage{block}}}) == 164 + 2 * 188 + 5000);
}

TEST_CASE("a vote weighs phase, view, block hash and signature") {
  CHECK(simulated_bytes(NodeMessage{ConsensusMessage{VoteMessage{}}}) == 4 + 8 + 32 + 64);
}

TEST_CASE("a timer does not travel") { CHECK(simulated_bytes(ValidatorMail{TimerDue{}}) == 0); }
