// The simulated size of everything that travels.
#include "sim/messages.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

SharedUpdatePointer update_of(std::size_t bytes) { return std::make_shared<const SharedUpdate>(Bytes(bytes)); }

}  // namespace

TEST_CASE("a submission weighs its transaction, and its payload where that goes on the chain") {
  CHECK(simulated_bytes(Submission{}) == 197);
  CHECK(simulated_bytes(Submission{{}, update_of(1000)}) == 1197);
}

TEST_CASE("an announcement weighs a header and a round number") { CHECK(simulated_bytes(Announcement{}) == 180 + 8); }

TEST_CASE("a block weighs its header, its transactions and the payloads in it") {
  Header header;
  header.payload_bytes = 5000;
  header.transactions = 2;
  const BlockPointer block = std::make_shared<const Block>(header, std::vector<Transaction>(2));
  CHECK(simulated_bytes(NodeMessage{BlockMessage{block}}) == 180 + 2 * 197 + 5000);
}

TEST_CASE("a vote weighs phase, view, block hash and signature") {
}

TEST_CASE("a timer does not travel") { CHECK(simulated_bytes(ValidatorMail{TimerDue{}}) == 0); }
