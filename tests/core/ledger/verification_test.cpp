#include "core/ledger/verification.hpp"

#include "core/base/error.hpp"
#include "tests/core/ledger/chain_network.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

// Two rounds of three members by four validators, with one update too many: 3 blocks that matter among the final ones.
LedgerExport run_and_export(bool with_payloads) {
  ChainPlan plan;
  plan.rounds.rounds = 2;
  ChainNetwork network(plan);
  for (std::int32_t author = 0; author < 3; ++author) {
    network.submit(0.5, NodeId{author}, update(plan, author, 0));
    network.submit(20.0, NodeId{author}, update(plan, author, 1));
  }
  network.submit(20.0, NodeId{3}, update(plan, 0, 1, 1));
  network.run();
  return network.exported(0, with_payloads);
}

// The one keeper of institution i is the next of the three.
Submission receipt(const Transaction& update) {
  Transaction receipt;
  receipt.chain = update.chain;
  receipt.author = InstitutionId{(update.author.value + 1) % 3};
  receipt.kind = TransactionKind::receipt;
  receipt.round = update.round;
  receipt.payload = transaction_id(update);
  receipt.samples = 1;
  return {sign(receipt, member_keys(receipt.author)), nullptr};
}

LedgerExport run_with_receipts() {
  ChainPlan plan;
  plan.payload_on_chain = false;
  plan.rounds.rounds = 2;
  plan.rounds.min_updates = 2;
  plan.rounds.deadline_s = 10.0;
  plan.rounds.keepers = 1;
  ChainNetwork network(plan);
  for (std::int32_t author = 0; author < 3; ++author) {
    for (const std::uint32_t round : {0U, 1U}) {
      const Submission submission = update(plan, author, round);
      network.submit(40.0 * round + 0.5, NodeId{author}, submission);
      if (author < 2 || round == 1) network.submit(40.0 * round + 1.0, NodeId{3}, receipt(submission.transaction));
    }
  }
  network.run();
  return network.exported(0, false);
}

std::size_t first_with_transactions(const LedgerExport& exported, std::size_t from) {
  while (exported.transactions.at(from).empty()) ++from;
  return from;
}

// The one problem that verification finds.
LedgerProblem only_problem(const LedgerExport& exported) {
  const LedgerReport report = verify_ledger(exported);
  REQUIRE(report.problems.size() == 1);
  CHECK_FALSE(report.problems[0].verdict.detail.empty());
  return report.problems[0];
}

Bytes flipped(Bytes bytes, std::size_t at) {
  bytes.at(at) ^= std::byte{1};
  return bytes;
}

}  // namespace

TEST_CASE("a chain as it was run verifies, and the contract closes the same rounds") {
  const LedgerReport report = verify_ledger(run_and_export(true));
  CHECK(report.problems.empty());
  CHECK(report.transactions == 7);
  CHECK(report.payloads == 6);  // of the updates that counted
  CHECK(report.rounds_closed == 2);
  CHECK(report.rejected_updates == 1);
  const LedgerExport headers = run_and_export(false);
  CHECK(verify_ledger(headers).payloads == 0);
  CHECK(verify_ledger(headers).problems.empty());
  CHECK(verify_ledger(headers).blocks == headers.headers.size());
}

// Round 0 has the receipts of two of its updates, and closes at its deadline without the third; round 1 has all.
TEST_CASE("receipts are replayed with the chain: what had none does not count") {
  const LedgerExport exported = run_with_receipts();
  const LedgerReport report = verify_ledger(decode_ledger(encode(exported)));
  CHECK(report.problems.empty());
  CHECK(report.transactions == 6 + 5);
  CHECK(report.rounds_closed == 2);
  CHECK(report.rejected_updates == 1);
  std::vector<std::size_t> sizes;
  static_cast<void>(verify_ledger(exported, [&](const BlockPointer&, const RoundContract::Step& step) {
    for (const ClosedRound& closed : step.closed) sizes.push_back(closed.updates.size());
    for (const RejectedUpdate& update : step.rejected) CHECK(update.verdict.reason == Rejection::payload_unavailable);
  }));
  CHECK((sizes == std::vector<std::size_t>{2, 3}));
}

// Offsets as Header lists its fields, 180 bytes in all.
TEST_CASE("a byte flipped in any field of a header is found, under the name of what it breaks") {
  const LedgerExport good = run_and_export(true);
  const std::size_t height = first_with_transactions(good, 0);
  REQUIRE(height == 1);
  const std::vector<std::pair<std::size_t, Rejection>> cases{
      {0, Rejection::wrong_chain},                // chain
      {4, Rejection::wrong_height},               // height
      {12, Rejection::unknown_parent},            // parent
      {44, Rejection::wrong_block_signature},     // Merkle root: the signature covers it, and is looked at first
      {76 + 7, Rejection::wrong_block_signature}, // time: 2 s becomes 2^17 s
      {84, Rejection::wrong_difficulty},          // proposer: validator 0 is not in turn
      {88, Rejection::wrong_block_signature},     // view
      {100, Rejection::wrong_difficulty},         // difficulty
      {108, Rejection::wrong_block_signature},    // transactions
      {116, Rejection::wrong_block_signature}};   // signature
  for (const auto& [offset, reason] : cases) {
    LedgerExport bad = good;
    bad.headers[height] = flipped(bad.headers[height], offset);
    const LedgerProblem problem = only_problem(bad);
    CHECK(problem.height == height);
    CHECK_MESSAGE(problem.verdict.reason == reason, offset << ": " << problem.verdict.detail);
  }
}

TEST_CASE("a byte flipped anywhere in a transaction breaks the Merkle root") {
  const LedgerExport good = run_and_export(true);
  for (std::size_t offset = 0; offset < transaction_bytes; offset += 5) {
    LedgerExport bad = good;
    bad.transactions[1][1] = flipped(bad.transactions[1][1], offset);
    const Rejection reason = only_problem(bad).verdict.reason;
    // Payload sizes are summed up in the header, which is looked at before.
    CHECK(reason == (offset >= 29 && offset < 37 ? Rejection::wrong_totals : Rejection::wrong_merkle_root));
  }
}

TEST_CASE("blocks and transactions that were dropped, swapped or repeated are found") {
  const LedgerExport good = run_and_export(true);
  LedgerExport bad = good;
  bad.headers.erase(bad.headers.begin() + 1);
  bad.transactions.erase(bad.transactions.begin() + 1);
  CHECK(only_problem(bad).verdict.reason == Rejection::unknown_parent);
  bad = good;
  std::swap(bad.headers[1], bad.headers[2]);
  CHECK(only_problem(bad).verdict.reason == Rejection::unknown_parent);
  bad = good;
  bad.headers.push_back(bad.headers.back());
  bad.transactions.push_back(bad.transactions.back());
  CHECK(only_problem(bad).verdict.reason == Rejection::unknown_parent);
  bad = good;
  std::swap(bad.transactions[1][0], bad.transactions[1][1]);
  CHECK(only_problem(bad).verdict.reason == Rejection::wrong_merkle_root);
  bad = good;
  bad.transactions[1].pop_back();
  CHECK(only_problem(bad).verdict.reason == Rejection::wrong_totals);
  bad = good;
  bad.headers[0] = flipped(bad.headers[0], 0);
  CHECK(only_problem(bad).verdict.reason == Rejection::unknown_parent);
}

TEST_CASE("what a dishonest validator could sign is found too") {
  const LedgerExport good = run_and_export(false);
  ByteReader reader(good.headers[1]);
  const Header header = decode_header(reader);
  const auto resigned = [&](auto change, std::int32_t signer) {
    LedgerExport bad = good;
    Header changed = header;
    change(changed);
    bad.headers[1] = encode(sign(changed, validator_keys(NodeId{signer})));
    return only_problem(bad).verdict.reason;
  };
  CHECK(resigned([](Header& h) { h.time_s = 1.0; }, 1) == Rejection::too_early);
  CHECK(resigned([](Header& h) { h.proposer = NodeId{2}; }, 2) == Rejection::wrong_difficulty);
  CHECK(resigned([](Header& h) { h.proposer = NodeId{4}; }, 1) == Rejection::wrong_turn);
  CHECK(resigned([](Header& h) { h.merkle_root.bytes[0] ^= 1; }, 1) == Rejection::wrong_merkle_root);
  CHECK(resigned([](Header& h) { h.transactions += 1; }, 1) == Rejection::wrong_totals);
  CHECK(resigned([](Header& h) { h.payload_bytes += 1; }, 1) == Rejection::wrong_totals);
  CHECK(resigned([](Header&) {}, 2) == Rejection::wrong_block_signature);
  LedgerExport replay = good;
  const Bytes repeated = replay.transactions[1][0];
  ByteReader repeated_reader(repeated);
  const std::vector<Transaction> transactions{decode_transaction(repeated_reader)};
  ByteReader last_reader(replay.headers.back());
  Header next = decode_header(last_reader);
  next.parent = sha256(replay.headers.back());
  next.height += 1;
  next.time_s += 2.0;
  next.proposer = NodeId{(next.proposer.value + 1) % 4};
  replay.headers.push_back(encode(sign(describe(next, transactions, true), validator_keys(next.proposer))));
  replay.transactions.push_back({repeated});
  CHECK(only_problem(replay).verdict.reason == Rejection::replayed_transaction);
}

TEST_CASE("payloads are those of the transactions, all of them and no others") {
  const LedgerExport good = run_and_export(true);
  LedgerExport bad = good;
  bad.payloads.begin()->second = flipped(bad.payloads.begin()->second, 50);
  CHECK(only_problem(bad).verdict.reason == Rejection::tampered_payload);
  bad = good;
  bad.payloads.begin()->second.pop_back();
  CHECK(only_problem(bad).verdict.reason == Rejection::tampered_payload);
  bad = good;
  bad.payloads.erase(bad.payloads.begin());
  CHECK(only_problem(bad).verdict.reason == Rejection::tampered_payload);
  bad = good;
  bad.payloads[Digest{}] = {};
  CHECK(only_problem(bad).verdict.reason == Rejection::tampered_payload);
}

TEST_CASE("an export survives encoding") {
  for (const bool with_payloads : {false, true}) {
    LedgerExport exported = run_and_export(with_payloads);
    exported.rounds.seed = Seed(42);
    exported.rounds.deadline_s = 7.5;
    exported.rounds.cyclic = true;
    exported.rounds.mode = "gossip";
    exported.rounds.buffer = 5;
    exported.rounds.max_staleness = 6;
    exported.rounds.scorers = {InstitutionId{2}};
    exported.rounds.topology = {"small_world", 6, 0.25};
    exported.rules.max_block_gas = 30000000;
    exported.rules.fork_choice = {.first_seen = true, .may_reverse = true};
    exported.initial_model = {std::byte{7}};
    const LedgerExport decoded = decode_ledger(encode(exported));
    CHECK((encode(decoded) == encode(exported)));
    CHECK(decoded.rounds.seed == Seed(42));
    CHECK(decoded.rounds.deadline_s == 7.5);
    CHECK(decoded.rounds.cyclic);
    CHECK(decoded.rounds.mode == "gossip");
    CHECK(decoded.rounds.buffer == 5);
    CHECK(decoded.rounds.max_staleness == 6);
    CHECK((decoded.rounds.scorers == exported.rounds.scorers));
    CHECK((decoded.rounds.topology == exported.rounds.topology));
    CHECK(decoded.rules.max_block_gas == 30000000);
    CHECK(decoded.rules.fork_choice.first_seen);
    CHECK(decoded.rules.fork_choice.may_reverse);
    CHECK((decoded.initial_model == exported.initial_model));
    CHECK(decoded.consensus.kind == "proof_of_authority");
    CHECK(decoded.consensus.block_interval_s == 2.0);
    CHECK((decoded.rules.members == exported.rules.members));
    CHECK((decoded.headers == exported.headers));
    CHECK((decoded.transactions == exported.transactions));
    CHECK((decoded.payloads == exported.payloads));
  }
}

TEST_CASE("only an export of rules with keepers needs the version that knows of them") {
  LedgerExport exported = run_and_export(false);
  const Bytes without = encode(exported);
  exported.rounds.keepers = 3;
  const Bytes with = encode(exported);
  CHECK(without[7] == std::byte{'2'});
  CHECK(with[7] == std::byte{'3'});
  CHECK(with.size() == without.size() + sizeof(std::int64_t));
  CHECK(decode_ledger(without).rounds.keepers == 0);
  CHECK(decode_ledger(with).rounds.keepers == 3);
}

TEST_CASE("bytes that are no export are an error, wherever they end and whatever they claim") {
  const Bytes good = encode(run_and_export(true));
  for (std::size_t size = 0; size < good.size(); size += size < 700 ? 1 : 37) {
    CHECK_THROWS_AS(static_cast<void>(decode_ledger(ByteView(good).first(size))), Error);
  }
  Bytes longer = good;
  longer.push_back(std::byte{0});
  CHECK_THROWS_WITH_AS(static_cast<void>(decode_ledger(longer)), "ledger: there are bytes after its end", Error);
  CHECK_THROWS_AS(static_cast<void>(decode_ledger(flipped(good, 0))), Error);
  Bytes many = good;
  for (std::size_t i = 12; i < 20; ++i) many[i] = std::byte{0xff};  // the number of validators
  CHECK_THROWS_AS(static_cast<void>(decode_ledger(many)), Error);
}

TEST_CASE("pieces that do not fit together are an error") {
  LedgerExport bad = run_and_export(false);
  bad.headers[1].pop_back();
  CHECK_THROWS_WITH_AS(static_cast<void>(verify_ledger(bad)), "ledger: a header of 179 bytes, needs 180", Error);
  bad = run_and_export(false);
  bad.transactions[1][0].push_back(std::byte{0});
  CHECK_THROWS_AS(static_cast<void>(verify_ledger(bad)), Error);
  bad = run_and_export(false);
  bad.transactions.pop_back();
  CHECK_THROWS_AS(static_cast<void>(verify_ledger(bad)), Error);
  bad = run_and_export(false);
  bad.consensus.kind = "dice";
  CHECK_THROWS_AS(static_cast<void>(verify_ledger(bad)), UsageError);
  CHECK_THROWS_AS(static_cast<void>(verify_ledger(LedgerExport{})), Error);
}
